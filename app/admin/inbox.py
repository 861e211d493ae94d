"""`inbox`: what the alerts of a world have sent, and what is expected of it."""

import time
from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate

from ..alerting import inbox
from ..alerting.delivery import KEY_INVALID
from ..alerting.service import Service
from ..alerting.services import SERVICES
from ..store import Document
from ..worlds.known_names import OneName
from ..worlds.redaction import masked
from .context import admin_app, current_world, load_body, load_query, services, world_name
from .errors import AdminError
from .schemas import AnyObject, WorldQuery, response_schema

bp = Blueprint("inbox", __name__)

POLL = 0.02  # seconds between two looks of a wait
EVENTS = ("received", KEY_INVALID, *(f"alert.{name}" for name in sorted(Service().events)))

_WANTED: dict[str, fields.Field[Any]] = {
    "service": fields.String(validate=OneName("service", SERVICES)),
    "event": fields.String(validate=OneName("event", EVENTS)),
    "eventTypeName": fields.String(),
    "project": fields.String(),
    "alert": fields.String(),
    "state": fields.String(),
}
_COUNT = fields.Integer(strict=True, validate=validate.Range(0))
_TIMEOUT = fields.Float(load_default=10.0, validate=validate.Range(0, 300))  # seconds
_LIMIT = fields.Integer(validate=validate.Range(1))
InboxQuery = WorldQuery.from_dict({**_WANTED, "limit": _LIMIT}, name="InboxQuery")
InboxWaitQuery = WorldQuery.from_dict({"timeout": _TIMEOUT}, name="InboxWaitQuery")
InboxPattern = Schema.from_dict({**_WANTED, "count": _COUNT}, name="InboxPattern")
InboxExpectation = Schema.from_dict(
    {**_WANTED, "count": _COUNT, "atLeast": _COUNT, "atMost": _COUNT}, name="InboxExpectation"
)
Inbox = response_schema("Inbox", deliveries=[AnyObject])
InboxVerdict = response_schema("InboxVerdict", verified=bool, count=int, message=str)


@bp.get("/inbox", query=InboxQuery, returns={200: Inbox})
def list_all() -> dict[str, Any]:
    """The deliveries of a world that match, all or the latest ones, the oldest first."""
    query = load_query()
    latest = -query.pop("limit", 0)
    return {"deliveries": list(map(_show, _matching(query)[latest:]))}


@bp.get("/inbox/<delivery_id>", query=WorldQuery, returns={200: AnyObject})
def get_one(delivery_id: str) -> dict[str, Any]:
    """One delivery: the request, secrets masked, and what was answered."""
    found = inbox.find(services().store, world_name(), delivery_id)
    if found is None:
        raise AdminError(404, "no_such_delivery", f"there is no delivery {delivery_id[:40]!r}")
    return _show(found)


@bp.delete("/inbox", query=WorldQuery)
def clear() -> tuple[str, int]:
    """Delete all deliveries of a world."""
    inbox.clear(services().store, world_name())
    return "", 204


@bp.post("/inbox/wait", query=InboxWaitQuery, body=InboxPattern, returns={200: Inbox})
def wait() -> dict[str, Any]:
    """Wait for `count` deliveries, by default one, that match and have been answered."""
    pattern, end = load_body(), time.monotonic() + load_query()["timeout"]
    count = pattern.pop("count", 1)
    while True:
        started = time.monotonic()
        found = [each for each in _matching(pattern) if each["state"] != inbox.WAITING]
        if len(found) >= count:
            return {"deliveries": list(map(_show, found))}
        if time.monotonic() >= end:
            sentence = f"{len(found)} matching deliveries came, {count} were waited for"
            raise AdminError(408, "timed_out", sentence)
        time.sleep(max(POLL, time.monotonic() - started))


@bp.post("/inbox/verify", query=WorldQuery, body=InboxExpectation, returns={200: InboxVerdict})
def verify() -> dict[str, Any]:
    """Whether as many deliveries match as expected, by default at least one."""
    pattern = load_body()
    names = ("count", "atLeast", "atMost")
    bounds = {name: pattern.pop(name) for name in names if name in pattern} or {"atLeast": 1}
    count = len(_matching(pattern))
    least = bounds.get("count", bounds.get("atLeast", 0))
    most = bounds.get("count", bounds.get("atMost", count))
    expected = ", ".join(f"{name} {value}" for name, value in bounds.items())
    message = f"{count} matching, expected: {expected}"
    return {"verified": least <= count <= most, "count": count, "message": message}


def _matching(query: dict[str, Any]) -> list[Document]:
    world = world_name()
    admin_app().alerting.catch_up(world)
    wanted = {name: query[name] for name in _WANTED if name in query}
    return inbox.all_of(services().store, world, **wanted)


def _show(delivery: Document) -> dict[str, Any]:
    """A delivery without secrets; the signature shows nothing of the key that made it."""
    shown: dict[str, Any] = masked(delivery)
    request = delivery.get("request")
    if request is not None:
        body = current_world().secrets.mask_body(request["body"].encode(), "application/json")
        headers = {**shown["request"]["headers"]}
        if (name := "X-MMS-Signature") in headers:
            headers[name] = request["headers"][name]
        shown["request"] = {**shown["request"], "headers": headers, "body": body}
    return {name: value for name, value in shown.items() if name not in ("hookUrl", "number")}
