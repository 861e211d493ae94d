"""The running server: what is on the wire around an answer, and how it starts and stops."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from opsemu.server import Emulator
from opsemu.server.event_loop import Server
from opsemu.store import Owner

from ..conftest import DEMO, EMPTY, OWNER, integrations, signed
from ..serving import (
    PATIENCE,
    authorization,
    challenge,
    clean_environment,
    exchange,
    request,
    statuses,
)

LIST = f"/api/public/v1.0/groups/{DEMO}/integrations"


def names(head: bytes) -> list[str]:
    """The header names of an answer, in order and case."""
    lines = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return [line.partition(":")[0] for line in lines]


@pytest.fixture
def answer(server):
    """The bytes that answer a signed request."""

    def answer(method, uri, body=b""):
        signature = authorization(OWNER, method, uri, challenge(server.port))
        return exchange(server.port, request(method, uri, signature, body))

    return answer


@pytest.mark.evidence("RECORDED", "Ops Manager 2023: the headers of an answer, in order and case")
def test_the_headers_of_an_answer_are_ops_managers(answer):
    head = answer("GET", LIST)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert names(head) == [
        "Date",
        "Strict-Transport-Security",
        "Referrer-Policy",
        "X-Permitted-Cross-Domain-Policies",
        "X-Content-Type-Options",
        "X-MongoDB-Service-Version",
        "Content-Type",
        "X-Frame-Options",
        "Content-Length",
    ]
    assert b"\r\nX-MongoDB-Service-Version: gitHash=" in head


@pytest.mark.parametrize(
    ("method", "uri"),
    [
        ("GET", LIST),
        ("HEAD", LIST),
        ("OPTIONS", LIST),
        ("PATCH", LIST),
        ("POST", f"{LIST}/SLACK"),
        ("DELETE", f"{LIST}/SLACK"),
        ("GET", f"{LIST}/WEBHOOK"),
        ("GET", "/nowhere"),
    ],
)
def test_no_answer_names_the_software_or_sets_a_cookie(answer, method, uri):
    found = {name.lower() for name in names(answer(method, uri))}
    assert found.isdisjoint({"server", "set-cookie", "x-powered-by", "via"})
    assert "date" in found


def test_an_answer_says_how_long_it_is(answer):
    head, _, body = answer("GET", LIST).partition(b"\r\n\r\n")
    assert f"\r\nContent-Length: {len(body)}".encode() in head


def test_the_answer_to_head_is_that_to_get_without_its_body(answer):
    head, _, body = answer("HEAD", LIST).partition(b"\r\n\r\n")
    assert body == b""
    assert names(head) == names(answer("GET", LIST))


def test_one_connection_serves_many_requests(server):
    nonce = challenge(server.port)
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        for number in range(1, 51):
            signature = authorization(OWNER, "GET", LIST, nonce, f"{number:08x}")
            client.sendall(request("GET", LIST, signature))
            received = client.recv(65536)
            assert statuses(received) == [200]
            assert b"\r\nConnection:" not in received


def test_a_connection_is_closed_if_the_client_asks_for_it(server):
    sent = b"GET /api HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    received = exchange(server.port, sent, end=False)
    assert b"\r\nConnection: close\r\n" in received


def test_clients_at_once_are_all_answered(server):
    with (
        socket.create_connection(("127.0.0.1", server.port)),
        socket.create_connection(("127.0.0.1", server.port)) as slow,
    ):
        slow.sendall(b"GET / HT")
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.extend(_list(server)), name=f"client{n}")
            for n in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert found == [200] * 16 * 5


def _list(server) -> list[int]:
    with signed(OWNER) as session:
        return [session.get(integrations(server, DEMO)).status_code for _ in range(5)]


@pytest.fixture
def impatient(monkeypatch):
    """An emulator that hangs up on silent clients almost at once."""
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_TIMEOUT", 0.2)
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_INTERVAL", 0.01)
    with Emulator() as emulator:
        yield emulator


def test_a_silent_client_is_hung_up_on(impatient):
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=PATIENCE) as client:
        assert client.recv(1) == b""


def test_a_request_that_takes_long_is_not_taken_for_silence(impatient):
    signature = authorization(OWNER, "DELETE", f"{LIST}/SLACK", challenge(impatient.port))
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=PATIENCE) as client:
        with impatient.store.backend.lock(Owner("default", "project", DEMO)):
            client.sendall(request("DELETE", f"{LIST}/SLACK", signature))
            time.sleep(0.6)
        assert statuses(client.recv(65536)) == [204]


def test_starting_twice_is_starting_once(tmp_path):
    emulator = Emulator()
    emulator.start()
    port = emulator.port
    emulator.start()
    assert emulator.port == port
    assert challenge(port)
    emulator.stop()
    emulator.stop()


def test_a_stopped_emulator_starts_again_where_it_was():
    emulator = Emulator()
    with emulator, signed(OWNER) as session:
        assert session.delete(f"{integrations(emulator, DEMO)}/SLACK").status_code == 204
    with pytest.raises(ConnectionRefusedError):
        challenge(emulator.port)
    with emulator, signed(OWNER) as session:
        assert session.get(integrations(emulator, DEMO)).json()["totalCount"] == 1


def test_starting_and_stopping_at_once_does_no_harm():
    for _ in range(20):
        with Emulator(seed="empty"):
            pass


def test_a_taken_port_is_an_oserror():
    with Emulator() as first, pytest.raises(OSError, match="in use"):
        Emulator(port=first.port).start()


def test_a_server_that_cannot_start_gives_its_state_directory_back(tmp_path):
    with Emulator() as first, pytest.raises(OSError, match="in use"):
        Emulator(port=first.port, state=f"file:{tmp_path}").start()
    with Emulator(state=f"file:{tmp_path}") as other:
        assert challenge(other.port)


def test_a_taken_admin_port_is_an_oserror_and_leaves_nothing_open():
    with Emulator() as first:
        second = Emulator(admin="own", admin_port=first.port)
        with pytest.raises(OSError, match="in use"):
            second.start()
    Emulator(port=second.port).bind().close()


def test_what_keeps_the_server_from_serving_is_raised_by_start(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no more timers")

    emulator = Emulator()
    with monkeypatch.context() as patch:
        patch.setattr("opsemu.server.event_loop.partial", fail)
        with pytest.raises(RuntimeError, match="no more timers"):
            emulator.start()
    with emulator:
        assert challenge(emulator.port)


def open_files() -> int:
    """The file descriptors of this process."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="there is no /proc here")
