"""A parsed request through a WSGI application, and the bytes that answer it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import cache, lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from ..api.delivery import KEY, Wire

log = logging.getLogger("opsemu")

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Address = tuple[Any, ...]

MOST_HEAD = 16 * 1024  # bytes; Jetty refuses more than 8 KiB
WHOLE = "opsemu.whole"  # in the environment: all bytes of a request, if it is a plain GET


USUAL = 50  # bytes of a header's name at most; what is longer is not worth remembering


class Incoming(NamedTuple):
    """A request, read whole."""

    method: str
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    version: str
    keep_alive: bool
    whole: bytes = b""


def respond(app: WSGI, request: Incoming, peer: Address, server: Address, wire: Wire) -> bytes:
    """The application's answer to a request, as bytes; there is one whatever fails.

    `wire` is there for the application to write on.
    """
    try:
        return _respond(app, request, peer, server, wire)
    except Exception:
        log.exception("%s failed outside the application", request.method)
        return bare(HTTPStatus.INTERNAL_SERVER_ERROR)


def _respond(app: WSGI, request: Incoming, peer: Address, server: Address, wire: Wire) -> bytes:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    parts = app({**environ(request, peer, server), KEY: wire}, start_response)
    body = b"".join(parts)
    getattr(parts, "close", lambda: None)()
    status, headers = started[0]
    if not request.keep_alive:
        headers = [*headers, ("Connection", "close")]
    elif request.version == "1.0":
        headers = [*headers, ("Connection", "keep-alive")]
    sent = head(int(status[:3]), headers).encode("latin-1")
    return sent if request.method == "HEAD" else sent + body


def head(status: int, headers: Iterable[tuple[str, str]]) -> str:
    """The head of an answer, with the empty line that ends it."""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    return f"{_first_line(status)}{''.join(lines)}\r\n"


@cache
def _first_line(status: int) -> str:
    # Werkzeug shouts its reason phrases; the vendor's servers do not.
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"


def environ(request: Incoming, peer: Address, server: Address) -> dict[str, Any]:
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
    if request.whole:
        found[WHOLE] = request.whole
    for name, value in request.headers:
        key = _variable(name) if len(name) <= USUAL else _named(name)
        if key:
            text = value.decode("latin-1")
            found[key] = f"{found[key]},{text}" if key in found else text
    found["CONTENT_TYPE"] = found.pop("HTTP_CONTENT_TYPE", "")
    found["CONTENT_LENGTH"] = str(len(request.body))
    found.pop("HTTP_CONTENT_LENGTH", None)
    return found


def _named(name: bytes) -> str:
    # A name with an underscore would pass for the one with a hyphen.
    known = b"_" not in name
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_") if known else ""


_variable = lru_cache(maxsize=512)(_named)


def bare(status: HTTPStatus) -> bytes:
    """An answer of the listener itself, after which it hangs up."""
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Date: {formatdate(usegmt=True)}",
        "Content-Length: 0",
        "Connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"
