"""Events: what OpsRamp tells the other side, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.opsramp.base import Body, Flag, Loose, choice, objects
from opsemu.schemas.opsramp.mappings import ENTITIES
from opsemu.schemas.opsramp.notifier import Notifier


class Rule(Body):
    """A condition of a filter; the server numbers it."""

    id = fields.Integer(strict=True)
    key = fields.String()
    operator = fields.String()
    value = fields.String()
    resourceType = fields.String()


class Criteria(Body):
    """Which entities an event is about; number, name and actions are the server's (SPEC)."""

    id = fields.Integer(strict=True)
    name = fields.String(dump_only=True)
    matchType = choice("ANY", "ALL")
    rules = fields.List(fields.Nested(Rule))
    actions = fields.List(fields.Raw(), dump_only=True)


class Event(Body):
    """An event in the order in which it is shown.

    SPEC answers leave `eventType`, `endPointURI` and, but for ALERT, `thirdPartyEventType`
    out; a later client needs them back, so they are shown.
    """

    id = fields.String(dump_only=True)
    name = fields.String(required=True)
    entity = choice(*ENTITIES, "DEFAULT_RESOURCE")
    eventType = fields.String()
    filterCriteria = fields.Nested(Criteria)
    notifier = fields.Nested(Notifier)
    useBaseNotifier = Flag()
    endPointURI = fields.String()
    thirdPartyEventType = fields.String()
    headers = objects()
    payload = fields.String()
    eventPayload = fields.String()
    responseHeaders = objects()
    depEvent = Loose()
    active = fields.Boolean(dump_only=True)


class Retry(Body):
    """Which failed events are tried again."""

    timeRange = Loose()
    eventList = fields.List(fields.String())
    intgMode = choice("INBOUND", "OUTBOUND")


class Retries(Body):
    """The body of POST `events/retry`."""

    spellings = {"retry-events": "retry_events"}

    retry_events = fields.List(fields.Nested(Retry), required=True)


def show_event(stored: Mapping[str, Any], text_key: str) -> dict[str, Any]:
    """The event; its text is `eventPayload` after a POST and `payload` in a GET (SPEC).

    The end point's address takes the place of the notifier's (SPEC).
    """
    text = stored.get("text")
    known = {key: value for key, value in stored.items() if key != "notifier"}
    if "notifier" in stored:
        uri = stored.get("endPointURI") or stored["notifier"].get("baseURI")
        known["notifier"] = {**stored["notifier"], **({"baseURI": uri} if uri else {})}
    shown: dict[str, Any] = Event().dump({**known, **({} if text is None else {text_key: text})})
    return shown
