"""HTTP/1.1 over asyncio: httptools parses, the application answers, the bytes go out as given.

Of the servers measured none could do what an emulator needs at once: keep the
order and case of headers, send no `Server`, give the request target as the client
signed it, answer `Expect: 100-continue`, and hold thousands of requests a second
(see docs/design.md). The parser and the event loop are libraries; only the glue is here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Executor
from http import HTTPStatus
from typing import cast

import httptools

from .wsgi import WSGI, Incoming, bare, respond

MOST_HEAD = 16 * 1024  # bytes; Jetty refuses more than 8 KiB
MOST_BODY = 4 * 1024 * 1024
MOST_WAITING = 16  # pipelined requests read ahead of the answers


class Refusal(Exception):
    """A request that is refused before it is whole; the connection ends with it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Connection(asyncio.Protocol):
    """One client connection; requests are answered one after the other."""

    def __init__(self, app: WSGI, threads: Executor, connections: set[Connection]) -> None:
        self.app = app
        self.threads = threads
        self.connections = connections
        self.loop = asyncio.get_running_loop()
        self.waiting: deque[Incoming] = deque()
        self.answering = False
        self.blocked = False
        self.last_heard = 0.0
        self._begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.parser = httptools.HttpRequestParser(self)
        self.peer = transport.get_extra_info("peername") or ("127.0.0.1", 0)
        self.server = transport.get_extra_info("sockname") or ("127.0.0.1", 0)
        self.last_heard = self.loop.time()
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.waiting.clear()
        self.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self.last_heard = self.loop.time()
        if self.transport.is_closing():
            return
        try:
            if not self.in_body:
                self._count_head(len(data))
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.transport.close()
        except Refusal as refusal:
            self._refuse(refusal.status)
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._refuse(cause.status if isinstance(cause, Refusal) else HTTPStatus.BAD_REQUEST)
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def pause_writing(self) -> None:
        self.blocked = True

    def resume_writing(self) -> None:
        self.blocked = False
        self._answer_waiting()

    # What httptools calls while it reads.

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(0)
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.in_body = True
        self.head_size = 0
        headers = {name.lower(): value.lower() for name, value in self.headers}
        if int(headers.get(b"content-length", b"0")) > MOST_BODY:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if headers.get(b"expect") == b"100-continue" and self.parser.get_http_version() == "1.1":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self.body += body
        if len(self.body) > MOST_BODY:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def on_message_complete(self) -> None:
        self.in_body = False
        upgrade = self.parser.should_upgrade()
        self.waiting.append(
            Incoming(
                self.parser.get_method().decode("ascii"),
                self.target,
                self.headers,
                bytes(self.body),
                self.parser.get_http_version(),
                self.parser.should_keep_alive() and not upgrade,
            )
        )
        self._answer_waiting()

    def _begin(self) -> None:
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.in_body = False
        self.head_size = 0

    def _count_head(self, size: int) -> None:
        self.head_size += size
        if self.head_size > MOST_HEAD:
            raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _answer_waiting(self) -> None:
        if self.transport.is_closing():
            return
        if self.waiting and not self.answering and not self.blocked:
            self._answer(self.waiting.popleft())
        if len(self.waiting) > MOST_WAITING:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _answer(self, request: Incoming) -> None:
        self.answering = True
        answer = self.loop.run_in_executor(
            self.threads, respond, self.app, request, self.peer, self.server
        )
        answer.add_done_callback(lambda done: self._send(done.result(), request.keep_alive))

    def _send(self, answer: bytes, keep_alive: bool) -> None:
        self.answering = False
        if self.transport.is_closing():
            return
        self.transport.write(answer)
        if keep_alive:
            self._answer_waiting()
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        self.transport.write(bare(status))
        self.transport.close()
