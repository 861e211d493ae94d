"""Responses in parts: they take no memory for a client that does not read, and end with it."""

from __future__ import annotations

import socket
import threading
import time
from itertools import count

import pytest

from opsemu.api.delivery import KEY
from opsemu.server import Emulator, streaming

from ..serving import PATIENCE

PART = b"x" * 100_000
REQUEST = b"GET /__admin/anything HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Endless:
    """A stream that always has more; `made` counts its parts."""

    def __init__(self) -> None:
        self.made = 0
        self.limit: int | None = None
        self.closed = threading.Event()
        self.error: Exception | None = None

    def part(self) -> bytes | None:
        if self.error:
            raise self.error
        self.made += 1
        return None if self.limit is not None and self.made > self.limit else PART

    def subscribe(self, listener):
        listener()
        return lambda: None

    def close(self) -> None:
        assert not self.closed.is_set()
        self.closed.set()


class Silent(Endless):
    """A stream that cannot tell when it has more."""

    def subscribe(self, listener):
        return None


@pytest.fixture
def serve(monkeypatch):
    """Start a server that answers with a stream, and connect to it."""
    monkeypatch.setattr(streaming, "MIN_INTERVAL", 0.001)
    monkeypatch.setattr(streaming, "POLL_INTERVAL", 0.001)
    opened = []

    def start(stream):
        def application(environ, start_response):
            environ[KEY].stream = stream
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"first"]

        monkeypatch.setattr("opsemu.admin.AdminApp._app", staticmethod(application))
        server = Emulator(seed="empty")
        server.start()
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        client.settimeout(PATIENCE)
        client.connect((server.host, server.port))
        opened.extend([client.close, server.stop])
        client.sendall(REQUEST)
        return client

    yield start
    for close in opened:
        close()


def received(client) -> bytes:
    content = bytearray()
    while piece := client.recv(65536):
        content += piece
    return bytes(content)


def until(condition):
    for _ in count():
        if condition():
            return
        assert _ < PATIENCE / 0.01
        time.sleep(0.01)


@pytest.mark.parametrize("kind", [Endless, Silent])
def test_the_parts_follow_the_head_until_the_stream_ends(serve, kind):
    stream = kind()
    stream.limit = 3
    head, _, body = received(serve(stream)).partition(b"\r\n\r\n")
    assert head.endswith(b"Connection: close")
    assert b"Content-Length" not in head
    assert body == b"first" + 3 * PART
    assert stream.closed.wait(PATIENCE)


def test_a_client_that_does_not_read_takes_no_memory(serve):
    stream = Endless()
    client = serve(stream)
    until(lambda: stream.made > 0)
    made = -1
    while made != stream.made:  # until the buffers of both sides are full
        made = stream.made
        time.sleep(0.1)
    assert made < 100
    while stream.made <= made:  # it reads again
        assert client.recv(65536)
    client.close()
    assert stream.closed.wait(PATIENCE)


@pytest.mark.parametrize("leave", [socket.socket.close, lambda client: client.shutdown(1)])
def test_a_client_that_leaves_ends_the_stream(serve, leave):
    stream = Endless()
    client = serve(stream)
    assert client.recv(65536)
    leave(client)
    assert stream.closed.wait(PATIENCE)


def test_a_stream_that_fails_ends_and_is_logged(serve, caplog):
    stream = Endless()
    stream.error = OSError("the state is away")
    content = received(serve(stream))
    assert content.endswith(b"\r\n\r\nfirst")
    assert stream.closed.wait(PATIENCE)
    assert "the state is away" in caplog.text


def test_a_silent_client_that_does_not_read_is_hung_up_on(serve, monkeypatch):
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_TIMEOUT", 0.3)
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_INTERVAL", 0.05)
    stream = Endless()
    serve(stream)
    assert stream.closed.wait(PATIENCE)


def test_a_server_stops_while_streams_are_open(serve):
    stream = Endless()
    client = serve(stream)
    assert client.recv(65536)
