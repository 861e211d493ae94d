"""The headers of every kind of answer; which of them a family sends is in its row."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g, request

from . import clock
from .context import dialect, live, services
from .operations import Operation, operation
from .stores import StateUnavailable

Headers = Iterator[tuple[str, str]]


def of_answer(media_type: str, code: str = "") -> Headers:
    """An answer of the API; `code` is the error's, if it is one."""
    family, run = dialect(), operation()
    known = code not in family.unlimited
    yield "Date", clock.http_date()
    yield from family.security
    if known and family.version != "":
        yield "X-MongoDB-Service-Version", service_version()
    yield "Content-Type", media_type
    yield from family.framing
    if run and family.java:
        yield "X-Java-Method", run.java
        yield "X-Java-Version", family.java
    if run and family.limited and known:
        yield from _limit(run)
    if code and family.named_errors:
        yield "X-Error-Code", code
    if code and request.method in family.varied:
        yield "Vary", "Accept-Encoding"
    yield from _of_every_answer()


def of_challenge(challenge: str, shown: bool) -> Headers:
    """The authentication layer's 401, `shown` if it has a body."""
    yield "Date", clock.http_date()
    if challenge:
        yield "WWW-Authenticate", challenge
    if shown:
        yield "Content-Type", "application/json"
    if request.method in dialect().varied:
        yield "Vary", "Accept-Encoding"
    yield from _of_every_answer()


def of_refusal(**more: str) -> Headers:
    """An answer of the HTTP layer, which has no body."""
    yield "Date", clock.http_date()
    yield from dialect().security
    yield from more.items()
    yield from _of_every_answer()


def service_version() -> str:
    """What clients learn the server's version from; they split it at `versionString=`."""
    configured = f"gitHash={GIT_HASH}; versionString={services().config.server_version}"
    return dialect().version or configured


# The build that the one recorded Ops Manager answer names.
GIT_HASH = "e6efff793e3f0ff2fb7daa51d70306934dced894"


def _limit(run: Operation) -> Headers:
    """RECORDED: the calls of one resource of one project share a bucket."""
    owner = next(iter((request.view_args or {}).values()), "")
    try:
        left = live().limits.take(run.java.partition("::")[0], owner, run.limit)
    except StateUnavailable:  # which is what this answer says
        return
    yield "Ratelimit-Limit", str(run.limit)
    yield "Ratelimit-Remaining", str(left)


def _of_every_answer() -> Headers:
    yield from dialect().always
    yield from dialect().announced(request)
    if dialect().timed and "started" in g:
        yield "X-Envoy-Upstream-Service-Time", str(round((clock.ticks() - g.started) * 1000))
