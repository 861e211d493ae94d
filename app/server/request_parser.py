"""Requests out of the bytes of a connection: httptools reads them, the limits are here."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import httptools

from .wsgi import MOST_HEAD, Incoming

MOST_BODY = 4 * 1024 * 1024

# Headers by which a client offers to go on in another protocol.
_OFFERS = frozenset({b"connection", b"upgrade", b"http2-settings"})


class Refusal(Exception):
    """A request that is refused before it is whole; the connection ends with it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Reader:
    """Calls `deliver` with each request, and `expected` where a client waits to send its body."""

    def __init__(
        self, deliver: Callable[[Incoming], None], expected: Callable[[], None] = lambda: None
    ) -> None:
        self.deliver = deliver
        self.expected = expected
        self.parser = httptools.HttpRequestParser(self)
        self.on_message_begin()
        self.at_rest = True  # what comes next is the beginning of a request

    def feed(self, data: bytes) -> None:
        """Read on; raises Refusal."""
        self.piece = data if self.at_rest else b""
        # In pieces, so that a head is measured by itself and not with the body behind it.
        for start in range(0, len(data), MOST_HEAD):
            rest = data[start : start + MOST_HEAD]
            while rest:
                rest = self._parse(rest)

    def _parse(self, piece: bytes) -> bytes:
        """Read a piece; the answer is what has to be read after it."""
        self.silent += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            return self._without_offer() + piece[upgrade.args[0] :]
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            raise cause if isinstance(cause, Refusal) else Refusal(HTTPStatus.BAD_REQUEST) from None
        except httptools.HttpParserError:
            raise Refusal(HTTPStatus.BAD_REQUEST) from None
        if self.silent > 2 * MOST_HEAD:  # one line without an end
            raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return b""

    def _without_offer(self) -> bytes:
        """The head of a request that offers another protocol, as if it did not (RFC 9110, 7.8).

        Java's client offers HTTP/2 with its first request. httptools ends there and
        leaves the body unread, so the request is read once more, without the offer.
        """
        version = self.parser.get_http_version().encode()
        kept = [pair for pair in self.headers if pair[0].lower() not in _OFFERS]
        if not self.keep_alive:
            kept.append((b"Connection", b"close"))
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.target, version)]
        lines += [b"%b: %b" % pair for pair in kept]
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    # What httptools calls while it reads.

    def on_message_begin(self) -> None:
        self.at_rest = False
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.in_body = False
        self.keep_alive = True
        self.head_size = 0
        self.silent = 0  # bytes since the parser last had something to tell

    def on_url(self, url: bytes) -> None:
        self.target += url
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value))
        if not self.in_body:  # a trailer must not pass for a header
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.in_body = True
        headers = {name.lower(): value.lower() for name, value in self.headers}
        if int(headers.get(b"content-length", b"0")) > MOST_BODY:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if headers.get(b"expect") == b"100-continue" and self.parser.get_http_version() == "1.1":
            self.expected()

    def on_body(self, body: bytes) -> None:
        self.silent = 0
        self.body += body
        if len(self.body) > MOST_BODY:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def on_message_complete(self) -> None:
        self.silent = 0
        self.at_rest = True
        method, version = self.parser.get_method(), self.parser.get_http_version()
        self.keep_alive = self.parser.should_keep_alive()
        if method == b"CONNECT":  # whatever follows would be for somebody else
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED)
        if not self.parser.should_upgrade():
            self.deliver(
                Incoming(
                    method.decode(),
                    self.target,
                    self.headers,
                    bytes(self.body),
                    version,
                    self.keep_alive,
                    self._whole(method, version),
                )
            )

    def _whole(self, method: bytes, version: str) -> bytes:
        """All bytes of a plain GET that came in one piece with nothing beside it; else none."""
        piece, self.piece = self.piece, b""
        plain = method == b"GET" and version == "1.1" and self.keep_alive
        alone = piece.find(b"\r\n\r\n") == len(piece) - 4
        return piece if plain and alone else b""

    def _count_head(self, size: int) -> None:
        self.silent = 0
        self.head_size += size
        if self.head_size > MOST_HEAD:
            raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
