"""Parses HTTP/1.1 requests: httptools reads the bytes, the size limits are here."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

import httptools

from .framing import HttpParseError, check_framing, check_protocol

MAX_HEAD = 16 * 1024  # bytes of request line and headers; Jetty refuses more than 8 KiB
MAX_BODY = 4 * 1024 * 1024  # bytes

# Headers by which a client offers to switch protocols; Expect was answered by then.
_UPGRADE_HEADERS = frozenset({b"connection", b"upgrade", b"http2-settings", b"expect"})


class HttpRequest(NamedTuple):
    """A complete request. `raw` is set for a GET that the response cache may answer again."""

    method: str
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    version: str
    keep_alive: bool
    raw: bytes = b""


class RequestParser:
    """Calls `on_request` with each request, `on_expect` when a client waits for 100 Continue.

    `reserve` is asked before so many bytes of a body are kept; False refuses the request.
    """

    def __init__(
        self,
        on_request: Callable[[HttpRequest], None],
        on_expect: Callable[[], None] = lambda: None,
        reserve: Callable[[int], bool] = lambda size: True,
    ) -> None:
        self._on_request = on_request
        self._on_expect = on_expect
        self._reserve = reserve
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()
        self.at_request_start = True

    def feed(self, data: bytes) -> None:
        """Parse further bytes of the connection; raises HttpParseError."""
        self._raw = data if self.at_request_start else b""
        if self.at_request_start:
            check_protocol(data)
        # In pieces, so that a head is measured without the body behind it.
        for start in range(0, len(data), MAX_HEAD):
            piece = data[start : start + MAX_HEAD]
            while piece:
                piece = self._parse(piece)

    def clear(self) -> bytes:
        """Forget the body that was received; returns it."""
        body = bytes(self._body)
        self._body.clear()
        return body

    def _parse(self, piece: bytes) -> bytes:
        """Parse a piece; returns what has to be parsed after it."""
        self._unreported += len(piece)
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            return self._head_without_upgrade() + piece[upgrade.args[0] :]
        except httptools.HttpParserCallbackError as error:
            if isinstance(error.__context__, HttpParseError):
                raise error.__context__ from None
            raise HttpParseError(HTTPStatus.BAD_REQUEST) from None
        except httptools.HttpParserError:
            raise HttpParseError(HTTPStatus.BAD_REQUEST) from None
        self._check_head()
        return b""

    def _check_head(self) -> None:
        # Of a line without an end, httptools reports nothing.
        if self._head_size > MAX_HEAD or self._unreported > 2 * MAX_HEAD:
            raise HttpParseError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _head_without_upgrade(self) -> bytes:
        """The head of a request that offers another protocol, without the offer (RFC 9110, 7.8).

        Java's client offers HTTP/2 with its first request. httptools stops there and leaves
        the body unread, so the request is parsed again.
        """
        version = self._parser.get_http_version().encode()
        headers = [pair for pair in self._headers if pair[0].lower() not in _UPGRADE_HEADERS]
        if not self._parser.should_keep_alive():
            headers.append((b"Connection", b"close"))
        lines = [b"%b %b HTTP/%b" % (self._parser.get_method(), self._target, version)]
        lines += [b"%b: %b" % pair for pair in headers]
        self._parser = httptools.HttpRequestParser(self)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    # httptools' callbacks.

    def on_message_begin(self) -> None:
        self.at_request_start = False
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._in_body = False
        self._head_size = 0
        self._unreported = 0  # bytes since the last callback

    def on_url(self, url: bytes) -> None:
        self._unreported = 0
        self._head_size += len(url)
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._unreported = 0
        self._head_size += len(name) + len(value)
        if not self._in_body:  # a trailer must not pass for a header
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._check_head()
        self._in_body = True
        version = self._parser.get_http_version()
        names = [name.lower() for name, _ in self._headers]
        values = dict(zip(names, [value.lower() for _, value in self._headers], strict=True))
        check_framing(version, self._parser.get_method(), self._target, names, values)
        if int(values.get(b"content-length", b"0")) > MAX_BODY:
            raise HttpParseError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if values.get(b"expect") == b"100-continue" and version == "1.1":
            self._raw = b""  # the response cache would not send 100 Continue
            self._on_expect()

    def on_body(self, body: bytes) -> None:
        self._unreported = 0
        if len(self._body) + len(body) > MAX_BODY:
            raise HttpParseError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self._reserve(len(body)):
            raise HttpParseError(HTTPStatus.SERVICE_UNAVAILABLE)
        self._body += body

    def on_message_complete(self) -> None:
        self._check_head()
        self._unreported = 0
        self.at_request_start = True
        method, version = self._parser.get_method(), self._parser.get_http_version()
        if method == b"CONNECT":  # what follows would be for another host
            raise HttpParseError(HTTPStatus.METHOD_NOT_ALLOWED)
        if self._parser.should_upgrade():
            return
        keep_alive = self._parser.should_keep_alive()
        raw, self._raw = self._raw, b""
        body = self.clear()
        # The cache keeps a GET that came in one piece, with nothing before or after it.
        is_alone = raw.find(b"\r\n\r\n") == len(raw) - 4
        if not (method == b"GET" and version == "1.1" and keep_alive and is_alone):
            raw = b""
        self._on_request(
            HttpRequest(
                method.decode(),
                self._target,
                self._headers,
                body,
                version,
                keep_alive,
                raw,
            )
        )
