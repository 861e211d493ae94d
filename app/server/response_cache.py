"""Answers repeated GET requests without Flask, which is two thirds of what an answer costs.

Cache key: the raw request without its Authorization header. An entry is one caller's, the
latest, and valid while every document it was rendered from is unchanged. Credentials are checked
for each request. What is not certain, or would be refused, goes to Flask.
"""

from functools import partial
from math import inf
from threading import Lock
from time import perf_counter

from flask import Flask, Response

from ..api import headers
from ..api.context import RequestContext, current
from ..api.fault_injection import fault_target
from ..api.journaling import Recorder
from ..api.reading_ahead import begin_again, subject_of
from ..api.services import Services
from ..api.urls import is_host
from ..auth import tokens
from ..auth.digest import authenticate, credentials, md5_hex
from ..auth.nonces import NonceStatus
from ..worlds.clock import WorldTime
from ..worlds.fault_rules import Stage
from ..worlds.journal import JournalEntry
from .cached_response import CachedResponse
from .request_parser import MAX_HEAD
from .wsgi import RAW_REQUEST, format_head

MAX_SIZE = 32 * 1024 * 1024  # bytes of all entries, about
MAX_ENTRY_SIZE = 16 * 1024  # bytes of a request and its response's body
MAX_NONCES = 20_000

CacheKey = tuple[bytes, bytes]  # the request's bytes around the value of Authorization
_DIGEST = "Digest "
_AUTHORIZATION = b"\r\nAuthorization: "


class ResponseCache:
    """The cached responses of an application.

    They are asked for on its event loop, or in threads if reading its state may block.
    """

    def __init__(self, app: Flask) -> None:
        self.hits = 0
        self.size = 0
        self._lock = Lock()
        self._responses: dict[CacheKey, CachedResponse] = {}
        # A nonce's first use goes to Flask: it may have to be joined with its challenge.
        self._used_nonces: set[str] = set()
        self._services: Services = app.extensions["opsemu"]
        self._recorder: Recorder = app.extensions["opsemu.recorder"]
        self._recorder.subscribe(self.add)
        self._may_block = self._services.store.backend.read_may_block

    def get(self, request: bytes) -> bytes | None:
        """The response to a raw request; None if Flask has to answer it."""
        if not request.startswith(b"GET ") or len(request) > MAX_HEAD:
            return None
        started_at = perf_counter()
        cache_key, authorization = _split(request)
        cached = self._responses.get(cache_key)
        if cached is None:
            return None
        try:
            if self._may_block and not self._begin(cached, authorization):
                return None
            time = self._services.clocks.time(cached.key.world)
            if not self._is_valid(cached, authorization, time):
                return None
            self.hits += 1
            values = tuple([make(time, started_at) for make in cached.volatile])
            duration_s = perf_counter() - started_at
            self._recorder.record(cached.make_entry(time.now(), duration_s))
            return (cached.head % values).encode("latin-1") + cached.body
        except Exception:  # Flask meets it again, and has a response for it
            return None

    def add(self, entry: JournalEntry, response: Response) -> None:
        """Cache what Flask answered to the current request, if it can be sent again."""
        ctx = current()
        if ctx.authenticated_key is None:
            return
        if len(self._used_nonces) >= MAX_NONCES:
            self._used_nonces.clear()
        self._used_nonces.add(ctx.digest_params.get("nonce", ""))
        raw = ctx.environ.get(RAW_REQUEST, b"")
        if not raw or not _is_cacheable(ctx, entry, len(raw)):
            return
        cache_key, authorization = _split(raw)
        is_usual = not ctx.digest_params or authorization.startswith(_DIGEST)
        if is_usual and authorization == ctx.authorization:  # else `get` would not read it so
            self._keep(cache_key, _cache_entry(ctx, entry, response))

    def _keep(self, cache_key: CacheKey, cached: CachedResponse) -> None:
        """Keep an entry, and drop the oldest ones if they are too large together."""
        with self._lock:
            if replaced := self._responses.pop(cache_key, None):
                self.size -= replaced.size
            self._responses[cache_key] = cached
            self.size += cached.size
            while self.size > MAX_SIZE:
                self.size -= self._responses.pop(next(iter(self._responses))).size

    def _begin(self, cached: CachedResponse, authorization: str) -> bool:
        """Read ahead what the check of a response needs; False if it is for another caller."""
        params = {} if cached.authorization else credentials(authorization)
        is_own = cached.authorization in ("", authorization)
        is_own = is_own and params.get("username", cached.key.public_key) == cached.key.public_key
        if is_own:
            begin_again(self._services, cached.subject, params, cached.target)
        return is_own

    def _is_valid(self, cached: CachedResponse, authorization: str, time: WorldTime) -> bool:
        """Whether nothing has changed and the caller is admitted; then the nonce is counted."""
        owners, contents = cached.dependencies
        if self._services.store.backend.read_many(owners) != contents:
            return False
        faults = self._services.worlds.get(time.world).faults
        if faults.any() and faults.matching(cached.fault_target):
            return False
        if cached.authorization:
            return authorization == cached.authorization and time.now() < cached.expires
        is_usual = authorization.startswith(_DIGEST) and authorization.isprintable()
        params = credentials(authorization) if is_usual else {}
        name, uri = params.get("username"), params.get("uri")
        is_own = (name, uri) == (cached.key.public_key, cached.target)
        if not is_own or params.get("nonce", "") not in self._used_nonces:
            return False
        consume = partial(self._services.nonces.consume, age_of=time.age_of)
        status, _ = authenticate(
            params, "GET", None, cached.key.ha1, consume, consume_unsigned=False, ha2=cached.ha2
        )
        return status is NonceStatus.FRESH


