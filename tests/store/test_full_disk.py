"""A disk without room, and a process without descriptors: writes are refused, reads go on."""

from __future__ import annotations

import errno
import os
import resource
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import atomic_write
from tests.conftest import DEMO, OWNER, integrations, signed
from tests.redis_servers import wait_until
from tests.serving import Served, opsemu
from tests.storm.client import Client
from tests.storm.writers import address

NEW = {"type": "OPS_GENIE", "region": "US", "apiKey": "a" * 36}
REASONS = [
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EROFS,
    errno.EMFILE,
    errno.EACCES,
]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A server on a directory."""
    with Emulator(state=f"file:{tmp_path_factory.mktemp('state')}") as emulator:
        yield emulator


@pytest.mark.evidence("INFERRED", "no recording of a 503: the unexpected error with that status")
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("number", REASONS, ids=errno.errorcode.get)
def test_a_write_that_fails_is_503_and_one_line_in_the_log(
    emulator, monkeypatch, caplog, number, call
):
    reason = os.strerror(number)

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, reason)

    with signed(OWNER) as session:
        url = integrations(emulator, DEMO)
        before = session.get(url).json()
        with monkeypatch.context() as patch:
            target = atomic_write if call == "write" else os
            patch.setattr(target, "write_file" if call == "write" else call, fail)
            answers = [
                session.put(f"{url}/OPS_GENIE", json=NEW),
                session.delete(f"{url}/SLACK"),
            ]
            snapshot = {"name": "s"}
            admin = requests.post(f"{emulator.admin_url}/snapshots", json=snapshot, timeout=20)
            ready = requests.get(f"{emulator.admin_url}/ready", timeout=20)
        assert [answer.status_code for answer in answers] == [503, 503]
        assert {answer.json()["errorCode"] for answer in answers} == {"UNEXPECTED_ERROR"}
        assert (admin.status_code, admin.json()["error"]) == (503, "state_unavailable")
        assert reason in admin.json()["message"]
        lines = [record for record in caplog.records if record.levelname == "ERROR"]
        assert len(lines) == 3
        assert all(reason in line.getMessage() for line in lines)
        assert all(str(emulator.store.backend._root) in line.getMessage() for line in lines)
        assert not any(line.exc_info for line in lines)
        assert session.get(url).json() == before
        assert ready.status_code == (200 if call == "fsync" else 503)
        assert not list(Path(emulator.store.backend._root).rglob("*.draft*"))
        for method in ("PUT", "DELETE"):
            assert session.request(method, f"{url}/OPS_GENIE", json=NEW).ok


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write to a file until there is no room."""
    with open(path, "wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def ask(served: Served, method: str, path: str) -> int:
    """The status of the admin API's answer."""
    return requests.request(method, served.admin_url + path, timeout=20).status_code


def test_a_full_disk_refuses_writes_until_there_is_room(tmp_path, small_disk):
    state = ("--state", f"file:{small_disk / 'state'}")
    path, value = address(DEMO, "OPS_GENIE"), {**NEW, "region": "EU"}
    with Served(tmp_path, *state) as served:
        with Client(served.port) as client:
            assert client.call("PUT", path, value)[0] == 200
            fill(small_disk / "filler")
            before = len(served.read_log())
            assert [client.call("PUT", path, NEW)[0] for _ in range(3)] == [503] * 3
            assert ask(served, "POST", "/reset") == ask(served, "GET", "/ready") == 503
            assert client.call("GET", path)[1]["region"] == "EU"
            wait_until(lambda: served.read_log()[before:].count("No space left on device") == 4)
            lines = served.read_log()[before:].splitlines()
            (small_disk / "filler").unlink()
            assert ask(served, "GET", "/ready") == 200
            assert client.call("PUT", path, value)[0] == 200
            fill(small_disk / "filler")
        served.stop(signal.SIGKILL)
        failed = [line for line in lines if "was not served" in line]
        assert len(failed) == 4
        assert all(f"{small_disk}" in line and "No space left" in line for line in failed)
        assert "Traceback" not in served.log
    done = opsemu("serve", "--port", 0, *state)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (78, "", 1)
    assert f"{small_disk / 'state'}: No space left on device" in done.stderr
    (small_disk / "filler").unlink()
    with Served(tmp_path, *state) as served, Client(served.port) as client:
        assert client.call("GET", path)[1]["region"] == "EU"
        assert ask(served, "POST", "/reset") == 204


def test_a_quota_of_a_files_size_refuses_writes_until_it_is_lifted(tmp_path):
    state = tmp_path / "state"
    with Served(tmp_path, "--state", f"file:{state}") as served, Client(served.port) as client:
        pid, path = served.process.pid, address(DEMO, "OPS_GENIE")
        size = next(state.glob(f"worlds/*/project/*/{DEMO}.json")).stat().st_size
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        assert client.call("PUT", path, NEW)[0] == 503
        assert client.call("GET", path)[0] == 404
        assert not list(state.rglob("*.draft"))
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
        assert client.call("PUT", path, NEW)[0] == 200
    assert "Traceback" not in served.log


def test_a_server_without_descriptors_refuses_writes_until_it_has_some(tmp_path):
    state = f"file:{tmp_path / 'state'}"
    with Served(tmp_path, "--state", state) as served, Client(served.port) as client:
        pid, path = served.process.pid, address(DEMO, "OPS_GENIE")
        assert client.call("GET", path)[0] == 404

        def used() -> int:
            return len(os.listdir(f"/proc/{pid}/fd"))

        limit = used() + 8
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, 4096))
        others = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(16)]
        wait_until(lambda: used() == limit)
        assert client.call("PUT", path, NEW)[0] == 503
        assert client.call("GET", path)[0] == 404
        for other in others:
            other.close()
        wait_until(lambda: used() < limit)
        assert client.call("PUT", path, NEW)[0] == 200
        assert ask(served, "GET", "/ready") == 200
    assert "Too many open files" in served.log
    assert "Traceback" not in served.log
