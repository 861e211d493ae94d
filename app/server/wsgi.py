"""Calls a WSGI application with a parsed request, and formats the bytes of its response."""

import logging
import sys
import time
from asyncio import BaseTransport
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from ..api.delivery import KEY, Delivery
from .delivery import is_tls
from .request_parser import HttpRequest

log = logging.getLogger("opsemu")

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Address = tuple[Any, ...]


class ConnectionInfo(NamedTuple):
    """What an application is told of a connection; the scheme is http or https."""

    client: Address
    server: Address
    scheme: str


def connection_info(transport: BaseTransport) -> ConnectionInfo:
    """The addresses of a connection, and whether it is TLS."""
    client, server = (
        transport.get_extra_info(name) or ("127.0.0.1", 0) for name in ("peername", "sockname")
    )
    return ConnectionInfo(client, server, "https" if is_tls(transport) else "http")


# Werkzeug's reason phrases are in capitals; the vendor's are not.
_STATUS_LINES = {int(each): f"HTTP/1.1 {each:d} {each.phrase}\r\n" for each in HTTPStatus}
RAW_REQUEST = "opsemu.raw_request"  # in the environment: `HttpRequest.raw`


def respond(
    app: WSGI,
    request: HttpRequest,
    connection: ConnectionInfo,
    delivery: Delivery,
    cached: Callable[[bytes], bytes | None] | None = None,
) -> bytes:
    """The response of `cached` or of the application to a request; 500 if that raises."""
    try:
        response = cached(request.raw) if cached and request.raw else None
        return response or _respond(app, request, connection, delivery)
    except Exception:
        log.exception("%s failed outside the application", request.method)
        return error_response(HTTPStatus.INTERNAL_SERVER_ERROR)


def _respond(
    app: WSGI, request: HttpRequest, connection: ConnectionInfo, delivery: Delivery
) -> bytes:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    chunks = app({**environ(request, connection), KEY: delivery}, start_response)
    body = b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    status, headers = started[0]
    if not request.keep_alive or delivery.stream:
        headers = [*headers, ("Connection", "close")]
    elif request.version == "1.0":
        headers = [*headers, ("Connection", "keep-alive")]
    head = format_head(int(status[:3]), headers).encode("latin-1")
    return head if request.method == "HEAD" else head + body


def format_head(status: int, headers: Iterable[tuple[str, str]]) -> str:
    """Status line and headers, with the empty line that ends them."""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    return f"{_STATUS_LINES[status]}{''.join(lines)}\r\n"


def error_response(status: HTTPStatus) -> bytes:
    """A response of the server itself, which closes the connection after it."""
    headers = [
        ("Date", formatdate(time.time(), usegmt=True)),
        ("Content-Length", "0"),
        ("Connection", "close"),
    ]
    return format_head(status, headers).encode()


def environ(request: HttpRequest, connection: ConnectionInfo) -> dict[str, Any]:
    """The WSGI environment of a request; REQUEST_URI is the target as the client wrote it."""
    target = request.target.decode("latin-1")
    if not target.startswith("/") and "://" in target:  # the absolute form, sent to proxies
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    variables = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _unquoted(path) if "%" in path else path,
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": connection.server[0],
        "SERVER_PORT": str(connection.server[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": connection.client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": connection.scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        RAW_REQUEST: request.raw,
        **_header_variables(request.headers),
    }
    variables["CONTENT_TYPE"] = variables.pop("HTTP_CONTENT_TYPE", "")
    variables["CONTENT_LENGTH"] = str(len(request.body))
    variables.pop("HTTP_CONTENT_LENGTH", None)
    return variables


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path.encode("latin-1")).decode("latin-1")


@lru_cache(maxsize=256)
def _variable(name: bytes) -> str:
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_")


def _header_variables(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for name, value in headers:
        if b"_" in name:  # it would pass for the header with a hyphen
            continue
        variable = _variable(name)
        text = value.decode("latin-1")
        variables[variable] = f"{variables[variable]},{text}" if variable in variables else text
    return variables
