"""Secrets inside of texts: the random ones that are known, and no true word."""

from __future__ import annotations

import secrets
from itertools import count
from urllib.parse import quote, unquote

import pytest
import requests

from opsemu.store import Owner
from opsemu.store.shared_state import MemorySharedState
from opsemu.worlds import known_secrets
from opsemu.worlds.known_secrets import KnownSecrets
from opsemu.worlds.redaction import masked
from opsemu.worlds.secret_names import is_secret
from opsemu.worlds.secret_texts import is_random, mask_places

from ..conftest import tear

WORDS = [
    "password", "production", "1234567890", "Demo Project", "ops-alerts-2024", "database",
    "correct horse battery staple", "alerts-production-2024", "MyTeamInTheOffice",
    "INVALID_ENUM_VALUE", "getIntegration",
]  # fmt: skip
SECRETS = [
    "00000000-aaaa-4bbb-8ccc-0123456789ab",
    "0123456789abcdef0123456789abcdef01234567",
    "5f1d8c2b9a7e4063",
    "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCY0PLEKEY",
    "AKIA4XYZ12PQ9RS8TUVW",
]
TEXTS = [
    ("https://h/p?token=abc&x=1 and more", "https://h/p?token=****&x=1 and more"),
    ('see {"password":"a \\"b, c","x":1}', 'see {"password":"****","x":1}'),
    ('"{\\"token\\":\\"a b\\",\\"z\\":1}"', '"{\\"token\\":\\"****\\",\\"z\\":1}"'),
    ("{'pwd': 'x y', 'n': 1}", "{'pwd': '****', 'n': 1}"),
    ("?secret.value=zz&api-key=k", "?secret.value=****&api-key=****"),
    ("http://u:p@ss@h/x", "http://****@h/x"),
    ("user:pw@www.example.com/x", "****@www.example.com/x"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ****"),
    ("token: 3f9a1c0e7b2d4f6a8c1e", "token: ****************8c1e"),
    ('Invalid password : ["hunter2"]', 'Invalid password : ["****"]'),
]
TRUE_TEXTS = [
    "token: expired",
    "the password must be long: see the docs",
    "Basic authentication is asked for, with a Bearer token",
    "mailto:me@example.com",
    "key opsowner has the role GROUP_OWNER",
    "uri=/a, nonce=5, type=SLACK",
    "2026-11-28T05:30:21.595Z",
]
SHOWN = [
    "publicKey", "id", "clientId", "type", "name", "keyId", "apiKeyId", "tokenType", "routingKey",
    "victorOpsRoutingKey", "region", "username", "grantType", "authType", "passwordPolicy",
    "apiKeyPairs", "eventTypeName", "href", "baseURI", "monkey", "",
]  # fmt: skip


@pytest.fixture
def known():
    return KnownSecrets(MemorySharedState())


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_was_sent_as_a_secret_stays_in_true_texts(known, word):
    known.add_from({"apiToken": word})
    text = f"{word}: the {word} of {word} was not found"
    assert known.mask_text(text) == text


@pytest.mark.parametrize("secret", SECRETS)
def test_a_long_random_secret_is_masked_in_texts(known, secret):
    known.add_from({"apiToken": secret})
    assert is_random(secret)
    assert known.mask_text(f"see x{secret}, or {secret}") == "see x****, or ****"
    assert known.mask_target(f"/a/{quote(secret, safe='')}?b={secret}") == "/a/****?b=****"
    assert secret not in unquote(known.mask_text(f"a%20{quote(secret, safe='')}%20b"))


def test_secrets_are_masked_however_many_are_known(known):
    sent = [secrets.token_hex(16) for _ in range(5_000)]
    known.add_from({"tokens": [{"token": secret} for secret in sent]})
    assert {known.mask_text(f"see {secret}") for secret in sent} == {"see ****"}


def test_the_oldest_secret_is_forgotten_beyond_the_limit(known, monkeypatch):
    monkeypatch.setattr(known_secrets, "MAX_KNOWN", 10)
    sent = [f"0123456789abcdef{number:016x}" for number in range(12)]
    for secret in sent:
        known.add_from({"token": secret})
    assert [known.mask_text(secret) for secret in sent] == [*sent[:2], *["****"] * 10]


def test_a_text_that_was_shown_before_is_masked_once_its_secret_is_known(known):
    text = f"there is no {SECRETS[0]} here"
    assert known.mask_text(text) == known.mask_text(text) == text
    known.add_from({"token": SECRETS[0]})
    assert known.mask_text(text) == "there is no **** here"


def test_kept_texts_are_bounded(known, monkeypatch):
    monkeypatch.setattr(known_secrets, "MAX_MASKED", 10)
    for number in range(25):
        assert known.mask_text(f"text {number}") == f"text {number}"
        assert known.mask_text("x y" * 200) == "x y" * 200
        assert len(known._masked) <= 10


def test_another_server_knows_the_secrets_that_one_was_sent():
    shared = MemorySharedState()
    first, second = KnownSecrets(shared), KnownSecrets(shared)
    first.add_from({"token": SECRETS[0]})
    second.refresh()
    assert second.mask_text(SECRETS[0]) == "****"


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_the_place_in_a_text_gives_a_secret_away(text, shown):
    assert mask_places(text) == shown
    assert mask_places(shown) == shown


@pytest.mark.parametrize("text", TRUE_TEXTS)
def test_a_true_text_is_not_changed(text):
    assert mask_places(text) == text


@pytest.mark.parametrize("name", SHOWN)
def test_what_people_need_is_no_secret(name):
    assert not is_secret(name)


def test_a_secret_of_one_world_is_masked_where_no_world_is_known(world, new_world):
    secret = secrets.token_hex(16)
    world.put("SLACK", apiToken=secret, teamName="T")
    requests.get(f"{world.server.url}/groups/{secret}", timeout=20)
    unmatched = world.admin("GET", "/requests/unmatched").text
    assert f"{world.server.url.rpartition('/api')[2]}/groups/****" in unmatched
    assert secret not in unmatched


@pytest.mark.parametrize("word", ["production", "1234567890", "password"])
def test_the_journal_says_true_sentences_whatever_the_secrets_are(world, word):
    world.put("SLACK", apiToken=word, teamName=word, channelName=f"see {word}")
    world.session.get(f"{world.url}/{word}")
    put, get = world.admin("GET", "/requests").json()["requests"]
    assert put["request"]["body"]["teamName"] == word
    assert get["target"].endswith(f"/integrations/{word}")
    assert f"An invalid enumeration value {word} was specified." in get["reasons"][0]


@pytest.mark.parametrize("content_type", [None, "application/x-www-form-urlencoded", "text/plain"])
def test_a_json_body_is_shown_as_json_whatever_its_type(world, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    body = '{"api_key": "hunter2", "url": "https://me:pw@example.com/x?a=1&b=2", "n": "a+b"}'
    world.session.post(f"{world.url}/SLACK", data=body, headers=headers)
    (entry,) = world.admin("GET", "/requests").json()["requests"]
    shown = {"api_key": "****", "url": "https://****@example.com/****", "n": "a+b"}
    assert entry["request"]["body"] == shown


def test_a_token_request_with_json_in_place_of_a_form_shows_no_secret(world):
    url = f"{world.server.base_url}/auth/oauth/token"
    body = '{"client_secret": "hunter2", "note": "a=b&c"}'
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    requests.post(url, data=body, headers=form, timeout=20)
    entry = world.admin("GET", "/requests/unmatched").json()["requests"][-1]
    assert entry["request"]["body"] == {"client_secret": "****", "note": "a=b&c"}


def test_a_body_that_is_neither_json_nor_a_form_is_not_shown(world):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    world.session.post(f"{world.url}/SLACK", data='{"apiToken": "hunter2",}', headers=form)
    (entry,) = world.admin("GET", "/requests").json()["requests"]
    assert entry["request"]["body"] == "<24 bytes that are not JSON>"


def test_a_mask_of_a_mask_is_the_mask():
    numbers = count()
    document = {
        "apiKey": "0123456789abcdef",
        "licenseKey": "short",
        "url": "https://me:pw@example.com/a/b?c=d",
        "baseURI": "me:pw@www.example.com",
        "text": "see https://me:pw@example.com/?token=5f1d8c2b9a7e4063 Bearer 5f1d8c2b9a7e4063",
        "headers": [{"key": "Authorization", "value": "Basic eDp5"}],
        "additionalProps": {"any": "thing"},
        "port": next(numbers),
    }
    once = masked(document)
    assert masked(once) == once
    assert once["headers"] == [{"key": "Authorization", "value": "****"}]
    assert (once["baseURI"], once["additionalProps"]) == ("****@www.example.com", {"any": "****"})


def test_a_failure_is_logged_without_the_secret_in_its_path(world, caplog):
    secret = secrets.token_hex(16)
    world.put("SLACK", apiToken=secret, teamName="T")
    project = world.made["mongodb"]["projects"][0]["id"]
    tear(world.server.store, Owner(world.name, "project", project), b"{")
    assert world.session.get(f"{world.url}/{secret}").status_code == 500
    assert "/integrations/**** failed" in caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "outbound", [[{"baseNotifier": {"password": "hunter2"}}], "api_key=hunter2"]
)
def test_a_seed_that_is_refused_shows_no_secret(world, outbound):
    installed = {"integration": {"id": "CUSTOM"}, "outboundConfig": outbound}
    tenant = {"id": "t", "name": "T", "installed": [installed]}
    answer = world.admin("POST", "/worlds", json={"document": {"tenants": [tenant]}})
    assert answer.status_code == 400
    assert "INVALID_VALUE" in answer.text
    assert "****" in answer.text
    assert "hunter2" not in answer.text


def test_a_refused_body_is_repeated_in_the_journal_without_secrets(world):
    key = world.made["opsramp"]["tenants"][0]["keys"][0]
    base, tenant = world.server.base_url, world.made["opsramp"]["tenants"][0]["id"]
    form = {"grant_type": "client_credentials", "client_id": key["key"]}
    form["client_secret"] = key["secret"]
    token = requests.post(f"{base}/auth/oauth/token", data=form, timeout=20).json()["access_token"]
    url = f"{base}/api/v2/tenants/{tenant}/integrations/install/CUSTOM"
    body = {"outboundConfig": {"baseNotifier": {"password": ["hunter2"]}}}
    answer = requests.post(url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=20)
    assert answer.status_code == 400
    entry = world.admin("GET", "/requests").json()["requests"][-1]
    assert "hunter2" not in str(entry)
    assert entry["request"]["body"]["outboundConfig"]["baseNotifier"] == {"password": ["****"]}
