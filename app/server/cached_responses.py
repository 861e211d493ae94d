"""Answers that may be given again: which they are, and what has to be known to give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from flask import Response

from ..api import headers
from ..api.context import RequestContext, Services
from ..api.urls import is_host
from ..auth import tokens
from ..auth.api_keys import Key
from ..opsramp import rate_limits
from ..store import Owner
from ..worlds.clock import WorldTime
from ..worlds.journal import MAX_BODY, JournalEntry
from .wsgi import WHOLE, head

MOST_BYTES = 32_000_000  # of all answers
Place = tuple[bytes, bytes]  # what is before and after the credentials
Whose = tuple[bool, str]  # by digest, and the user's name; or the whole header


_NEW_EACH_TIME = ("at", "duration_s", "round_trips", "id")


@dataclass
class Learned:
    """An answer, and on what it depends.

    `key` sent it, whose token `expires` by the world's clock (never, if it signs); `target`
    is what a signature has to be for. `reads` is what the store held. `head` has a place
    for each of `moving`, `body` follows; `row` is what the journal is told. `size` in bytes, about.
    """

    key: Key
    expires: float
    target: str | None
    reads: list[tuple[Owner, bytes | None]]
    bucket: tuple[str, str, int]
    head: str
    moving: list[Moving]
    body: bytes
    row: dict[str, Any]
    size: int


class Answers:
    """What was learned, of `size` bytes about; the oldest make room."""

    def __init__(self) -> None:
        self.size = 0
        self._kept: dict[Place, dict[Whose, Learned]] = {}

    def at(self, place: Place) -> dict[Whose, Learned]:
        """The answers to requests that are alike, by whose they are."""
        return self._kept.get(place, _NONE)

    def put(self, place: Place, whose: Whose, answer: Learned) -> None:
        """Keep an answer, in place of the one there is."""
        found = self._kept.setdefault(place, {})
        self.size += answer.size - (found[whose].size if whose in found else 0)
        found[whose] = answer
        while self.size > MOST_BYTES:
            oldest = self._kept.pop(next(iter(self._kept)))
            self.size -= sum(answer.size for answer in oldest.values())


_NONE: dict[Whose, Learned] = {}


def learned(here: RequestContext, row: JournalEntry, response: Response) -> Learned | None:
    """What to know of an answer to give it again; None if it is not plain."""
    key = here.authenticated_key
    if key is None or not _is_plain(here, row, key):
        return None
    sent = [(name, value) for name, value in response.headers]
    strict = here.services.config.digest_uri == "strict"
    return Learned(
        key=key,
        expires=_expiry(here),
        target=here.target if strict else None,
        reads=here.reads,
        bucket=headers.rate_limit(here) or ("", "", 0),
        head=head(200, [(name, _part(name, value)) for name, value in sent]),
        moving=[MOVING[name] for name, _ in sent if name in MOVING],
        body=row.response_body,
        row={each.name: getattr(row, each.name) for each in fields(row) if _lasts(each.name)},
        size=len(here.environ[WHOLE]) + len(row.response_body) + _held(here) + 4_000,
    )


def _is_plain(here: RequestContext, row: JournalEntry, key: Key) -> bool:
    """Whether a further answer would be the same, and nothing strange was about this one."""
    asked: bytes = here.environ[WHOLE]
    return (
        here.operation is not None
        and here.operation.cacheable
        and (row.status, row.fault, row.reasons, row.warnings) == (200, None, (), ())
        and row.scheme
        == ("Digest" if here.digest_params else row.scheme)  # as the short way reads it
        and len(row.response_body) < MAX_BODY
        and not key.access_list
        and is_host(here.environ.get("HTTP_HOST", ""))
        and b"\nexpect:" not in asked.lower()
    )


def _expiry(here: RequestContext) -> float:
    if here.digest_params:
        return float("inf")
    token = tokens.find(here.services.store, here.authorization.partition(" ")[2].strip())
    return token.expires if token else 0.0


def _held(here: RequestContext) -> int:
    return sum(len(content or b"") for _, content in here.reads)


def _lasts(name: str) -> bool:
    return name not in _NEW_EACH_TIME


def _part(name: str, value: str) -> str:
    return "%s" if name in MOVING else value.replace("%", "%%")


def _left(known: Learned, services: Services, opened: float, time: WorldTime) -> str:
    return str(services.worlds.get(known.key.world).limits.take(*known.bucket, time.now()))


Moving = Callable[[Learned, Services, float, WorldTime], str]
# The headers that differ between two answers to the same, and how each is made.
MOVING: dict[str, Moving] = {
    "Date": lambda known, services, opened, time: time.http_date(),
    headers.REMAINING: _left,
    headers.UPSTREAM_TIME: lambda known, services, opened, time: headers.milliseconds(opened),
    rate_limits.RESET: lambda known, services, opened, time: rate_limits.reset(time.now()),
}
