"""Events: when OpsRamp notifies the other system, and with which text."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.fields import Flag
from opsemu.schemas.opsramp.base import Body, choice, objects
from opsemu.schemas.opsramp.installed import ENTITIES, Notifier


class Rule(Body):
    """A condition of a filter; the server assigns its `id`."""

    id = fields.Integer(strict=True)
    key = fields.String()
    operator = fields.String()
    value = fields.String()
    resourceType = fields.String()


class Criteria(Body):
    """A filter of entities; the server sets `id`, `name` and `actions` (SPEC)."""

    id = fields.Integer(strict=True)
    name = fields.String(dump_only=True)
    matchType = choice("ANY", "ALL")
    rules = fields.List(fields.Nested(Rule))
    actions = fields.List(fields.Raw(), dump_only=True)


class Event(Body):
    """An event, with its fields in the order of the response.

    The SPEC's responses omit `eventType`, `endPointURI` and, except for ALERT,
    `thirdPartyEventType`; a later client needs them, so they are returned.
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
    depEvent = fields.Dict()
    active = fields.Boolean(dump_only=True)


class Retry(Body):
    """Which failed events to send again."""

    timeRange = fields.Dict()
    eventList = fields.List(fields.String())
    intgMode = choice("INBOUND", "OUTBOUND")


class Retries(Body):
    """The body of POST `events/retry`."""

    aliases = {"retry-events": "retry_events"}

    retry_events = fields.List(fields.Nested(Retry), required=True)


def show_event(event: Mapping[str, Any], text_name: str) -> dict[str, Any]:
    """The event in a response; its text is a member named `text_name`.

    The event's `endPointURI` replaces the `baseURI` of its notifier (SPEC).
    """
    document = dict(event)
    if "text" in event:
        document[text_name] = event["text"]
    if "notifier" in event and event.get("endPointURI"):
        document["notifier"] = {**event["notifier"], "baseURI": event["endPointURI"]}
    return Event.show(document)
