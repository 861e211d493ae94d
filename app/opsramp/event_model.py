"""Events of an installed integration: what is stored of a request."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from ..api.errors import ApiError
from ..store import Document
from ..worlds.random_source import RandomSource

Event = dict[str, Any]


def events(document: Document) -> dict[str, Event]:
    """The events of an integration by id, as they were made."""
    found: dict[str, Event] = document.get("events", {})
    return found


def event(document: Document, event_id: str) -> Event:
    """One event; raises NO_EVENT."""
    if event_id not in events(document):
        raise ApiError("NO_EVENT", event_id)
    return events(document)[event_id]


def new_id(random: RandomSource) -> str:
    """The id of an event to be."""
    return f"INTG-EVENT-{random.uuid()}"


def with_event(document: Document, event_id: str, given: Mapping[str, Any]) -> Document:
    """The document with an event added or replaced."""
    present = events(document).get(event_id, {"id": event_id, "active": True})
    fresh = {key: value for key, value in given.items() if key not in _TEXTS}
    text = _text(given)
    if text is not None:
        fresh["text"] = text
    if "filterCriteria" in given:
        serial = document.get("serial", 0)
        numbered = _numbered(given, present.get("filterCriteria", {}), serial)
        fresh["filterCriteria"] = numbered
        document = {**document, "serial": serial + 1 + len(numbered["rules"])}
    kept = {name: present[name] for name in ("id", "active")}
    return {**document, "events": {**events(document), event_id: {**kept, **fresh}}}


def switched(document: Document, event_id: str, active: bool) -> Document:
    """The document with an event on or off; raises NO_EVENT."""
    changed = {**event(document, event_id), "active": active}
    return {**document, "events": {**events(document), event_id: changed}}


def without_event(document: Document, event_id: str) -> Document:
    """The document without an event; raises NO_EVENT."""
    event(document, event_id)
    kept = {name: row for name, row in events(document).items() if name != event_id}
    return {**document, "events": kept}


_TEXTS = ("payload", "eventPayload")


def _text(given: Mapping[str, Any]) -> str | None:
    """The plain `eventPayload` (CLIENT), or the `payload` with its base64 undone (SPEC)."""
    if "eventPayload" in given:
        return str(given["eventPayload"])
    if "payload" not in given:
        return None
    try:
        return b64decode(given["payload"], validate=True).decode()
    except (binascii.Error, ValueError):
        return str(given["payload"])


def _numbered(given: Mapping[str, Any], present: Mapping[str, Any], serial: int) -> dict[str, Any]:
    """The filter with the server's numbers, and the name its event had when it was made (SPEC)."""
    criteria = given["filterCriteria"]
    rules = [
        {"id": serial + 2 + position, **rule}
        for position, rule in enumerate(criteria.get("rules", ()))
    ]
    number = criteria.get("id", present.get("id", serial + 1))
    name = present.get("name", given["name"])
    return {**criteria, "id": number, "name": name, "rules": rules, "actions": []}
