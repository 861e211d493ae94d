"""HTTP/1.1 over asyncio: httptools parses, the application answers, the bytes go out as given.

Of the servers measured none could do what an emulator needs at once: keep the
order and case of headers, send no `Server`, give the request target as the client
signed it, answer `Expect: 100-continue`, and hold thousands of requests a second
(see docs/design.md). The parser and the event loop are libraries; only the glue is here.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

import httptools

from . import clock

log = logging.getLogger("opsemu")

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

MOST_HEAD = 16 * 1024  # bytes; Jetty refuses more than 8 KiB
MOST_BODY = 4 * 1024 * 1024
MOST_WAITING = 16  # pipelined requests read ahead of the answers


class Incoming(NamedTuple):
    """A request, read whole."""

    method: str
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    version: str
    keep_alive: bool


class Refusal(Exception):
    """A request that is refused before it is whole; the connection ends with it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Connection(asyncio.Protocol):
    """One client connection; requests are answered one after the other."""

    def __init__(self, app: WSGI, connections: set[Connection]) -> None:
        self.app = app
        self.connections = connections
        self.waiting: deque[Incoming] = deque()
        self.blocked = False
        self.last_heard = 0.0
        self._begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.parser = httptools.HttpRequestParser(self)
        self.peer = transport.get_extra_info("peername") or ("127.0.0.1", 0)
        self.server = transport.get_extra_info("sockname") or ("127.0.0.1", 0)
        self.last_heard = asyncio.get_running_loop().time()
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.waiting.clear()
        self.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self.last_heard = asyncio.get_running_loop().time()
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
        while self.waiting and not self.blocked and not self.transport.is_closing():
            self._answer(self.waiting.popleft())
        if len(self.waiting) > MOST_WAITING:
            self.transport.pause_reading()
        elif not self.transport.is_closing():
            self.transport.resume_reading()

    def _answer(self, request: Incoming) -> None:
        self.transport.write(respond(self.app, request, self.peer, self.server))
        if not request.keep_alive:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        self.transport.write(_bare(status))
        self.transport.close()


def respond(app: WSGI, request: Incoming, peer: tuple[Any, ...], server: tuple[Any, ...]) -> bytes:
    """The application's answer to a request, as bytes."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    try:
        parts = app(environ(request, peer, server), start_response)
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
    except Exception:
        log.exception("%s failed outside the application", request.method)
        return _bare(HTTPStatus.INTERNAL_SERVER_ERROR)
    status, headers = started[0]
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    if not request.keep_alive:
        lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if request.method == "HEAD" else head + body


def environ(request: Incoming, peer: tuple[Any, ...], server: tuple[Any, ...]) -> dict[str, Any]:
    """The WSGI environment of a request; REQUEST_URI is the target as the client wrote it."""
    target = request.target.decode("latin-1")
    if not target.startswith("/") and "://" in target:  # the form that proxies are sent
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    found = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": peer[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in request.headers:
        # A name with an underscore would pass for the one with a hyphen.
        if b"_" not in name:
            key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
            text = value.decode("latin-1")
            found[key] = f"{found[key]},{text}" if key in found else text
    found["CONTENT_TYPE"] = found.pop("HTTP_CONTENT_TYPE", "")
    found["CONTENT_LENGTH"] = str(len(request.body))
    found.pop("HTTP_CONTENT_LENGTH", None)
    return found


def _bare(status: HTTPStatus) -> bytes:
    """An answer of the listener itself, after which it hangs up."""
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Date: {clock.http_date()}",
        "Content-Length: 0",
        "Connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"
