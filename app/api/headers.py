"""The headers of every kind of answer; which of them a family sends is in its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from ..store import StateUnavailable
from ..worlds import clock
from .api_family import Dialect
from .context import Call, call, live, services
from .operations import Operation, operation

Header = tuple[str, str]
Headers = Iterator[Header]


def of_answer(media_type: str, code: str = "") -> list[Header]:
    """An answer of the API; `code` is the error's, if it is one."""
    here = call()
    family, run = here.dialect, operation(here.endpoint)
    known = code not in family.unlimited
    version = service_version() if known and family.version != "" else ""
    found = [("Date", clock.http_date()), *_settled(family, version, media_type, run)]
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
    yield "Date", clock.http_date()
    if challenge:
        yield "WWW-Authenticate", challenge
    if shown:
        yield "Content-Type", "application/json"
    if call().method in call().dialect.varied:
        yield "Vary", "Accept-Encoding"
    yield from _of_every_answer()


def of_refusal(**more: str) -> Headers:
    """An answer of the HTTP layer, which has no body."""
    yield "Date", clock.http_date()
    yield from call().dialect.security
    yield from more.items()
    yield from _of_every_answer()


def service_version() -> str:
    """What clients learn the server's version from; they split it at `versionString=`."""
    configured = f"gitHash={GIT_HASH}; versionString={services().config.server_version}"
    return call().dialect.version or configured


# The build that the one recorded Ops Manager answer names.
GIT_HASH = "e6efff793e3f0ff2fb7daa51d70306934dced894"


def bucket(here: Call) -> tuple[str, str, int] | None:
    """Resource, owner and size of the bucket that a request takes from, if its family tells.

    RECORDED: the calls of one resource of one project share a bucket.
    """
    run = operation(here.endpoint)
    if run is None or not here.dialect.limited:
        return None
    return run.java.partition("::")[0], next(iter(here.arguments.values()), ""), run.limit


def _limit(here: Call) -> Headers:
    found = bucket(here)
    if found:
        try:
            left = live().limits.take(*found)
        except StateUnavailable:  # which is what this answer says
            return
        yield "Ratelimit-Limit", str(found[2])
        yield REMAINING, str(left)


def _of_every_answer() -> Headers:
    here = call()
    yield from here.dialect.always
    yield from here.dialect.announced(here.request)
    if here.dialect.timed:
        yield TIMED, milliseconds(here.opened)


def milliseconds(opened: float) -> str:
    """How long the proxy in front has waited since `opened`."""
    return str(round((clock.ticks() - opened) * 1000))


def volatile(here: Call) -> dict[str, Callable[[float], str]]:
    """The headers that differ between two responses to one request.

    Each is made from the moment (`clock.ticks`) at which the request started.
    """
    taken_from = bucket(here)
    lives, world = here.services.lives, here.key.world if here.key else ""
    made: dict[str, Callable[[float], str]] = {
        "Date": lambda opened: clock.http_date(),
        TIMED: milliseconds,
        **here.dialect.volatile,
    }
    if taken_from:
        made[REMAINING] = lambda opened: str(lives.of(world).limits.take(*taken_from))
    return made


REMAINING = "Ratelimit-Remaining"
TIMED = "X-Envoy-Upstream-Service-Time"
