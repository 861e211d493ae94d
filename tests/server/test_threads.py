"""Requests are answered alike on the event loop and on a pool of threads."""

from __future__ import annotations

import re
import socket

import pytest

from opsemu.server import Emulator

from ..conftest import EMPTY, OWNER, integrations, signed

PIPELINED = 200


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
