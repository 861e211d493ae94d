"""`clock`: the time that a world believes in."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from flask import Response
from marshmallow import ValidationError, fields, validate

from ..worlds.journal_view import timestamp
from .context import WorldQuery, services, world
from .responses import answer
from .routes import Fields, Routes, body

bp = Routes("clock", __name__)

_CLOCK = {
    "type": "object",
    "properties": {
        "now": {"type": "string"},
        "frozen": {"type": "boolean"},
        "offset": {"type": "number"},
    },
    "required": ["now", "frozen", "offset"],
}
# Some ten thousand days either way: what fits into time stamps of four-digit years.
_MOST = 1e9


class Moment(fields.String):
    """A moment as RFC 3339 writes it."""

    def _deserialize(self, value: object, *args: object, **kwargs: object) -> float:  # type: ignore[override]
        try:
            moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
            seconds = moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()
        except (ValueError, OverflowError):
            raise ValidationError("not a moment like 2026-11-22T08:30:00Z") from None
        if not 0 <= seconds < 4e9:
            raise ValidationError("not a moment between 1970 and 2096")
        return seconds


class FreezeBody(Fields):
    """When to stand still; without it, now."""

    at = Moment(load_default=None)


class AdvanceBody(Fields):
    """By how many seconds to go on; below zero, back."""

    seconds = fields.Float(required=True, validate=validate.Range(-_MOST, _MOST))


@bp.on("GET", "/clock", {200: _CLOCK}, query=WorldQuery)
def show() -> Response:
    """What the clock of a world shows, and how many seconds that is ahead of the real time."""
    return _shown(world())


@bp.on("POST", "/clock/freeze", {200: _CLOCK}, query=WorldQuery, body=FreezeBody)
def freeze() -> Response:
    """Let the clock of a world stand still."""
    services().times.freeze(world(), body()["at"])
    return _shown(world())


@bp.on("POST", "/clock/advance", {200: _CLOCK}, query=WorldQuery, body=AdvanceBody)
def advance() -> Response:
    """Put the clock of a world on, frozen or running as before."""
    seconds, times = body()["seconds"], services().times
    if not 0 <= times.clock(world()).present(time.time()) + seconds < 4e9:
        raise ValidationError("the clock would leave the years 1970 to 2096")
    times.advance(world(), seconds)
    return _shown(world())


@bp.on("POST", "/clock/free", {200: _CLOCK}, query=WorldQuery)
def free() -> Response:
    """Give a world the real time again."""
    services().times.free(world())
    return _shown(world())


def _shown(name: str) -> Response:
    clock, real = services().times.clock(name), time.time()
    now = clock.present(real)
    frozen, offset = clock.is_frozen, round(now - real, 3)
    return answer({"now": timestamp(now), "frozen": frozen, "offset": offset})
