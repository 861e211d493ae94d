"""Clients that take their time: those that go on are served, those that do not cost little."""

from __future__ import annotations

import socket
import threading
import time
from unittest.mock import Mock

import pytest

from opsemu.server import Emulator
from opsemu.server.connection import Connection
from opsemu.server.delivery import unsent

from ..serving import PATIENCE, statuses

MEBIBYTE = 1024 * 1024
IDLE_TIMEOUT = 0.4  # seconds


@pytest.fixture
def impatient(monkeypatch):
    """An emulator that hangs up on silent clients almost at once."""
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_TIMEOUT", IDLE_TIMEOUT)
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_INTERVAL", 0.02)
    with Emulator(seed="demo") as emulator:
        yield emulator


@pytest.fixture
def big_answer(monkeypatch):
    """The head of a request that is answered with ten mebibytes."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", str(10 * MEBIBYTE))])
        return [b"x" * (10 * MEBIBYTE)]

    monkeypatch.setattr("opsemu.admin.AdminApp._app", staticmethod(application))
    return b"GET /__admin/state HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connect(server, receive_buffer: int = 16 * 1024) -> socket.socket:
    """A connection whose client can be sent little ahead of what it reads."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", server.port))
    return client


def test_a_client_that_still_reads_its_answer_is_not_hung_up_on(impatient, big_answer):
    with connect(impatient) as client:
        client.sendall(big_answer)
        received, started_at = 0, time.monotonic()
        while time.monotonic() < started_at + 5 * IDLE_TIMEOUT:
            received += len(client.recv(4096))
            time.sleep(IDLE_TIMEOUT / 10)
        while received < 10 * MEBIBYTE:
            piece = client.recv(MEBIBYTE)
            assert piece, f"cut off after {received} bytes"
            received += len(piece)


def test_a_client_that_reads_nothing_is_hung_up_on(impatient, big_answer, monkeypatch):
    lost, connection_lost = threading.Event(), Connection.connection_lost

    def notice(connection, error):
        connection_lost(connection, error)
        lost.set()

    monkeypatch.setattr(Connection, "connection_lost", notice)
    with connect(impatient) as client:
        client.sendall(big_answer)
        assert lost.wait(PATIENCE)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"GET /api HTTP/1.1\r\nHost: a\r\nX-", id="head"),
        pytest.param(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab", id="body"),
        pytest.param(
            b"POST /api HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            id="chunk",
        ),
    ],
)
def test_a_request_that_is_never_completed_is_hung_up_on(impatient, start):
    with connect(impatient) as client:
        client.sendall(start)
        assert client.recv(1) == b""


def test_unfinished_bodies_are_bounded_all_together(server):
    size = 4 * MEBIBYTE
    head = b"POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
    clients = [connect(server) for _ in range(18)]
    try:
        for client in clients[:17]:
            client.sendall(head + b"x" * (size - 1))
        # The seventeenth does not fit any more.
        assert statuses(clients[16].recv(65536)) == [503]
        clients[0].sendall(b"x")
        assert statuses(clients[0].recv(65536)) == [401]
        # What was answered makes room.
        clients[17].sendall(head + b"x" * size)
        assert statuses(clients[17].recv(65536)) == [401]
    finally:
        for client in clients:
            client.close()


def test_a_body_is_forgotten_with_its_request_and_with_its_connection(server, monkeypatch):
    parsers, lost = [], threading.Event()
    connection_made, connection_lost = Connection.connection_made, Connection.connection_lost

    def keep(connection, transport):
        parsers.append(connection._parser)
        connection_made(connection, transport)

    def notice(connection, error):
        connection_lost(connection, error)
        if connection._parser in parsers:  # not one of an earlier test
            lost.set()

    monkeypatch.setattr(Connection, "connection_made", keep)
    monkeypatch.setattr(Connection, "connection_lost", notice)
    head = b"POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
    with connect(server) as client:
        client.sendall(head + b"x" * 9)
        assert statuses(client.recv(65536)) == [401]
        assert len(parsers[0]._body) == 0
        client.sendall(head + b"x" * 8)
    assert lost.wait(PATIENCE)
    assert len(parsers[0]._body) == 0


@pytest.mark.parametrize("number", [None, -1])
def test_nothing_is_left_to_send_on_a_closed_connection(number):
    transport = Mock()
    transport.get_write_buffer_size.return_value = 0
    if number is None:  # uvloop
        transport.get_extra_info.return_value = None
    else:  # asyncio
        transport.get_extra_info.return_value.fileno.return_value = number
    assert unsent(transport) == 0
