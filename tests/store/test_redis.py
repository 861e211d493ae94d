"""`redis://…`: what is peculiar to it beside the contract of test_store.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from opsemu.store import Owner, StateError, StateUnavailable, Store, open_store, shown_url
from tests.redis_servers import Server, fresh
from tests.serving import Served, opsemu

PROJECT = Owner("default", "project", "c0ffee")
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(params=["redis", "cluster"])
def url(request) -> str:
    """Where the state is."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(url) -> Iterator[Store]:
    """A store with one owner."""
    with closing(open_store(url)) as store:
        store.create(PROJECT, {"things": {"a": {"n": 1}}})
        yield store


@pytest.fixture
def keys(redis_server):
    """All keys on the server that begin so."""

    def keys(beginning: str) -> set[str]:
        return {key.decode() for key in redis_server.ask("KEYS", f"{beginning}*")}

    return keys


def test_a_writer_who_was_overtaken_works_from_what_is_there_now(store, url):
    seen = []

    def edit(present):
        seen.append(present["n"])
        if len(seen) <= 5:
            second.change(PROJECT, "things", "a", lambda old: {"n": old["n"] + 1})
        return {"n": present["n"] + 100}

    with closing(open_store(url)) as second:
        assert store.change(PROJECT, "things", "a", edit) == {"n": 106}
        assert second.get(PROJECT, "things", "a") == {"n": 106}
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_check_that_was_overtaken_is_made_again(store, url):
    def check():
        if not second.get(PROJECT, "things", "b"):
            second.change(PROJECT, "things", "b", lambda _: {"n": 2})
        else:
            raise LookupError("b is there now")

    with closing(open_store(url)) as second, pytest.raises(LookupError):
        store.delete(PROJECT, "things", "a", check)
    assert store.get(PROJECT, "things", "a") == {"n": 1}


def test_an_owner_is_one_key_in_its_worlds_slot(redis_url, keys):
    prefix = redis_url.partition("prefix=")[2]
    with closing(open_store(redis_url)) as store:
        store.create(PROJECT, {})
        store.create(Owner("default", "a:b", "c}{d"), {})
        store.backend.secret()
        assert keys(prefix) == {
            f"{prefix}:secret",
            f"{prefix}:{{default}}",
            f"{prefix}:{{default}}:project",
            f"{prefix}:{{default}}:project:c0ffee",
            f"{prefix}:{{default}}:a%3Ab",
            f"{prefix}:{{default}}:a%3Ab:c%7D%7Bd",
        }
        store.drop_world("default")
        assert keys(prefix) == {f"{prefix}:secret"}


def test_removing_a_world_leaves_everybody_elses_keys_alone(redis_server, redis_url, keys):
    prefix = redis_url.partition("prefix=")[2]
    others = {f"{prefix}x:{{default}}", f"{prefix}-other", f"x{prefix}:{{default}}"}
    for other in others:
        redis_server.ask("SET", other, "theirs")
    with closing(open_store(redis_url)) as store:
        for world in ("default", "second", "global"):
            store.create(Owner(world, "project", "p"), {})
            store.drop_world(world)
    assert keys(prefix) | keys("x") >= others
    assert keys(f"{prefix}:") == {f"{prefix}:secret"}


def test_states_with_other_prefixes_are_others(redis_server):
    with (
        closing(open_store(fresh(redis_server))) as one,
        closing(open_store(fresh(redis_server))) as other,
    ):
        one.create(PROJECT, {})
        assert list(other.owners("default")) == []
        assert one.backend.secret() != other.backend.secret()


def test_those_who_share_state_share_a_secret(store, url):
    with closing(open_store(url)) as second:
        assert len(store.backend.secret()) == 32
        assert second.backend.secret() == store.backend.secret()


def test_a_server_that_forgot_its_scripts_is_told_them_again(redis_server, redis_url):
    with closing(open_store(redis_url)) as store:
        store.create(PROJECT, {"things": {}})
        redis_server.ask("SCRIPT", "FLUSH")
        assert store.change(PROJECT, "things", "a", lambda _: {"n": 2}) == {"n": 2}


def test_what_is_torn_is_named_by_its_key(redis_server, redis_url):
    prefix = redis_url.partition("prefix=")[2]
    redis_server.ask("SET", f"{prefix}:{{default}}:project:c0ffee", '{"things"')
    with closing(open_store(redis_url)) as store, pytest.raises(StateError, match=r"c0ffee.* torn"):
        store.get(PROJECT, "things", "a")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (NOWHERE, "Connection refused"),
        ("redis://", "state is redis://HOST:PORT/NUMBER, not"),
        ("redis://127.0.0.1:port/0", "state is redis://HOST:PORT/NUMBER, not"),
        ("redis://127.0.0.1:1/zero", "state is redis://HOST:PORT/NUMBER, not"),
        ("redis://a..b/0", "idna"),
        (f"{NOWHERE}?prefix=a*", "a prefix has letters, digits"),
        (f"{NOWHERE}?colour=red", "redis-py has no option 'colour'"),
        (f"{NOWHERE}?db=x", "db"),
        ("redis://:se/cret@127.0.0.1:1/0", "HOST:PORT"),
        ("redis://user:secret@127.0.0.1:1/0", r"redis://user:\*\*\*\*@127.0.0.1:1/0"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_in_one_line(url, words):
    with pytest.raises(StateError, match=words) as error:
        open_store(url)
    assert "\n" not in str(error.value)
    assert "cret" not in str(error.value)


def test_a_number_that_the_server_lacks_is_named(redis_server):
    with pytest.raises(StateUnavailable, match="DB index is out of range"):
        open_store(f"{redis_server.address}/99")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://h:1/0", "redis://h:1/0"),
        ("redis://:p@h", "redis://:****@h"),
        ("rediss://u:p@w@h/0?prefix=a", "rediss://u:****@h/0?prefix=a"),
        ("redis://u:a/b@h/0", "redis://:****@h/0"),
        ("redis://h/0?password=p&username=u", "redis://h/0?password=****&username=u"),
        ("redis://h/0?ssl_password=p", "redis://h/0?ssl_password=****"),
        ("rediz://u:p@h/0", "rediz://u:****@h/0"),
        ("file:///tmp/a@b", "file:///tmp/a@b"),
        ("memory:", "memory:"),
    ],
)
def test_a_url_is_shown_without_its_password(url, shown):
    assert shown_url(url) == shown


def test_without_the_driver_the_operator_is_told_what_to_install(monkeypatch):
    for name in [*sys.modules]:
        if name.startswith(("opsemu.store.redis", "opsemu.store.shared_state.redis")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(StateError, match="with its extra `redis`"):
        open_store(NOWHERE)


def test_serving_from_a_server_that_is_away_ends_in_one_line():
    done = opsemu("serve", "--port", 0, "--state", "redis://:secret@127.0.0.1:1/0")
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr.count("\n") == 1
    assert "redis://:****@127.0.0.1:1/0: " in done.stderr
    assert "secret" not in done.stderr


def test_neither_banner_nor_settings_show_the_password(redis_server: Server, redis_url, tmp_path):
    redis_server.ask("ACL", "SETUSER", "team", "on", ">hush", "~*", "&*", "+@all")
    url = redis_url.replace("//", "//team:hush@")
    with Served(tmp_path, "--state", url) as served:
        settings = requests.get(f"http://127.0.0.1:{served.port}/__admin/config", timeout=20)
        assert settings.json()["state"] == url.replace("hush", "****")
        assert f"state {url.replace('hush', '****')}, seed demo" in served.output
    assert "hush" not in served.output + served.log
