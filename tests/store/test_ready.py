"""A server says that it is ready once its state can be written, and is asked again any time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import StateUnavailable, open_store
from tests.redis_servers import Server, fresh
from tests.serving import opsemu


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    """A server of its own."""
    with Server(tmp_path) as server:
        yield server


REFUSALS = {
    "full": (
        ("CONFIG", "SET", "maxmemory", "1"),
        "command not allowed when used memory > 'maxmemory'",
    ),
    "a replica": (("REPLICAOF", "127.0.0.1", "1"), "can't write against a read only replica"),
}


def test_a_redis_that_refuses_writes_ends_a_start_in_69(redis):
    command, reason = REFUSALS["full"]
    Emulator(state=fresh(redis)).stop()
    redis.ask(*command)
    done = opsemu("serve", "--port", 0, "--state", fresh(redis))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (69, "", 1)
    assert f"opsemu: state server redis://127.0.0.1:{redis.port}" in done.stderr
    assert reason in done.stderr


@pytest.mark.parametrize("state", REFUSALS)
def test_ready_tells_that_redis_refuses_writes(redis, state):
    command, reason = REFUSALS[state]
    with Emulator(state=fresh(redis)) as emulator:
        url = f"{emulator.admin_url}/ready"
        assert requests.get(url, timeout=20).json() == {"status": "ready"}
        redis.ask(*command)
        answer = requests.get(url, timeout=20)
        assert (answer.status_code, reason in answer.json()["status"]) == (503, True)
        redis.ask("REPLICAOF", "NO", "ONE")
        redis.ask("CONFIG", "SET", "maxmemory", "0")
        assert requests.get(url, timeout=20).json() == {"status": "ready"}


def test_an_emulator_does_not_start_on_state_that_cannot_be_written(redis):
    emulator = Emulator(state=fresh(redis))
    redis.ask("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StateUnavailable, match="maxmemory"):
        emulator.start()
    redis.ask("CONFIG", "SET", "maxmemory", "0")
    with emulator:
        assert requests.get(f"{emulator.admin_url}/ready", timeout=20).ok


def test_a_directory_that_cannot_be_written_is_given_back(tmp_path, monkeypatch):
    state = f"file:{tmp_path / 'state'}"
    emulator = Emulator(state=state)
    emulator.stop()
    with monkeypatch.context() as patch:
        patch.setattr(emulator.store.backend, "check_write", unavailable)
        with pytest.raises(StateUnavailable, match="No space left"):
            emulator.start()
    with closing(open_store(state)):
        pass
    with emulator:
        assert requests.get(f"{emulator.admin_url}/ready", timeout=20).ok


def unavailable() -> None:
    raise StateUnavailable("/state: No space left on device")


def test_a_read_only_directory_ends_a_start_in_78(tmp_path):
    state = tmp_path / "state"
    Emulator(state=f"file:{state}").stop()
    mount = ["mount", "--bind", str(state), str(state)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting takes root")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(state)], check=True)
        done = opsemu("serve", "--port", 0, "--state", f"file:{state}")
    finally:
        subprocess.run(["umount", str(state)], check=True)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == f"opsemu: state directory {state}: Read-only file system\n"
