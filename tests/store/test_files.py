"""`file:DIR`: one process at a time, what can be wrong with a directory, and who is told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path

import orjson
import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import Owner, StateError, Store, atomic_write, files, open_store
from tests.conftest import DEMO, OWNER, integrations, signed
from tests.redis_servers import wait_until
from tests.serving import Served, opsemu
from tests.storm.client import Client
from tests.storm.crashes import crash, slots
from tests.storm.writers import seed

PROJECT = Owner("default", "project", "c0ffee")


@pytest.fixture
def state(tmp_path) -> Path:
    """A state directory with one owner."""
    with closing(open_store(f"file:{tmp_path / 'state'}")) as store:
        store.create(PROJECT, {"things": {"a": {"n": 1}}})
    return tmp_path / "state"


@pytest.fixture
def store(state) -> Iterator[Store]:
    """The store in the directory."""
    with closing(open_store(f"file:{state}")) as store:
        yield store


@pytest.fixture
def owner_file(state) -> Path:
    """The file of the one owner."""
    (found,) = state.glob("worlds/*/*/*/*.json")
    return found


@pytest.mark.parametrize(
    "content",
    [b"", b'{"things":{"a":{"n"', b"[]", b"null", b'{"things":[]}', b'{"a":{"b":1}}', b"\0" * 40],
)
def test_a_torn_file_is_named_at_the_next_start(state, owner_file, content):
    owner_file.write_bytes(content)
    with pytest.raises(StateError) as error:
        open_store(f"file:{state}")
    assert str(owner_file) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_torn_file_is_named_when_it_is_read_and_never_overwritten(store, owner_file):
    owner_file.write_bytes(b'{"things"')
    for use in (
        lambda: store.get(PROJECT, "things", "a"),
        lambda: store.change(PROJECT, "things", "a", lambda _: {}),
        lambda: store.delete(PROJECT, "things", "a"),
    ):
        with pytest.raises(StateError, match="is torn") as error:
            use()
        assert str(owner_file) in str(error.value)
    assert owner_file.read_bytes() == b'{"things"'


def test_verifying_finds_a_torn_file_among_many(store, state):
    for number in range(50):
        store.create(Owner("default", "project", f"p{number}"), {"things": {}})
    torn = next(state.glob("worlds/*/*/*/p3.json"))
    torn.write_bytes(torn.read_bytes()[:-5])
    with pytest.raises(StateError, match=str(torn)):
        store.backend.verify(60)


def test_a_folder_in_the_place_of_a_file_is_named(state, owner_file):
    owner_file.unlink()
    owner_file.mkdir()
    with pytest.raises(StateError, match=str(owner_file)):
        open_store(f"file:{state}")


def test_a_directory_of_somebody_elses_is_left_alone(tmp_path):
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "locks").mkdir()
    with pytest.raises(StateError, match=f"{tmp_path} holds files that are not opsemu's"):
        open_store(f"file:{tmp_path}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["locks", "secret"]
    assert (tmp_path / "secret").read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'"text"', b"\xff"])
def test_a_torn_mark_is_named(state, content):
    (state / "opsemu.json").write_bytes(content)
    with pytest.raises(StateError, match=str(state / "opsemu.json")):
        open_store(f"file:{state}")


def test_a_newer_format_is_refused_before_anything_is_read(state):
    (state / "opsemu.json").write_bytes(orjson.dumps({"format": 2}))
    with pytest.raises(StateError, match=r"has format 2, this opsemu reads 1"):
        open_store(f"file:{state}")


@pytest.mark.parametrize(
    "place", ["file/state", "file", "/proc/opsemu", "/dev/null/x", "/proc/self/fd"]
)
def test_a_directory_that_cannot_be_used_is_named(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match=place):
        open_store(f"file:{place}")


@pytest.mark.parametrize("url", ["", "memory", "memory:x", "file:", "/tmp/x", "FILE:x", "redis:x"])
def test_a_state_of_no_known_kind_is_refused(url):
    with pytest.raises(StateError, match=r"state is 'memory:', 'file:DIR' or 'redis:"):
        open_store(url)


@pytest.mark.parametrize("option", ["fsync", "fsync=no", "x=1", "fsync=on&x=1"])
def test_an_unknown_option_is_refused(tmp_path, option):
    with pytest.raises(StateError, match="knows fsync=on and fsync=off"):
        open_store(f"file:{tmp_path / 'state'}?{option}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("left", [["lock"], ["lock", "opsemu.json.draft"], ["opsemu.json"]])
def test_a_first_start_that_was_cut_short_is_made_up_for(state, left):
    for path in list(state.iterdir()):
        if path.name not in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if "opsemu.json.draft" in left:
        (state / "opsemu.json.draft").write_bytes(b'{"for')
    with closing(open_store(f"file:{state}")) as store:
        assert len(store.backend.secret()) == 32


def test_a_draft_that_a_killed_writer_left_is_harmless(state, owner_file):
    owner_file.with_name(owner_file.name + ".draft").write_bytes(b'{"things":{"a":{"n":')
    with closing(open_store(f"file:{state}")) as store:
        assert list(store.names("default", "project")) == ["c0ffee"]
        assert store.change(PROJECT, "things", "a", lambda old: {"n": old["n"] + 1}) == {"n": 2}
        assert store.get(PROJECT, "things", "a") == {"n": 2}


def test_a_draft_longer_than_what_follows_leaves_nothing_of_itself(state, owner_file):
    owner_file.with_name(owner_file.name + ".draft").write_bytes(b"x" * 100_000)
    with closing(open_store(f"file:{state}")) as store:
        store.change(PROJECT, "things", "a", lambda _: {"n": 2})
    assert owner_file.read_bytes() == b'{"things":{"a":{"n":2}}}\n'
    assert list(owner_file.parent.iterdir()) == [owner_file]


def test_a_dropped_owner_leaves_no_file(store, owner_file):
    owner_file.with_name(owner_file.name + ".draft").write_bytes(b"torn")
    store.drop(PROJECT)
    assert list(owner_file.parent.iterdir()) == []


def test_the_cache_is_bounded(store, monkeypatch):
    monkeypatch.setattr(files, "MAX_CACHED", 10)
    for number in range(25):
        owner = Owner("default", "project", str(number))
        store.create(owner, {"things": {"a": {"n": number}}})
        assert store.get(owner, "things", "a") == {"n": number}
        assert len(store.backend._cache) <= 10


def test_some_owners_are_listed_without_a_list_of_all(store):
    owners = {Owner("default", "thing", str(number)) for number in range(40)}
    for owner in owners:
        store.create(owner, {"things": {}})
    store.backend._clear_cache()
    names = store.some_names("default", "thing", 7)
    assert len(set(names)) == 7
    assert not store.backend._names
    assert {*store.names("default", "thing")} == {owner.name for owner in owners}
    assert len(store.some_names("default", "thing", 7)) == 7
    assert len(list(store.some_owners("default", 7))) == 7
    assert owners <= {*store.some_owners("default", 1000)}
    assert store.some_names("default", "nothing", 7) == []


def test_content_that_is_overwritten_while_it_is_read_is_not_cached(store, monkeypatch):
    def overtaken_open(path, mode):
        content = Path(path).read_bytes()
        monkeypatch.undo()
        store.change(PROJECT, "things", "a", lambda _: {"n": 2})
        return BytesIO(content)

    store.backend._cache.clear()
    monkeypatch.setattr(atomic_write, "open", overtaken_open, raising=False)
    assert store.get(PROJECT, "things", "a") == {"n": 1}
    assert store.get(PROJECT, "things", "a") == {"n": 2}


def test_without_fsync_a_killed_server_loses_nothing_it_acknowledged(tmp_path):
    (tmp_path / "seed.json").write_text(json.dumps(seed()))
    state = f"file:{tmp_path / 'state'}?fsync=off"
    arguments = (tmp_path, "--state", state, "--seed", tmp_path / "seed.json")
    written = slots()
    with Served(*arguments) as served:
        crash(served, written, writes=20)
    with closing(open_store(state)) as store:
        store.backend.verify(60)
    with Served(*arguments) as served, Client(served.port) as client:
        assert all(slot.is_in(client) for slot in written), written


@pytest.mark.parametrize("name", ["removed.0", "cleared.0", "locks", "board"])
def test_what_is_left_over_is_removed_at_the_next_start(state, name):
    (state / name).mkdir()
    (state / name / "file").write_text("")
    (state / "board.lock").write_text("")
    with closing(open_store(f"file:{state}")) as store:
        assert store.get(PROJECT, "things", "a") == {"n": 1}
        wait_until(lambda: not (state / name).exists() and not (state / "board.lock").exists())


def test_a_removed_world_is_gone_from_the_disk(store, state):
    store.drop_world("default")
    wait_until(lambda: not list(state.glob("removed.*")))
    assert list((state / "worlds").iterdir()) == []


def test_state_survives_the_store(store):
    assert store.get(PROJECT, "things", "a") == {"n": 1}


def test_the_secret_survives_the_store(store, state):
    assert store.backend.secret() == (state / "secret").read_bytes()


def modes(directory: Path) -> set[str]:
    """The modes of all files and folders, below a directory and of itself."""
    return {stat.filemode(path.lstat().st_mode) for path in (directory, *directory.rglob("*"))}


def test_nobody_else_may_read_the_files(store, state):
    store.create(Owner("second", "tenant", "t"), {})
    assert modes(state) == {"drwx------", "-rw-------"}


def test_files_that_others_could_read_are_made_private(state, owner_file):
    owner_file.with_name(owner_file.name + ".draft").write_bytes(b"")
    for path in (state, *state.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with closing(open_store(f"file:{state}")):
        assert modes(state) == {"drwx------", "-rw-------"}


class TestOneProcess:
    """A directory belongs to one process, for as long as its store is open."""

    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        """The state directory, not made yet."""
        return tmp_path / "state"

    @pytest.fixture
    def refused(self, folder) -> Callable[[int], None]:
        """Fails unless `opsemu serve` on the directory ends with 78 and names the process."""

        def refused(pid: int) -> None:
            done = opsemu("serve", "--port", 0, "--state", f"file:{folder}")
            assert (done.returncode, done.stdout) == (78, "")
            assert f"state directory {folder} is in use by process {pid} on " in done.stderr
            assert done.stderr.count("\n") == 1

        return refused

    def test_a_second_process_is_told_the_first_and_ends_with_78(self, tmp_path, folder, refused):
        with Served(tmp_path, "--state", f"file:{folder}") as first:
            refused(first.process.pid)
            refused(first.process.pid)
            with Client(first.port) as client:
                assert client.call("GET", f"/api/public/v1.0/groups/{DEMO}/integrations")[0] == 200

    def test_the_directory_opens_again_after_kill_9(self, tmp_path, folder, refused):
        with Served(tmp_path, "--state", f"file:{folder}") as first:
            first.stop(signal.SIGKILL)
        with Served(tmp_path, "--state", f"file:{folder}") as second:
            refused(second.process.pid)

    def test_a_second_emulator_in_the_same_process_is_refused(self, folder, refused):
        url = f"file:{folder}"
        with Emulator(state=url), pytest.raises(StateError, match=f"process {os.getpid()} on "):
            Emulator(state=url)
        with Emulator(state=url):
            refused(os.getpid())

    def test_an_emulator_that_is_stopped_releases_the_directory(self, folder):
        url = f"file:{folder}"
        emulator = Emulator(state=url)
        for _ in range(2):
            with emulator, signed(OWNER) as session:
                assert session.get(integrations(emulator, DEMO)).json()["totalCount"] == 2
            with closing(open_store(url)), pytest.raises(StateError, match="is in use by"):
                emulator.start()

    def test_what_another_wrote_meanwhile_is_seen(self, folder):
        first = open_store(f"file:{folder}")
        first.create(PROJECT, {"things": {"a": {"n": 1}}})
        first.close()
        with closing(open_store(f"file:{folder}")) as second:
            second.change(PROJECT, "things", "a", lambda _: {"n": 2})
        first.open()
        assert first.get(PROJECT, "things", "a") == {"n": 2}
        first.close()

    def test_a_closed_store_does_not_write(self, store, state, owner_file):
        content = owner_file.read_bytes()
        store.close()
        for write in (
            lambda: store.change(PROJECT, "things", "a", lambda _: {"n": 2}),
            lambda: store.drop(PROJECT),
            lambda: store.drop_world("default"),
        ):
            with pytest.raises(StateError, match=f"state directory {state} is closed"):
                write()
        assert owner_file.read_bytes() == content

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}"])
    def test_a_process_that_cannot_be_named_is_another(self, store, state, content):
        (state / "process.json").write_bytes(content)
        with pytest.raises(StateError, match="is in use by another process"):
            open_store(f"file:{state}")

    def test_a_directory_that_cannot_be_opened_is_not_held(self, state, owner_file):
        for path in (owner_file, state / "opsemu.json"):
            content = path.read_bytes()
            path.write_bytes(b"{")
            with pytest.raises(StateError, match="is torn"):
                open_store(f"file:{state}")
            path.write_bytes(content)
            open_store(f"file:{state}").close()


@pytest.mark.parametrize("option", ["fsync=on", "fsync=off"])
def test_a_reader_never_meets_half_a_file(state, option):
    done: list[bool] = []

    def read() -> set[int]:
        lengths = set()
        while not done:
            store.backend._cache.clear()
            text = store.get(PROJECT, "things", "a")["n"]
            lengths |= {0} if text == 1 else {len(set(text))}
        return lengths

    with closing(open_store(f"file:{state}?{option}")) as store, ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read) for _ in range(3)]
        for number in range(150):
            text = chr(97 + number % 26) * (1 + number * 97 % 30_000)
            store.change(PROJECT, "things", "a", lambda _, text=text: {"n": text})
        done.append(True)
        assert set.union(*(reader.result() for reader in readers)) <= {0, 1}


def test_a_file_torn_after_the_start_is_the_vendors_500_and_named_to_the_operator(tmp_path, caplog):
    state = f"file:{tmp_path / 'state'}"
    Emulator(state=state).stop()
    with Emulator(state=state) as emulator, signed(OWNER) as session:
        torn = next((tmp_path / "state").glob(f"worlds/*/project/*/{DEMO}.json"))
        torn.write_bytes(torn.read_bytes()[:50])
        answer: requests.Response = session.get(integrations(emulator, DEMO))
    assert answer.status_code == 500
    assert answer.json()["errorCode"] == "UNEXPECTED_ERROR"
    assert str(tmp_path) not in answer.text
    assert str(torn) in caplog.text


def test_an_owner_that_there_is_not_is_looked_for_on_the_disk_once(store, monkeypatch):
    reads, read_file = [], files.read_file
    monkeypatch.setattr(files, "read_file", lambda path: reads.append(path) or read_file(path))
    other = Owner("default", "project", "other")
    assert [store.tables(other) for _ in range(3)] == [None] * 3
    asked = len(reads)
    store.create(other, {"things": {}})
    assert store.tables(other) == {"things": {}}
    store.drop(other)
    assert [store.tables(other) for _ in range(3)] == [None] * 3
    store.replace_world("default", [(other, {"things": {"a": {}}})])
    assert store.tables(other) == {"things": {"a": {}}}
    assert asked == 2  # before and after it waited for a world that is being replaced
