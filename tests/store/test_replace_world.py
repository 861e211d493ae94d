"""A world is replaced in one step: readers and failures find the old or the new one, whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import Owner, StateUnavailable, Store, UnusableName, open_store
from opsemu.store.base import Tables
from tests.conftest import DEMO, OWNER, signed
from tests.redis_servers import Server, fresh, wait_until

FIRST = Owner("default", "project", "first")
OTHER = Owner("second", "project", "first")
PROJECT = {"orgId": "0ff1ce0ff1ce0ff1ce0ff1ce", "created": "2020-01-01T00:00:00Z"}
COUNT = 600  # more than Redis is sent at once


@pytest.fixture
def store(url) -> Iterator[Store]:
    """A store with two worlds."""
    with closing(open_store(url)) as store:
        store.replace_world("default", world("old"))
        store.create(OTHER, {"things": {}})
        yield store


def world(tag: str, count: int = 4) -> list[tuple[Owner, Tables]]:
    """Owners of several kinds, all with the same tag, and one that is in this world only."""
    names = ["first", tag, *map(str, range(count))]
    owners = [Owner("default", kind, name) for name in names for kind in ("project", "tenant")]
    return [(owner, {"things": {"a": {"tag": tag}}}) for owner in owners]


def content(store: Store) -> dict[Owner, Tables | None]:
    """All that the default world holds."""
    return {owner: store.tables(owner) for owner in store.owners("default")}


def test_a_replaced_world_holds_the_new_owners_and_no_old_one(store, url):
    count = COUNT if url.startswith("redis:") else 20
    store.replace_world("default", world("new", count))
    assert content(store) == dict(world("new", count))
    store.replace_world("default", world("old"))
    assert content(store) == dict(world("old"))
    assert list(store.owners("second")) == [OTHER]
    store.replace_world("default", [])
    assert content(store) == {}
    assert store.create(FIRST, {"things": {}}) is True


def test_a_world_survives_a_replacement_that_fails_half_way(store, url):
    def failing() -> Iterator[tuple[Owner, Tables]]:
        yield from world("new", 10)
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        store.replace_world("default", failing())
    assert content(store) == dict(world("old"))
    store.close()
    with closing(open_store(url)) as again:
        assert url == "memory:" or content(again) == dict(world("old"))


def test_a_write_that_began_before_brings_nothing_of_the_old_world_back(store):
    gone = Owner("default", "project", "old")
    before, first = store.backend.read(gone), store.backend.read(FIRST)
    store.replace_world("default", world("new"))
    for owner, content_before in ((gone, before), (FIRST, first)):
        with store.backend.lock(owner):
            assert store.backend.swap(owner, content_before, b"{}") is False
    assert content(store) == dict(world("new"))


def test_readers_find_an_owner_at_every_moment(store):
    done: list[bool] = []

    def read() -> set[tuple[object, int]]:
        seen = set()
        while not done:
            tag = store.all(FIRST, "things").get("a", {}).get("tag")
            seen.add((tag, len(list(store.names("default", "project")))))
        return seen

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        for number in range(8):
            store.replace_world("default", world(("new", "old")[number % 2]))
        done.append(True)
        seen = set.union(*(reader.result() for reader in readers))
    assert seen <= {("old", 6), ("new", 6)}


def leftovers(state: Path) -> list[str]:
    """What a replacement may leave in a state directory."""
    return [path.name for pattern in ("draft.*", "next.*") for path in state.glob(pattern)]


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "mkdir", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_a_directory_that_cannot_be_written_keeps_the_old_world(
    tmp_path, file_url, monkeypatch, number, call
):
    """`number` is raised by the third call of its kind."""
    with closing(open_store(file_url)) as store:
        store.replace_world("default", world("old"))
        fail_after(monkeypatch, call, 2, number)
        with pytest.raises(StateUnavailable, match=os.strerror(number)) as error:
            store.replace_world("default", world("new"))
        monkeypatch.undo()
        assert str(tmp_path / "state") in str(error.value)
        assert content(store) == dict(world("old"))
        assert leftovers(tmp_path / "state") == []
        store.replace_world("default", world("new"))
        assert content(store) == dict(world("new"))


@pytest.mark.parametrize("step", range(3))
def test_a_switch_that_fails_is_taken_back(tmp_path, file_url, monkeypatch, step):
    with closing(open_store(file_url)) as store:
        store.replace_world("default", world("old"))
        fail_after(monkeypatch, "rename", step, errno.EIO)
        with pytest.raises(StateUnavailable):
            store.replace_world("default", world("new"))
        monkeypatch.undo()
        assert content(store) == dict(world("old"))
        assert leftovers(tmp_path / "state") == []
    with closing(open_store(file_url)) as store:
        assert content(store) == dict(world("old"))


def fail_after(monkeypatch: pytest.MonkeyPatch, call: str, count: int, number: int) -> None:
    """Let one call of a function of the system fail, after so many that succeed."""
    calls = iter(range(10**9))

    def failing(real):  # type: ignore[no-untyped-def]
        def call_or_fail(*arguments, **options):  # type: ignore[no-untyped-def]
            if next(calls) == count:
                name = () if call == "fsync" else (str(arguments[0]),)
                raise OSError(number, os.strerror(number), *name)
            return real(*arguments, **options)

        return call_or_fail

    if call == "rename":
        monkeypatch.setattr(Path, "rename", failing(Path.rename))
    elif call == "write":
        from opsemu.store import world_folders

        monkeypatch.setattr(world_folders, "write_file", failing(world_folders.write_file))
    else:
        monkeypatch.setattr(os, call, failing(getattr(os, call)))


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_switch_that_was_cut_short_is_finished_at_the_next_start(tmp_path, file_url, is_moved):
    state = tmp_path / "state"
    for tag, place in (("new", "next.default"), ("old", "removed.0" if is_moved else "old")):
        with closing(open_store(file_url)) as store:
            store.replace_world("default", world(tag))
        (state / "worlds" / "default").rename(tmp_path / place)
    (tmp_path / "next.default").rename(state / "next.default")
    if is_moved:
        (tmp_path / "removed.0").rename(state / "removed.0")
    else:
        (tmp_path / "old").rename(state / "worlds" / "default")
    (state / "draft.0").mkdir()
    with closing(open_store(file_url)) as store:
        assert content(store) == dict(world("new"))
        wait_until(lambda: not leftovers(state) and not list(state.glob("removed.*")))


def test_a_name_that_is_too_long_for_a_file_changes_nothing(store, url):
    long = [*world("new"), (Owner("default", "project", "ä" * 300), {"things": {}})]
    if not url.startswith("file:"):
        store.replace_world("default", long)
        assert content(store) == dict(long)
        return
    with pytest.raises(UnusableName, match="a name is too long for a file: %c3%a4"):
        store.replace_world("default", long)
    assert content(store) == dict(world("old"))
    assert store.tables(long[-1][0]) is None


def test_an_import_with_a_long_name_leaves_the_world_whole(url):
    with Emulator(state=url) as emulator:
        address = f"{emulator.admin_url}/state"
        before = requests.get(address, timeout=20).json()
        name = "a" * 300
        about = {"id": name, "name": "T", "deactivated": False}
        owners = {f"tenant/{name}": {"tenant": {name: about}}, **before["owners"]}
        answer = requests.put(address, json={"format": 1, "owners": owners}, timeout=20)
        after = requests.get(address, timeout=20).json()["owners"]
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_state")
    assert after == before["owners"]


def test_requests_during_a_restore_are_answered(url):
    with Emulator(state=url) as emulator, signed(OWNER) as session:
        admin, done = emulator.admin_url, []
        state = requests.get(f"{admin}/state", timeout=20).json()
        abouts = [{**PROJECT, "id": f"{n:024x}", "name": f"p{n}"} for n in range(50)]
        projects = {f"project/{each['id']}": {"project": {each["id"]: each}} for each in abouts}
        state["owners"] |= projects
        assert requests.put(f"{admin}/state", json=state, timeout=20).status_code == 204
        assert requests.post(f"{admin}/snapshots", json={"name": "s"}, timeout=20).ok

        def read() -> set[int]:
            path = f"{emulator.url}/groups/{DEMO}"
            return {session.get(path).status_code for _ in iter(lambda: bool(done), True)}

        with ThreadPoolExecutor(1) as threads:
            reader = threads.submit(read)
            for _ in range(3):
                answer = requests.post(f"{admin}/snapshots/s/restore", timeout=20)
                assert answer.status_code == 204
            done.append(True)
            assert reader.result() == {200}


class TestFullRedis:
    """`maxmemory` is reached: every change is refused, and nothing is lost."""

    @pytest.fixture
    def full(self, tmp_path) -> Iterator[Server]:
        """A server of its own."""
        with Server(tmp_path) as server:
            yield server

    def test_a_full_server_keeps_every_world_and_recovers(self, full):
        with Emulator(state=fresh(full)) as emulator, signed(OWNER) as session:
            admin = emulator.admin_url

            def ask(method: str, path: str, **options: object) -> int:
                return requests.request(method, admin + path, timeout=20, **options).status_code  # type: ignore[arg-type]

            assert ask("POST", "/snapshots", json={"name": "s"}) == 201
            state = requests.get(f"{admin}/state", timeout=20).json()
            made = requests.post(f"{admin}/worlds", json={"name": "w", "seed": "demo"}, timeout=20)
            key = made.json()["mongodb"]["keys"][0]
            changes = (
                ("POST", "/reset", {}),
                ("POST", "/reset?world=w", {}),
                ("POST", "/snapshots/s/restore", {}),
                ("PUT", "/state", {"json": state}),
                ("POST", "/worlds", {"json": {"name": "x", "seed": "demo"}}),
                ("POST", "/seed?world=w", {"json": {}}),
            )
            full.ask("CONFIG", "SET", "maxmemory", "1")
            assert [ask(method, path, **options) for method, path, options in changes] == [503] * 6
            assert ask("GET", "/ready") == 503
            assert requests.get(f"{admin}/state", timeout=20).json() == state
            full.ask("CONFIG", "SET", "maxmemory", "0")
            assert ask("GET", "/ready") == 200
            with signed((key["publicKey"], key["privateKey"])) as world_session:
                assert world_session.get(f"{emulator.url}/groups").status_code == 200
            assert requests.get(f"{admin}/worlds", timeout=20).json()["worlds"] == ["default", "w"]
            codes = [ask(method, path, **options) for method, path, options in changes]
            assert codes == [204, 204, 204, 204, 201, 204]
            assert session.get(f"{emulator.url}/groups").status_code == 200