@pytest.mark.parametrize("ends", ["stopped", "not started", "failed at start", "failed later"])
def test_what_is_stopped_has_its_store_closed(tmp_path, monkeypatch, ends):
    before = open_files()
    emulator = Emulator(state=f"file:{tmp_path}", admin="own", admin_port=0)
    with monkeypatch.context() as patch:
        if ends == "failed at start":
            patch.setattr(Server, "_serve", fail_to_serve)
            with pytest.raises(RuntimeError, match="no more timers"):
                emulator.start()
        elif ends != "not started":
            emulator.start()
        if ends == "failed later":
            emulator._server.stop()
            emulator._thread.join(PATIENCE)
    emulator.stop()
    assert open_files() <= before
    with Emulator(state=f"file:{tmp_path}") as other:
        assert challenge(other.port)


async def fail_to_serve(*_: object) -> None:
    raise RuntimeError("no more timers")


def test_a_reset_brings_the_seed_back(server, api, demo):
    api.delete(f"{demo}/SLACK")
    api.put(f"{integrations(server, EMPTY)}/PAGER_DUTY", json={"type": "PAGER_DUTY"})
    server.reset()
    assert api.get(demo).json()["totalCount"] == 2
    assert api.get(integrations(server, EMPTY)).json()["totalCount"] == 0


def test_emulators_do_not_share_anything():
    with Emulator() as first, Emulator() as second, signed(OWNER) as session:
        session.delete(f"{integrations(first, DEMO)}/SLACK")
        assert session.get(integrations(first, DEMO)).json()["totalCount"] == 1
        assert session.get(integrations(second, DEMO)).json()["totalCount"] == 2


def test_a_failure_inside_is_the_vendors_500_and_a_traceback_for_the_operator(
    server, api, demo, caplog, monkeypatch
):
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(server.store.backend, "swap", fail)
    answer = api.delete(f"{demo}/SLACK")
    assert (answer.status_code, answer.json()["errorCode"]) == (500, "UNEXPECTED_ERROR")
    assert "fire" not in answer.text
    assert "the disk is on fire" in caplog.text
    assert "Traceback" in caplog.text


def test_an_answer_that_cannot_be_written_is_a_500_and_not_a_silence(caplog):
    with Emulator(server_version="8\u20130") as emulator:
        signature = authorization(OWNER, "GET", LIST, challenge(emulator.port))
        assert statuses(exchange(emulator.port, request("GET", LIST, signature))) == [500]
    assert "UnicodeEncodeError" in caplog.text


# In a process of its own, because garbage and threads of other tests would count as well.
STOPPING = """
import gc, socket, sys, threading
gc.disable()  # asyncio would warn of the callback that a collection interrupts
if sys.argv[1] == "asyncio":
    sys.modules["uvloop"] = None
from opsemu.server import Emulator
from opsemu.server.event_loop import Server

# Of the routes that are made first: to make others is slow, of which asyncio would warn.
LIST = b"GET /api/public/v1.0/groups/1/integrations HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"

def clients(port):
    for content in (b"", b"GET / HT", LIST * 200):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(content)
        yield client

for _ in range(3):
    with Emulator() as emulator:
        opened = list(clients(emulator.port))
    for client in opened:
        client.close()
    del emulator
gc.collect()
assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
"""


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_stopping_with_open_connections_leaves_nothing_behind(loop):
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", STOPPING, loop],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


STARTING = """
import sys
calls = []
sys.addaudithook(lambda event, args: calls.append(event) if event in {
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"} else None)
from opsemu.server import Emulator
from opsemu.server.event_loop import Server
from opsemu.store import Owner
with Emulator(host="127.0.0.1"):
    pass
print(calls)
"""


def test_starting_opens_no_outbound_socket():
    done = subprocess.run(
        [sys.executable, "-c", STARTING],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_a_signal_counts_from_the_first_moment():
    program = (
        "import os, signal\n"
        "from opsemu.server import Emulator\n"
        "emulator, number = Emulator(), signal.SIGTERM\n"
        "kill = lambda: os.kill(os.getpid(), number)\n"
        "emulator.run(emulator.bind(), kill, [number])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=PATIENCE, check=False)
    assert done.returncode == 0