def _split(request: bytes) -> tuple[CacheKey, str]:
    """A raw request's cache key, and its credentials."""
    name = _AUTHORIZATION if _AUTHORIZATION in request else _AUTHORIZATION.lower()  # of proxies
    before, name, rest = request.partition(name)
    value, _, after = rest.partition(b"\r\n")
    return (before + name, after), value.decode("latin-1")


def _is_cacheable(ctx: RequestContext, entry: JournalEntry, size: int) -> bool:
    """Whether a further response would be the same, and nothing was special about this one."""
    return (
        ctx.operation is not None
        and ctx.operation.cacheable
        and (entry.status, entry.fault, entry.reasons, entry.warnings) == (200, None, (), ())
        and size + len(entry.response_body) < MAX_ENTRY_SIZE
        and not (ctx.key.access_list or ctx.key.added_list)
        and is_host(ctx.environ.get("HTTP_HOST", ""))
        and not ctx.stubs  # which may answer the next request, and this one did not
    )


def _cache_entry(ctx: RequestContext, entry: JournalEntry, response: Response) -> CachedResponse:
    volatile = headers.volatile(ctx)
    pairs = [(n, "%s" if n in volatile else v.replace("%", "%%")) for n, v in response.headers]
    text = ctx.authorization.partition(" ")[2].strip()
    token = None if ctx.digest_params else tokens.find(ctx.store, text)
    return CachedResponse(
        key=ctx.key,
        authorization="" if ctx.digest_params else ctx.authorization,
        expires=token.expires if token else inf,
        subject=subject_of(ctx, ctx.digest_params),
        target=ctx.target,
        ha2=md5_hex("GET", ctx.target),
        dependencies=([owner for owner, _ in ctx.reads], [content for _, content in ctx.reads]),
        head=format_head(200, pairs),
        volatile=[volatile[name] for name, _ in pairs if name in volatile],
        fault_target=fault_target(ctx, Stage.ADMITTED),
        make_entry=entry.repeated(),
        body=entry.response_body,
    )
