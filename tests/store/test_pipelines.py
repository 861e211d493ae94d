"""What requests read ahead from Redis, and what they write at their end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import Mock

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import Owner, StateUnavailable, Store, open_store
from opsemu.store.redis_client import RedisClient
from opsemu.store.redis_pipelines import RedisPipelines
from opsemu.store.shared_state import LogSpec, NonceUse

from ..conftest import DEMO, OWNER, signed
from .conftest import SHARED

WORLD = "w"
PROJECT, OTHER = Owner(WORLD, "project", "c0ffee"), Owner(WORLD, "project", "feedface")
SPEC: LogSpec[str] = LogSpec(9, 99, len, str.encode, lambda number, content: content.decode())


@pytest.fixture(params=SHARED)
def stores(request) -> Iterator[tuple[Store, Store]]:
    """The store of one server, and that of another one on the same state."""
    url = request.getfixturevalue(f"{request.param}_url")
    with ExitStack() as stack:
        pair = open_store(url), open_store(url)
        for each in pair:
            stack.callback(each.close)
        yield pair


@pytest.fixture
def store(stores) -> Store:
    """A store with a project."""
    stores[0].create(PROJECT, {"things": {"a": {"n": 1}}})
    return stores[0]


@pytest.fixture
def trips(monkeypatch) -> list[list[object]]:
    """The verbs of the commands of each round trip."""
    trips, send = [], RedisClient.send
    monkeypatch.setattr(
        RedisClient,
        "send",
        lambda self, each: trips.append([words[0] for words in each]) or send(self, each),
    )
    return trips


@contextmanager
def request(store: Store, operation: str = "get", **names: str) -> Iterator[None]:
    """A request of one caller in the world."""
    shared_state = store.backend.shared_state()
    shared_state.begin(operation, {"caller": "key", "key": "key", **names}, None)
    shared_state.enter("key", WORLD)
    yield
    shared_state.end(learn=True)


def value(store: Store, owner: Owner = PROJECT) -> int:
    return store.all(owner, "things")["a"]["n"]


def count_up(store: Store, owner: Owner = PROJECT) -> None:
    store.change(owner, "things", "a", lambda thing: {"n": thing["n"] + 1})


def test_many_owners_of_worlds_are_read_in_one_round_trip(store, trips):
    other, missing = Owner("another", "project", "c0ffee"), Owner(WORLD, "project", "missing")
    store.create(other, {"things": {}})
    trips.clear()
    contents = store.backend.read_many([other, PROJECT, missing])
    assert trips == [["MGET", "MGET"]]
    assert contents == [store.backend.read(other), store.backend.read(PROJECT), None]


def test_an_operation_reads_ahead_what_it_read_before_for_another_project(store, trips):
    store.create(OTHER, {"things": {"a": {"n": 5}}})
    with request(store, group_id="c0ffee"):
        assert value(store) == 1
    trips.clear()
    with request(store, group_id="feedface"):
        assert [len(trips), value(store, OTHER), value(store, OTHER), len(trips)] == [1, 5, 5, 1]


def test_what_was_not_foreseen_is_read_with_the_rest_again(stores, store):
    with request(store):
        value(store)
    with request(store):
        count_up(stores[1])
        assert [*store.names(WORLD, "project")] == ["c0ffee"]
        assert value(store) == 2


def test_after_its_own_change_a_request_reads_what_there_is(stores, store, trips):
    for turn in range(2):
        trips.clear()
        with request(store, "put"):
            value(store)
            store.create(Owner(WORLD, "project", f"new{turn}"), {})
            assert len([*store.names(WORLD, "project")]) == turn + 2
            count_up(store)
            assert value(store) == turn + 2
    assert len(trips) == 3


def test_a_change_of_what_another_server_changed_meanwhile_is_made_again(stores, store):
    with request(store, "put"):
        count_up(store)
    with request(store, "put"):
        count_up(stores[1])
        count_up(store)
    assert value(stores[1]) == 4


def test_a_change_for_later_is_made_again_if_another_server_was_faster(stores, store):
    states = [each.backend.shared_state() for each in stores]

    def add(content: bytes | None) -> bytes:
        return b"%d" % (int(content or 0) + 1)

    with request(store):
        states[0].change_later(WORLD, "n", add)
        states[0].change_later(WORLD, "n", add)
        states[1].change(WORLD, "n", add)
        assert (states[0].read(WORLD, "n"), states[1].read(WORLD, "n")) == (b"2", b"1")
    assert states[1].read(WORLD, "n") == b"3"


def test_a_log_gets_its_entries_at_the_end_of_the_request_in_one_round_trip(stores, store, trips):
    logs = [each.backend.shared_state().log(WORLD, "texts", SPEC) for each in stores]
    with request(store):
        trips.clear()
        for text in "ab":
            logs[0].add(lambda _, text=text: text, counted="texts")
        assert logs[1].all() == []
        trips.clear()
    assert (len(trips), logs[1].all()) == (1, ["a", "b"])
    assert stores[1].backend.shared_state().counts() == {"texts": 2}


def test_a_nonce_is_marked_with_what_is_read_first(store, trips):
    shared_state, use = store.backend.shared_state(), NonceUse(os.urandom(24), 1, 60.0)
    for is_new in (True, False):
        trips.clear()
        shared_state.begin("get", {"caller": ""}, use)
        assert shared_state.pop_pending(use.nonce) is None
        assert shared_state.mark_used(use.nonce, 1, 0.0, 60.0) is is_new
        assert len(trips) == 1
        assert not shared_state.mark_used(use.nonce, 1, 0.0, 60.0)
        shared_state.end(learn=False)


@pytest.mark.parametrize("count", [1, 3])  # the third one is answered from the cache
def test_a_request_that_cannot_be_recorded_is_answered_all_the_same(redis_url, monkeypatch, count):
    with Emulator(state=redis_url) as emulator, signed(OWNER) as session:
        url = f"{emulator.url}/groups/{DEMO}/integrations"
        for _ in range(count):
            assert session.get(url).status_code == 200
        with monkeypatch.context() as patched:
            lost = Mock(side_effect=StateUnavailable("away"))
            patched.setattr(RedisPipelines, "_send_later", lost)
            assert session.get(url).status_code == 200
        assert emulator.services.worlds.request_counts.unrecorded == 1
        assert session.get(url).status_code == 200
        shown = requests.get(f"{emulator.admin_url}/requests", timeout=20).json()
        assert len(shown["requests"]) == count + 1


def test_a_request_of_one_thread_is_none_of_another(stores, store):
    with request(store):
        value(store)
        count_up(stores[1])
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(value(store)))
        thread.start()
        thread.join()
        assert (value(store), seen) == (1, [2])
    assert value(store) == 2
