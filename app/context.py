"""What a request can ask of the application that serves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from flask import current_app, g, request
from werkzeug.sansio.utils import get_host

from .boards import Board
from .clock import present_world
from .config import Config
from .dialects import Dialect, dialect_of
from .live import Live, Lives
from .nonces import Nonces
from .paging import Paging, Query
from .stores import Store
from .times import Times

# Werkzeug's own idea of a host leaves out underscores, which the names of containers have.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True)
class Services:
    """The parts that live as long as the application."""

    config: Config
    store: Store
    board: Board
    nonces: Nonces
    dialects: tuple[Dialect, ...]
    times: Times
    lives: Lives
    operations: set[str]


def services() -> Services:
    """The parts of the current application."""
    return cast(Services, current_app.extensions["opsemu"])


def live() -> Live:
    """The present of the world that the request is in."""
    return services().lives.of(present_world())


def dialect() -> Dialect:
    """The API family of the current request, found by its path."""
    found = g.get("dialect")
    if found is None:
        found = g.dialect = dialect_of(request.path, services().dialects)
    return cast(Dialect, found)


def target() -> str:
    """The request target exactly as the client wrote it, which is what it signed."""
    sent = request.environ.get("REQUEST_URI")
    if sent is None:
        query = request.environ.get("QUERY_STRING", "")
        sent = quote(request.path, safe="/:@!$&'()*+,;=-._~") + (f"?{query}" if query else "")
    return str(sent)


def raw_path() -> str:
    """The request's path as sent, without the query."""
    return target().partition("?")[0]


def raw_query() -> str:
    """The request's query as sent."""
    return str(request.environ.get("QUERY_STRING", ""))


def query() -> Query:
    """The request's query, spelling and order kept."""
    found = g.get("query")
    if found is None:
        found = g.query = Query.parse(raw_query())
    return cast(Query, found)


def page() -> Paging:
    """The page that the request asks for, as its API family reads it."""
    return dialect().page(base_url() + raw_path(), query())


def base_url() -> str:
    """Scheme and host under which the client knows this server, without a slash."""
    return services().config.external_url.rstrip("/") or f"{request.scheme}://{_host()}"


def _host() -> str:
    """The Host header as sent; without one that makes sense, the address that was called."""
    sent = request.environ.get("HTTP_HOST", "")
    return sent if _HOST.fullmatch(sent) else get_host(request.scheme, None, request.server)
