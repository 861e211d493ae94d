"""OAuth2 tokens, over both kinds of state."""

from __future__ import annotations

import time
from base64 import b64encode
from itertools import count

import pytest
from werkzeug.datastructures import MultiDict

from opsemu.auth import tokens
from opsemu.auth.api_keys import client_document, find_key, owner_of
from opsemu.store import MissingOwner, open_store
from opsemu.store.layout import API_KEY

GIVEN = {"clientId": "a-client", "clientSecret": "a secret: + %", "roles": []}


@pytest.fixture(params=["memory:", "file:{}"])
def store(request, tmp_path):
    opened = open_store(request.param.format(tmp_path))
    document = client_document(GIVEN, "default")
    opened.create(owner_of("a-client"), {API_KEY: {"a-client": document}})
    yield opened
    opened.close()


@pytest.fixture
def issue(store):
    """Ask for the client's token, for a life of so many seconds; new ones are numbered."""
    numbers = count(1)
    key = find_key(store, "a-client")
    return lambda life: tokens.issue(store, key, life, lambda: f"token-{next(numbers)}", time.time)


def test_a_secret_opens_its_own_key_only(store):
    assert tokens.authenticate(store, ("a-client", GIVEN["clientSecret"])) is not None
    for wrong in [("a-client", ""), ("a-client", "x"), ("nobody", ""), ("", ""), ("../x", "x")]:
        assert tokens.authenticate(store, wrong) is None


def test_the_secret_itself_is_not_stored(store):
    assert GIVEN["clientSecret"] not in str(store.all(owner_of("a-client"), API_KEY))


def test_the_token_stays_the_same_while_it_lives(store, issue):
    assert issue(7200) == ("token-1", 7199)
    assert issue(7200)[0] == "token-1"
    assert tokens.find(store, "token-1").key.public_key == "a-client"


def test_an_expired_token_is_nothing_and_is_replaced(store, issue):
    assert issue(-1)[0] == "token-1"
    assert tokens.find(store, "token-1").expires < time.time()
    assert issue(7200)[0] == "token-2"
    assert list(store.names("global", "token")) == [tokens._owner("token-2").name]


def test_a_token_that_is_about_to_expire_is_not_handed_out_again(issue):
    assert issue(0.9)[0] == "token-1"
    assert issue(7200)[0] == "token-2"


def test_a_revoked_token_is_nothing_and_is_replaced(store, issue):
    issue(7200)
    tokens.revoke(store, "token-1")
    assert tokens.find(store, "token-1") is None
    assert issue(7200)[0] == "token-2"


def test_an_old_token_revoked_late_leaves_the_new_one_alone(store, issue):
    issue(7200)
    tokens.revoke(store, "token-1")
    issue(7200)
    tokens.revoke(store, "token-1")
    assert tokens.find(store, "token-2") is not None


@pytest.fixture
def add(store):
    """Add a token of the client."""
    key = find_key(store, "a-client")
    return lambda text: tokens.add(store, key, 3600, text, time.time())


def test_a_key_takes_its_tokens_along(store, issue, add):
    issue(7200)
    add("added")
    tokens.remove_key(store, "a-client")
    tokens.remove_key(store, "a-client")
    assert list(store.owners("global")) == []


def test_no_token_stays_that_was_issued_while_its_key_was_removed(store, issue, add, monkeypatch):
    change = store.change

    def change_late(*arguments):
        document = change(*arguments)
        tokens.remove_key(store, "a-client")
        return document

    monkeypatch.setattr(store, "change", change_late)
    issue(7200)
    assert list(store.owners("global")) == []
    with pytest.raises(MissingOwner):
        add("added")
    assert list(store.owners("global")) == []


def test_a_revoked_token_is_no_longer_listed_with_its_key(store, add):
    add("one")
    add("other")
    tokens.revoke(store, "one")
    listed = store.get(owner_of("a-client"), "token", "added")
    assert list(listed) == [tokens._owner("other").name]


@pytest.mark.parametrize("token", ["", "x" * 5000, "../../key", "\udcff", "a\x00b"])
def test_any_text_may_be_looked_up(store, token):
    assert tokens.find(store, token) is None
    tokens.revoke(store, token)


def test_credentials_come_from_basic_or_from_a_form():
    form = MultiDict({"client_id": "f", "client_secret": "s"})
    basic = b64encode(b"b:p%3Aw+d").decode()
    assert tokens.credentials("", form) == ("f", "s")
    assert tokens.credentials(f"basic {basic}", form) == ("b", "p:w d")
    assert tokens.credentials("Basic %%%", form) == ("", "")


@pytest.mark.parametrize("step", ["delete", "drop"])
def test_a_revocation_that_was_cut_short_is_finished_by_asking_again(
    store, issue, monkeypatch, step
):
    def killed(*_):
        raise ConnectionError

    issue(7200)
    with monkeypatch.context() as patch:
        patch.setattr(store, step, killed)
        with pytest.raises(ConnectionError):
            tokens.revoke(store, "token-1")
    tokens.revoke(store, "token-1")
    assert tokens.find(store, "token-1") is None
    assert issue(7200)[0] == "token-2"
