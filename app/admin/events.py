"""`events`: what happens in a world, as server-sent events, and who notes admin writes for them."""

import contextlib

from flask import Blueprint, Response, request
from marshmallow import fields

from ..api.delivery import KEY
from ..store import StateUnavailable
from ..store.layout import DEFAULT_WORLD
from .context import admin_app, load_query, services, world_name
from .errors import AdminError
from .event_stream import ALL_PARTS, REQUESTS, EventStream
from .schemas import WorldQuery

bp = Blueprint("events", __name__)

MAX_STREAMS = 64

# By endpoint, or by blueprint: the parts that a write may change.
_PARTS: dict[str, tuple[str, ...]] = {
    "worlds.create": ("worlds",),
    "worlds.delete": ("worlds",),
    "worlds": (*ALL_PARTS, REQUESTS),
    "requests.clear": (REQUESTS,),
    "faults": ("faults",),
    "stubs": ("stubs",),
    "clock": ("clock", "state", "alerts", "inbox"),
    "states": ALL_PARTS,
    "integrations": ("state",),
    "installed": ("state",),
    "automation": ("state",),
    "alerts": ("alerts", "inbox"),
    "inbox": ("inbox",),
}
_OF_ALL = ("worlds.create", "worlds.delete")  # which concern all worlds
EventQuery = WorldQuery.from_dict({"after": fields.String(load_default="")})


@bp.get("/events", query=EventQuery, returns={200: "text/event-stream"})
def follow() -> Response:
    """Requests and changes of a world as they happen; `after` is the id of an earlier event."""
    world, delivery = world_name(), request.environ.get(KEY)
    if len(admin_app().streams) >= MAX_STREAMS:
        raise AdminError(503, "too_many_streams", f"{MAX_STREAMS} streams are open; close one")
    resume = request.headers.get("Last-Event-ID") or load_query()["after"]
    stream = EventStream(admin_app(), world, resume)
    response = Response([stream.part() or b""], content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx: pass each event on at once
    response.automatically_set_content_length = False
    if delivery and request.method != "HEAD":  # else that is all
        admin_app().streams.add(stream)
        delivery.stream = stream
    return response


def note_write(response: Response) -> Response:
    """Tell streams which parts of a world an admin request has changed."""
    if request.method in ("GET", "HEAD") or response.status_code >= 400:
        return response
    parts = _PARTS.get(request.endpoint or "") or _PARTS.get(request.blueprint or "", ())
    world = "" if request.endpoint in _OF_ALL else request.args.get("world", DEFAULT_WORLD)
    with contextlib.suppress(StateUnavailable):  # the write itself was made
        if parts:
            services().worlds.changes.add(world, *parts)
    return response
