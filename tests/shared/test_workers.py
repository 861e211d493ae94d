"""`--workers`: several processes behind one port, and the one that minds them."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from ..conftest import DEMO, OWNER, signed
from ..serving import PATIENCE, Served, opsemu
from ..storm.client import Client

ALL = f"/api/public/v1.0/groups/{DEMO}/integrations"


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path, "--state", f"file:{tmp_path / 'state'}", "--workers", 3) as running:
        yield running


def workers(served) -> set[int]:
    """The processes that answer."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    return {int(pid) for pid in children.read_text().split()}


def until(holds) -> None:
    """Wait for what happens by itself."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def spent(pid: int) -> int:
    """The processor time of a process, in ticks."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


@pytest.fixture(params=["file", "redis"])
def shared(request, tmp_path):
    """A server whose workers share a directory, or a Redis."""
    if request.param == "file":
        yield request.getfixturevalue("served")
        return
    url = request.getfixturevalue("redis_url")
    with Served(tmp_path, "--state", url, "--workers", 2) as running:
        yield running


def test_calls_over_many_connections_are_one_journal(shared):
    def call(number):
        with Client(shared.port) as client:
            return [client.call("GET", ALL)[0] for _ in range(5)]

    with ThreadPoolExecutor(8) as threads:
        found = [status for each in threads.map(call, range(16)) for status in each]
    assert found == [200] * 80
    counted = requests.get(
        f"{shared.admin_url}/requests/count", params={"operation": "getIntegrations"}, timeout=20
    )
    assert counted.json() == {"count": 80}


def test_connections_are_shared_out(served):
    before = {pid: spent(pid) for pid in workers(served)}
    with ThreadPoolExecutor(12) as threads:
        for client in [threads.submit(Client(served.port).__enter__) for _ in range(12)]:
            with client.result() as connected:
                for _ in range(50):
                    assert connected.call("GET", ALL)[0] == 200
    busy = [pid for pid in before if spent(pid) > before[pid]]
    assert len(busy) > 1


def test_a_worker_that_is_killed_is_replaced(served):
    with signed(OWNER) as api:
        url = f"http://127.0.0.1:{served.port}{ALL}"
        body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "Kept"}
        assert api.put(f"{url}/SLACK", json=body).status_code == 200
    before = workers(served)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(workers(served) - before) == 3)
    with Client(served.port) as client:
        assert client.call("GET", f"{ALL}/SLACK")[1]["teamName"] == "Kept"
    assert served.stop(signal.SIGTERM) == 0
    assert served.log.count("died and is replaced") == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all(served, number):
    every = workers(served)
    assert len(every) == 3
    assert served.stop(number) == 0
    assert not any(map(is_running, every))


def test_no_worker_outlives_the_one_that_minds_it(served):
    every = workers(served)
    served.stop(signal.SIGKILL)
    until(lambda: not any(map(is_running, every)))


def test_workers_make_no_two_identifiers_alike(served):
    def make(number):
        with Client(served.port) as client:
            name = {"name": f"Project {number}", "orgId": "decafbaddecafbaddecafbad"}
            return client.call("POST", "/api/public/v1.0/groups", name)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(make, range(48)))
    assert [status for status, _ in made] == [201] * 48
    assert len({about["id"] for _, about in made}) == 48


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--state", "memory:"), "workers share their state: give file:DIR"),
        (("--state", "file:{}", "--rng-seed", "7"), "rng_seed is for one worker"),
    ],
)
def test_what_workers_cannot_share_is_refused(tmp_path, arguments, sentence):
    given = [text.format(tmp_path / "state") for text in arguments]
    done = opsemu("serve", "--port", 0, "--workers", 2, *given)
    assert (done.returncode, done.stdout) == (78, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_file_that_cannot_be_written_ends_in_one_line(tmp_path):
    state = f"file:{tmp_path / 'state'}"
    place = tmp_path / "missing" / "port"
    done = opsemu("serve", "--port", 0, "--workers", 2, "--state", state, "--port-file", place)
    assert (done.returncode, done.stderr.count("\n")) == (78, 1)
    assert str(place) in done.stderr
