"""What a request can ask of the application that serves it, and what is known of it by now."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Request
from werkzeug.sansio.utils import get_host

from ..auth.api_keys import Key
from ..auth.nonces import Nonces
from ..config import Config
from ..store import Document, Owner, Store
from ..store.shared_state import Board
from ..worlds import clock
from ..worlds.world import Live, Lives
from ..worlds.world_clock import Times
from .api_family import Dialect, dialect_of
from .paging import Paging, Query
from .parsed_cache import Reading, Readings

# Werkzeug's own idea of a host leaves out underscores, which the names of containers have.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True)
class Services:
    """The parts that live as long as the application."""

    config: Config
    store: Store
    board: Board
    readings: Readings
    nonces: Nonces
    dialects: tuple[Dialect, ...]
    times: Times
    lives: Lives
    operations: set[str]


class Call:
    """One request: what it says, and what becomes known of it on its way.

    An object of its own, as each look at Flask's `g` and `request` goes through a proxy,
    and a request would take some two hundred of them.
    """

    def __init__(self, services: Services, request: Request) -> None:
        self.opened = clock.ticks()
        self.services = services
        self.request = request
        self.environ: dict[str, Any] = request.environ
        self.method = request.method
        self.endpoint = request.endpoint or ""
        self.arguments: dict[str, Any] = request.view_args or {}
        self.dialect = dialect_of(request.path, services.dialects)
        self.target = _target(request)
        self.authorization = str(self.environ.get("HTTP_AUTHORIZATION", ""))
        self.query = _query(self.environ.get("QUERY_STRING", ""))
        self.version = ""  # of the resource, where the family has versions
        self.key: Key | None = None  # who was admitted
        self.candidate: Key | None = None  # who it says it is
        self.sent: dict[str, str] = {}  # the parameters of its digest
        self.fault: str | None = None
        self.reasons: list[str] = []
        self.warnings: list[str] = []
        self.reads: list[tuple[Owner, bytes | None]] = []

    def reading(self, owner: Owner) -> Reading:
        """What the store holds of an owner; noted, as the answer depends on it."""
        found = self.services.readings.of(owner)
        if (owner, found.content) not in self.reads:
            self.reads.append((owner, found.content))
        return found

    def get(self, owner: Owner, table: str, key: str) -> Document | None:
        """One document, which nobody may change, or None."""
        return self.reading(owner).tables.get(table, {}).get(key)


_present: ContextVar[Call] = ContextVar("call")


def begin(services: Services, request: Request) -> None:
    """Start a request, outside all worlds."""
    clock.begin(services.times)
    _present.set(Call(services, request))


def call() -> Call:
    """The present request."""
    return _present.get()


def services() -> Services:
    """The parts of the current application."""
    return _present.get().services


def live() -> Live:
    """The present of the world that the request is in."""
    return services().lives.of(clock.present_world())


def dialect() -> Dialect:
    """The API family of the current request, found by its path."""
    return _present.get().dialect


def target() -> str:
    """The request target exactly as the client wrote it, which is what it signed."""
    return _present.get().target


def raw_path() -> str:
    """The request's path as sent, without the query."""
    return target().partition("?")[0]


def raw_query() -> str:
    """The request's query as sent."""
    return str(call().environ.get("QUERY_STRING", ""))


def query() -> Query:
    """The request's query, spelling and order kept."""
    return _present.get().query


def page() -> Paging:
    """The page that the request asks for, as its API family reads it."""
    return dialect().page(base_url() + raw_path(), query())


def base_url() -> str:
    """Scheme and host under which the client knows this server, without a slash."""
    request = call().request
    return services().config.external_url.rstrip("/") or f"{request.scheme}://{_host(request)}"


def is_host(sent: str) -> bool:
    """Whether a Host header makes sense."""
    return _HOST.fullmatch(sent) is not None


def _host(request: Request) -> str:
    """The Host header as sent; without one that makes sense, the address that was called."""
    sent = str(request.environ.get("HTTP_HOST", ""))
    return sent if is_host(sent) else get_host(request.scheme, None, request.server)


def _target(request: Request) -> str:
    sent = request.environ.get("REQUEST_URI")
    if sent is None:
        query = request.environ.get("QUERY_STRING", "")
        sent = quote(request.path, safe="/:@!$&'()*+,;=-._~") + (f"?{query}" if query else "")
    return str(sent)


def _query(raw: str) -> Query:
    return Query.parse(raw) if raw else _NO_QUERY


_NO_QUERY = Query(())
