"""Answers repeated GET requests without Flask, which is two thirds of what an answer costs.

Cache key: the raw request without its Authorization header, and the caller. An entry is
valid while every document it was rendered from is unchanged. Credentials are checked for
each request. Whatever is not certain, and whatever would be refused, goes to Flask.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

from flask import Flask, Response

from ..api import headers
from ..api.context import Call, Services, call, is_host
from ..api.journaling import Recorder
from ..auth import tokens
from ..auth.api_keys import Key
from ..auth.digest import authenticate, credentials
from ..auth.nonces import NonceStatus
from ..store import Owner
from ..worlds import clock
from ..worlds.journal import Row
from .request_parser import MAX_HEAD
from .wsgi import RAW_REQUEST, format_head

# Operations whose response depends only on the request and on what they read of the store.
OPERATIONS = frozenset({"getIntegrations", "getIntegration", "searchInstalled", "getOneInstalled"})
MAX_ENTRIES = 2_000
MAX_ENTRY_SIZE = 16 * 1024  # bytes of a request and its response's body
MAX_NONCES = 20_000

# Request bytes around the Authorization value; whether that is a digest; its user name or text.
CacheKey = tuple[bytes, bytes, bool, str]
_AUTHORIZATION = b"\r\nAuthorization: "


class CachedResponse(NamedTuple):
    """A response, and what it depends on.

    `expires` is when its token does, by the world's clock; `target` is what a digest's `uri`
    has to be. `head` has a `%s` for each of `volatile`. `row` is its entry in the journal.
    """

    key: Key
    expires: float
    target: str | None
    dependencies: list[tuple[Owner, bytes | None]]
    head: str
    volatile: list[Callable[[float], str]]
    row: Row


class ResponseCache:
    """The cached responses of an application, for the thread of its event loop."""

    def __init__(self, app: Flask) -> None:
        self.hits = 0
        self._entries: dict[CacheKey, CachedResponse] = {}
        # A nonce's first use goes to Flask: it may have to be joined with its challenge.
        self._used_nonces: set[str] = set()
        self._services: Services = app.extensions["opsemu"]
        recorder: Recorder = app.extensions["opsemu.recorder"]
        self._journal = recorder.keep
        recorder.tell(self.add)

    def get(self, request: bytes) -> bytes | None:
        """The response to a raw request; None if Flask has to answer it."""
        started_at = clock.ticks()
        cache_key, params = _split(request)
        entry = self._entries.get(cache_key)
        try:
            if len(request) > MAX_HEAD or entry is None or not self._is_valid(entry, params):
                return None
            self.hits += 1
            values = tuple([make(started_at) for make in entry.volatile])
            times = {"at": clock.now(), "took": clock.ticks() - started_at}
            self._journal(Row(**{**vars(entry.row), **times, "exchanges": 1, "id": 0}))
            return (entry.head % values).encode("latin-1") + entry.row.answered
        except Exception:  # Flask meets it again, and has a response for it
            return None

    def add(self, row: Row, response: Response) -> None:
        """Cache what Flask answered to the current request, if it can be sent again."""
        request = call()
        if request.key is None:
            return
        if len(self._used_nonces) >= MAX_NONCES:
            self._used_nonces.clear()
        self._used_nonces.add(request.sent.get("nonce", ""))
        raw = request.environ.get(RAW_REQUEST, b"")
        if not raw or not _is_cacheable(request, request.key, row, len(raw)):
            return
        cache_key, params = _split(raw)
        if params == request.sent:  # else the header is not written as `get` reads it
            self._entries[cache_key] = _entry(request, request.key, row, response)
        if len(self._entries) > MAX_ENTRIES:
            del self._entries[next(iter(self._entries))]

    def _is_valid(self, entry: CachedResponse, params: dict[str, str]) -> bool:
        """Whether nothing has changed and the caller is admitted; then the nonce is counted."""
        services, world = self._services, entry.key.world
        read = services.store.backend.read
        if any([read(owner) != content for owner, content in entry.dependencies]):
            return False
        clock.begin(services.times)
        clock.enter(world)
        if services.lives.of(world).faults.all() or entry.expires <= clock.now():
            return False
        if not params or params.get("nonce", "") not in self._used_nonces:
            return not params
        use, ha1 = services.nonces.use, entry.key.ha1
        status, _ = authenticate(params, "GET", entry.target, ha1, use, consume_unsigned=False)
        return status is NonceStatus.FRESH


def _split(request: bytes) -> tuple[CacheKey, dict[str, str]]:
    """A raw request's cache key, and the parameters of its digest."""
    before, _, rest = request.partition(_AUTHORIZATION)
    value, _, after = rest.partition(b"\r\n")
    text = value.decode("latin-1")
    params = credentials(text) if text.startswith("Digest ") and text.isprintable() else {}
    return (before, after, bool(params), params.get("username", text)), params


def _is_cacheable(request: Call, key: Key, row: Row, size: int) -> bool:
    """Whether a further response would be the same, and nothing was special about this one."""
    return (
        row.operation in OPERATIONS
        and (row.status, row.fault, row.reasons, row.warnings) == (200, None, (), ())
        and size + len(row.answered) < MAX_ENTRY_SIZE
        and not key.access_list
        and is_host(request.environ.get("HTTP_HOST", ""))
    )


def _entry(request: Call, key: Key, row: Row, response: Response) -> CachedResponse:
    services, volatile = request.services, headers.volatile(request)
    pairs = [(n, "%s" if n in volatile else v.replace("%", "%%")) for n, v in response.headers]
    return CachedResponse(
        key=key,
        expires=inf if request.sent else tokens.expiry(services.store, request.authorization),
        target=request.target if services.config.digest_uri == "strict" else None,
        dependencies=request.reads,
        head=format_head(200, pairs),
        volatile=[volatile[name] for name, _ in pairs if name in volatile],
        row=row,
    )
