"""`file:DIR`: what can be wrong with a directory, and who is told."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import orjson
import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import Owner, StateError, open_store
from opsemu.store.seen import SeenFiles

from .conftest import DEMO, OWNER, integrations, signed
from .serving import Served
from .storm.client import Client
from .storm.crashes import crash, slots
from .storm.writers import seed

PROJECT = Owner("default", "project", "c0ffee")


@pytest.fixture
def state(tmp_path) -> Path:
    """A state directory with one owner."""
    open_store(f"file:{tmp_path / 'state'}").create(PROJECT, {"things": {"a": {"n": 1}}})
    return tmp_path / "state"


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


def test_a_torn_file_is_named_when_it_is_read_and_never_overwritten(state, owner_file):
    store = open_store(f"file:{state}")
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


def test_verifying_finds_a_torn_file_among_many(state):
    store = open_store(f"file:{state}")
    for number in range(50):
        store.create(Owner("default", "project", f"p{number}"), {"things": {}})
    torn = next(state.glob("worlds/*/*/*/p3.json"))
    torn.write_bytes(torn.read_bytes()[:-5])
    with pytest.raises(StateError, match=str(torn)):
        store.verify(60)


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


@pytest.mark.parametrize("left", [["locks"], ["locks", "opsemu.json.draft"], ["opsemu.json"]])
def test_a_first_start_that_was_cut_short_is_made_up_for(state, left):
    for path in list(state.iterdir()):
        if path.name not in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if "opsemu.json.draft" in left:
        (state / "opsemu.json.draft").write_bytes(b'{"for')
    assert len(open_store(f"file:{state}").backend.secret()) == 32


def test_a_draft_that_a_killed_writer_left_is_harmless(state, owner_file):
    owner_file.with_name(owner_file.name + ".draft").write_bytes(b'{"things":{"a":{"n":')
    store = open_store(f"file:{state}")
    assert list(store.names("default", "project")) == ["c0ffee"]
    assert store.change(PROJECT, "things", "a", lambda old: {"n": old["n"] + 1}) == {"n": 2}
    assert store.get(PROJECT, "things", "a") == {"n": 2}


@pytest.mark.parametrize("length", [10, 100_000])
def test_a_draft_longer_or_shorter_than_what_follows_leaves_nothing_of_itself(state, length):
    store = open_store(f"file:{state}")
    for number in range(4):
        text = "x" * (length if number % 2 else 1_000)
        store.change(PROJECT, "things", "a", lambda _, text=text: {"n": text})
        assert open_store(f"file:{state}").get(PROJECT, "things", "a") == {"n": text}


def test_a_dropped_owner_leaves_no_file(state, owner_file):
    store = open_store(f"file:{state}")
    store.change(PROJECT, "things", "a", lambda _: {"n": 2})
    store.drop(PROJECT)
    assert list(owner_file.parent.iterdir()) == []


def test_owners_made_anew_are_read_anew(state):
    first, second = open_store(f"file:{state}"), open_store(f"file:{state}")
    for number in range(50):
        first.drop(PROJECT)
        first.create(PROJECT, {"things": {"a": {"n": 10 + number}}})
        assert second.get(PROJECT, "things", "a") == {"n": 10 + number}


def test_what_is_remembered_of_files_is_bounded(tmp_path):
    files = SeenFiles(most=10_000)
    for number in range(20):
        (tmp_path / str(number)).write_bytes(b"%d" % number * 500)
    for _ in range(2):
        for number in range(20):
            assert files.read(str(tmp_path / str(number))) == b"%d" % number * 500
    assert files.size <= 10_000
    assert files.read(str(tmp_path / "none")) is None


def test_without_fsync_a_killed_server_loses_nothing_it_acknowledged(tmp_path):
    (tmp_path / "seed.json").write_text(json.dumps(seed()))
    state = f"file:{tmp_path / 'state'}?fsync=off"
    arguments = (tmp_path, "--state", state, "--seed", tmp_path / "seed.json")
    written = slots()
    with Served(*arguments) as served:
        crash(served, written, writes=20)
    open_store(state).verify(60)
    with Served(*arguments) as served, Client(served.port) as client:
        assert all(slot.is_in(client) for slot in written), written


def test_a_clearing_that_was_cut_short_is_made_up_for(state):
    (state / "cleared.0").mkdir()
    store = open_store(f"file:{state}")
    assert store.get(PROJECT, "things", "a") == {"n": 1}
    store.clear()
    assert not list(state.glob("cleared.*"))


def test_state_survives_the_store(state):
    assert open_store(f"file:{state}").get(PROJECT, "things", "a") == {"n": 1}


def test_stores_on_one_directory_see_each_others_changes_at_once(state):
    first, second = open_store(f"file:{state}"), open_store(f"file:{state}")
    first.change(PROJECT, "things", "a", lambda _: {"n": 2})
    assert second.get(PROJECT, "things", "a") == {"n": 2}
    second.drop(PROJECT)
    assert first.get(PROJECT, "things", "a") is None


def test_stores_on_one_directory_share_a_secret(state):
    assert open_store(f"file:{state}").backend.secret() == (state / "secret").read_bytes()


@pytest.mark.parametrize("option", ["fsync=on", "fsync=off"])
def test_a_reader_never_meets_half_a_file(state, option):
    writer, store = (open_store(f"file:{state}?{option}") for _ in range(2))
    writes = 150

    def read() -> set[int]:
        lengths = set()
        while not done:
            found = store.get(PROJECT, "things", "a")["n"]
            lengths |= {0} if found == 1 else {len(set(found))}
        return lengths

    done: list[bool] = []
    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read) for _ in range(3)]
        for number in range(writes):
            text = chr(97 + number % 26) * (1 + number * 97 % 30_000)
            writer.change(PROJECT, "things", "a", lambda _, text=text: {"n": text})
        done.append(True)
        assert set.union(*(reader.result() for reader in readers)) <= {0, 1}


def _open(directory: str) -> bytes:
    store = open_store(f"file:{directory}")
    store.create(Owner("default", "project", str(os.getpid())), {})
    return store.backend.secret()


def test_processes_that_claim_a_directory_at_once_agree(tmp_path):
    with get_context("spawn").Pool(2) as processes:
        for number in range(10):
            directory = tmp_path / str(number)
            assert len(set(processes.map(_open, [str(directory)] * 2, chunksize=1))) == 1


def test_a_file_torn_after_the_start_is_the_vendors_500_and_named_to_the_operator(tmp_path, caplog):
    with Emulator(state=f"file:{tmp_path / 'state'}") as emulator, signed(OWNER) as session:
        torn = next((tmp_path / "state").glob(f"worlds/*/project/*/{DEMO}.json"))
        torn.write_bytes(torn.read_bytes()[:50])
        answer: requests.Response = session.get(integrations(emulator, DEMO))
    assert answer.status_code == 500
    assert answer.json()["errorCode"] == "UNEXPECTED_ERROR"
    assert str(tmp_path) not in answer.text
    assert str(torn) in caplog.text
