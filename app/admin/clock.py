"""`clock`: the time of a world."""

import time
from datetime import datetime, timezone
from typing import Any

from flask import Blueprint
from marshmallow import Schema, ValidationError, fields, validate

from ..worlds.journal import timestamp
from .context import admin_app, load_body, services, world_name
from .schemas import WorldQuery, response_schema

bp = Blueprint("clock", __name__)

MAX_TIME = 4e9  # seconds since 1970, in 2096: nonces and RFC 3339 have room for it
MAX_ADVANCE = 1e9  # seconds


class Timestamp(fields.String):
    """A time in RFC 3339; it is loaded as seconds since 1970."""

    def _deserialize(self, value: object, *args: object, **kwargs: object) -> float:  # type: ignore[override]
        try:
            moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
            seconds = moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()
        except (ValueError, OverflowError):
            raise ValidationError("not a time such as 2026-11-22T08:30:00Z") from None
        if not 0 <= seconds < MAX_TIME:
            raise ValidationError("not a time between 1970 and 2096")
        return seconds


_AT = Timestamp(load_default=None, metadata={"format": "date-time"})
_SECONDS = fields.Float(required=True, validate=validate.Range(-MAX_ADVANCE, MAX_ADVANCE))
FreezeBody = Schema.from_dict({"at": _AT}, name="FreezeBody")
AdvanceBody = Schema.from_dict({"seconds": _SECONDS}, name="AdvanceBody")
Clock = response_schema("Clock", now=datetime, frozen=bool, offset=float)


@bp.get("/clock", query=WorldQuery, returns={200: Clock})
def show() -> dict[str, Any]:
    """The time of a world, and how many seconds it is ahead of the real time."""
    world = world_name()
    admin_app().alerting.catch_up(world)
    clock, real = services().clocks.time(world), time.time()
    now = clock.present(real)
    return {"now": timestamp(now), "frozen": clock.is_frozen, "offset": round(now - real, 3)}


@bp.post("/clock/freeze", query=WorldQuery, body=FreezeBody, returns={200: Clock})
def freeze() -> dict[str, Any]:
    """Stop the clock of a world, by default at its present time."""
    services().clocks.freeze(world_name(), load_body()["at"])
    return show()


@bp.post("/clock/advance", query=WorldQuery, body=AdvanceBody, returns={200: Clock})
def advance() -> dict[str, Any]:
    """Advance the clock of a world, frozen or running; set it back if `seconds` is negative."""
    world, seconds = world_name(), load_body()["seconds"]
    if not 0 <= services().clocks.time(world).present(time.time()) + seconds < MAX_TIME:
        raise ValidationError("the clock would leave the years 1970 to 2096")
    services().clocks.advance(world, seconds)
    return show()


@bp.post("/clock/free", query=WorldQuery, returns={200: Clock})
def free() -> dict[str, Any]:
    """Set the clock of a world back to the real time."""
    services().clocks.free(world_name())
    return show()
