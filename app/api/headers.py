"""The headers of every kind of answer; the API family's HeaderRules say which it sends."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from ..store import StateUnavailable
from ..worlds.clock import WorldTime
from .api_family import Dialect
from .context import RequestContext, current
from .routes import Operation

Header = tuple[str, str]
Headers = Iterator[Header]
Volatile = Callable[[WorldTime, float], str]

REMAINING = "Ratelimit-Remaining"
UPSTREAM_TIME = "X-Envoy-Upstream-Service-Time"


def of_answer(media_type: str, code: str = "") -> list[Header]:
    """The headers of an API answer; `code` is the error's, if it is one."""
    ctx = current()
    rules = ctx.dialect.headers
    limits_known = code not in rules.unlimited_errors
    version = service_version(ctx) if limits_known else ""
    headers = [("Date", ctx.time.http_date())]
    headers += _of_operation(ctx.dialect, version, media_type, ctx.operation)
    if limits_known:
        headers += _of_rate_limit(ctx)
    if code and rules.error_code:
        headers.append(("X-Error-Code", code))
    if code and ctx.method in rules.vary_methods:
        headers.append(("Vary", "Accept-Encoding"))
    headers += _of_every_answer(ctx)
    return headers


@lru_cache(maxsize=512)
def _of_operation(
    family: Dialect, version: str, media_type: str, operation: Operation | None
) -> list[Header]:
    """The headers that are the same in each answer of an operation."""
    rules = family.headers
    java = []
    if operation and operation.java and rules.java_version:
        java.append(
            ("X-Java-Method", f"{operation.java}::{operation.java_method or operation.name}")
        )
        java.append(("X-Java-Version", rules.java_version))
    if operation and operation.deprecated and rules.sunset:
        java += [("Deprecation", operation.deprecated), ("Sunset", rules.sunset)]
    return [
        *rules.security,
        *([("X-MongoDB-Service-Version", version)] if version else []),
        ("Content-Type", media_type),
        *rules.framing,
        *java,
    ]


def of_challenge(challenges: Iterable[str], has_body: bool) -> Headers:
    """The headers of the authentication layer's 401."""
    ctx = current()
    yield "Date", ctx.time.http_date()
    for challenge in challenges:
        yield "WWW-Authenticate", challenge
    if has_body:
        yield "Content-Type", "application/json"
    if ctx.method in ctx.dialect.headers.vary_methods:
        yield "Vary", "Accept-Encoding"
    yield from _of_every_answer(ctx)


def of_empty_error(**headers: str) -> Headers:
    """The headers of an error of the HTTP layer, which has no body."""
    ctx = current()
    yield "Date", ctx.time.http_date()
    yield from ctx.dialect.headers.security
    yield from headers.items()
    yield from _of_every_answer(ctx)


def service_version(ctx: RequestContext) -> str:
    """The server's build, as clients read it: they split it at `versionString=`."""
    rules = ctx.dialect.headers
    return rules.version.format(ctx.services.config.server_version or rules.build)


def rate_limit(ctx: RequestContext) -> tuple[str, str, int] | None:
    """The rate limit that a request counts against: resource, owner and calls a minute.

    None if the family announces none. RECORDED: the calls of one resource of one project
    count together.
    """
    operation = ctx.operation
    if operation is None or not (operation.java and ctx.dialect.headers.rate_limit):
        return None
    return (
        operation.limited_with or operation.java,
        next(iter(ctx.arguments.values()), ""),
        operation.limit,
    )


def volatile(ctx: RequestContext) -> dict[str, Volatile]:
    """The headers that differ between two responses to one request, and how each is made.

    Each is made from the world's time and the moment at which the request started.
    """
    limit, worlds = rate_limit(ctx), ctx.services.worlds
    made: dict[str, Volatile] = {
        name: lambda time, started_at, make=make: make(time)  # type: ignore[misc]
        for name, make in ctx.dialect.headers.volatile.items()
    }
    made["Date"] = lambda time, started_at: time.http_date()
    made[UPSTREAM_TIME] = lambda time, started_at: milliseconds(started_at)
    if limit:
        made[REMAINING] = lambda time, started_at: str(
            worlds.get(time.world).limits.take(*limit, time.now())
        )
    return made


def milliseconds(started_at: float) -> str:
    """Milliseconds since the request started (`X-Envoy-Upstream-Service-Time`)."""
    return str(round((time.perf_counter() - started_at) * 1000))


def _of_rate_limit(ctx: RequestContext) -> Headers:
    limit = rate_limit(ctx)
    if limit:
        try:
            remaining = ctx.world.limits.take(*limit, ctx.time.now())
        except StateUnavailable:  # this answer says so already
            return
        yield "Ratelimit-Limit", str(limit[2])
        yield REMAINING, str(remaining)


def _of_every_answer(ctx: RequestContext) -> Headers:
    yield from ctx.dialect.headers.always
    yield from ctx.dialect.headers.per_request(ctx.request)
    if ctx.dialect.headers.upstream_time:
        yield UPSTREAM_TIME, milliseconds(ctx.started_at)
