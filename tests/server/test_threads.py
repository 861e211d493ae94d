"""Requests are answered alike on the event loop and on a pool of threads."""

from __future__ import annotations

import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.server import Emulator

from ..conftest import EMPTY, OWNER, integrations, signed
from ..serving import PATIENCE

PIPELINED = 200
VERBS = ("PUT", "GET", "DELETE")


@pytest.fixture(params=["memory:", "file:{}"], ids=["on the loop", "on threads"])
def threaded(request, tmp_path):
    state = request.param.format(tmp_path / "state")
    with Emulator(seed="demo", state=state, threads=4) as running:
        yield running


def test_a_write_is_read_back(threaded):
    body = {"type": "DATADOG", "apiKey": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}
    address = integrations(threaded, EMPTY)
    with signed(OWNER) as api:
        assert api.post(f"{address}/DATADOG", json=body).status_code == 200
        assert api.get(address).json()["totalCount"] == 1


def test_requests_sent_all_at_once_are_answered_in_order(threaded):
    # The challenge to a GET has a body, the one to a PUT has none.
    pair = b"".join(
        b"%s /api/public/v1.0 HTTP/1.1\r\nHost: a\r\n\r\n" % method for method in (b"GET", b"PUT")
    )
    with socket.create_connection(("127.0.0.1", threaded.port), timeout=10) as client:
        client.sendall(pair * PIPELINED)
        client.shutdown(socket.SHUT_WR)
        answers = b"".join(iter(lambda: client.recv(65536), b""))
    lengths = [int(length) for length in re.findall(rb"\r\nContent-Length: (\d+)", answers)]
    assert answers.count(b"HTTP/1.1 401 ") == 2 * PIPELINED
    assert [length > 0 for length in lengths] == [True, False] * PIPELINED


def test_what_runs_in_threads_and_on_the_loop_at_once_stays_whole(caplog):
    slack = {"type": "SLACK", "apiToken": "a" * 40, "teamName": "x" * 70_000}
    with Emulator(seed="demo") as server, ThreadPoolExecutor(8) as clients:

        def vendor(number: int) -> list[int]:
            url = f"{integrations(server, EMPTY)}/SLACK"
            with signed(OWNER) as api:
                answers = [api.request(method, url, json=slack) for method in VERBS * 4]
            return [answer.status_code for answer in answers]

        def admin(number: int) -> list[int]:
            world = {"name": f"w{number}", "seed": "demo"}
            calls = [("POST", "worlds", world), ("POST", f"reset?world=w{number}", None)]
            calls += [("GET", path, None) for path in ("state", "requests", "metrics", "worlds")]
            calls += [("DELETE", "requests", None), ("DELETE", f"worlds/w{number}", None)]
            answers = [
                requests.request(method, f"{server.admin_url}/{path}", json=body, timeout=PATIENCE)
                for method, path, body in calls
            ]
            return [answer.status_code for answer in answers]

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            done = [clients.submit(ask, n) for n in range(12) for ask in (vendor, admin)]
            found = {status for future in done for status in future.result()}
        finally:
            sys.setswitchinterval(interval)
    assert found <= {200, 201, 204, 404}
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
