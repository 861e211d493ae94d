"""Events of an installed integration: what is stored of a request."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from ..api.errors import ApiError
from ..store import Document
from ..worlds.random_source import RandomSource
from .documents import InstalledDocument


def get_event(document: InstalledDocument, event_id: str) -> Document:
    """One event; raises NO_EVENT."""
    event = document.get("events", {}).get(event_id)
    if event is None:
        raise ApiError("NO_EVENT", event_id)
    return event


def new_id(random: RandomSource) -> str:
    """The id of a new event."""
    return f"INTG-EVENT-{random.uuid()}"


def put_event(
    document: InstalledDocument, event_id: str, body: Mapping[str, Any]
) -> InstalledDocument:
    """The document with an event added or replaced."""
    previous = document.get("events", {}).get(event_id, {})
    event = {"id": event_id, "active": previous.get("active", True)}
    event |= {k: v for k, v in body.items() if k not in ("payload", "eventPayload")}
    if "eventPayload" in body:
        event["text"] = body["eventPayload"]  # plain text (CLIENT)
    elif "payload" in body:
        event["text"] = _decode(body["payload"])
    if "filterCriteria" in body:
        serial = document.get("serial", 0)
        criteria = _number(body, previous.get("filterCriteria", {}), serial)
        event["filterCriteria"] = criteria
        document = {**document, "serial": serial + 1 + len(criteria["rules"])}
    return _replace(document, event)


def set_active(document: InstalledDocument, event_id: str, active: bool) -> InstalledDocument:
    """The document with an event activated or deactivated; raises NO_EVENT."""
    return _replace(document, {**get_event(document, event_id), "active": active})


def remove_event(document: InstalledDocument, event_id: str) -> InstalledDocument:
    """The document without an event; raises NO_EVENT."""
    get_event(document, event_id)
    events = {name: event for name, event in document["events"].items() if name != event_id}
    return {**document, "events": events}


def _replace(document: InstalledDocument, event: Document) -> InstalledDocument:
    return {**document, "events": {**document.get("events", {}), event["id"]: event}}


def _decode(payload: str) -> str:
    """The text in base64 (SPEC), or what was sent if it is none."""
    try:
        return b64decode(payload, validate=True).decode()
    except ValueError:
        return payload


def _number(body: Mapping[str, Any], previous: Document, serial: int) -> Document:
    """The filter with ids of the server and the first name of its event (SPEC)."""
    criteria = body["filterCriteria"]
    rules = [{"id": serial + 2 + n, **rule} for n, rule in enumerate(criteria.get("rules", ()))]
    number = criteria.get("id", previous.get("id", serial + 1))
    name = previous.get("name", body["name"])
    return {**criteria, "id": number, "name": name, "rules": rules, "actions": []}
