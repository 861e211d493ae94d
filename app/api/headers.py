"""The headers of every kind of answer; which of them a family sends is in its row."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache

from ..store import StateUnavailable
from .api_family import Dialect
from .context import RequestContext, current
from .operations import Operation, operation

Header = tuple[str, str]
Headers = Iterator[Header]


def of_answer(media_type: str, code: str = "") -> list[Header]:
    """An answer of the API; `code` is the error's, if it is one."""
    here = current()
    family, run = here.dialect, operation(here.endpoint)
    known = code not in family.unlimited
    version = service_version() if known and family.version != "" else ""
    found = [("Date", current().time.http_date()), *_settled(family, version, media_type, run)]
    if known:
        found += _limit(here)
    if code and family.named_errors:
        found.append(("X-Error-Code", code))
    if code and here.method in family.varied:
        found.append(("Vary", "Accept-Encoding"))
    found += _of_every_answer()
    return found


@lru_cache(maxsize=512)
def _settled(family: Dialect, version: str, media_type: str, run: Operation | None) -> list[Header]:
    """What is the same in each answer of an operation."""
    java = run.java if run and family.java else ""
    return [
        *family.security,
        *([("X-MongoDB-Service-Version", version)] if version else []),
        ("Content-Type", media_type),
        *family.framing,
        *([("X-Java-Method", java), ("X-Java-Version", family.java)] if java else []),
    ]


def of_challenge(challenge: str, shown: bool) -> Headers:
    """The authentication layer's 401, `shown` if it has a body."""
    yield "Date", current().time.http_date()
    if challenge:
        yield "WWW-Authenticate", challenge
    if shown:
        yield "Content-Type", "application/json"
    if current().method in current().dialect.varied:
        yield "Vary", "Accept-Encoding"
    yield from _of_every_answer()


def of_refusal(**more: str) -> Headers:
    """An answer of the HTTP layer, which has no body."""
    yield "Date", current().time.http_date()
    yield from current().dialect.security
    yield from more.items()
    yield from _of_every_answer()


def service_version() -> str:
    """What clients learn the server's version from; they split it at `versionString=`."""
    configured = f"gitHash={GIT_HASH}; versionString={current().services.config.server_version}"
    return current().dialect.version or configured


# The build that the one recorded Ops Manager answer names.
GIT_HASH = "e6efff793e3f0ff2fb7daa51d70306934dced894"


def bucket(here: RequestContext) -> tuple[str, str, int] | None:
    """Resource, owner and size of the bucket that a request takes from, if its family tells.

    RECORDED: the calls of one resource of one project share a bucket.
    """
    run = operation(here.endpoint)
    if run is None or not here.dialect.limited:
        return None
    return run.java.partition("::")[0], next(iter(here.arguments.values()), ""), run.limit


def _limit(here: RequestContext) -> Headers:
    found = bucket(here)
    if found:
        try:
            left = current().world.limits.take(*found, here.time.now())
        except StateUnavailable:  # which is what this answer says
            return
        yield "Ratelimit-Limit", str(found[2])
        yield REMAINING, str(left)


def _of_every_answer() -> Headers:
    here = current()
    yield from here.dialect.always
    yield from here.dialect.announced(here.request)
    if here.dialect.timed:
        yield TIMED, milliseconds(here.started_at)


def milliseconds(started_at: float) -> str:
    """Milliseconds since the request started (`X-Envoy-Upstream-Service-Time`)."""
    return str(round((time.perf_counter() - started_at) * 1000))


# The headers that differ between two answers to the same.
REMAINING = "Ratelimit-Remaining"
TIMED = "X-Envoy-Upstream-Service-Time"
