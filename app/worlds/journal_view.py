"""Journal entries as JSON, and patterns that they match."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from typing import Any, TypedDict

import orjson

from .journal import JournalEntry
from .world import World


class RequestView(TypedDict):
    """The request of an entry; `authorization` has the scheme and the public key alone."""

    authorization: str | None
    contentType: str | None
    accept: str | None
    userAgent: str | None
    body: Any


class ResponseView(TypedDict):
    """The response of an entry."""

    contentType: str | None
    body: Any


class EntryView(TypedDict):
    """A journal entry as JSON; `exchanges` are round trips on the wire."""

    id: int
    at: str
    world: str | None
    dialect: str
    operation: str | None
    method: str
    target: str
    key: str | None
    status: int
    reasons: list[str]
    warnings: list[str]
    fault: str | None
    exchanges: int
    milliseconds: float
    request: RequestView
    response: ResponseView


def shown(entry: JournalEntry, world: World) -> EntryView:
    """An entry of a world with its secrets masked."""
    secrets = world.secrets
    return {
        "id": entry.id,
        "at": timestamp(entry.at),
        "world": entry.world or None,
        "dialect": entry.dialect,
        "operation": entry.operation,
        "method": entry.method,
        "target": secrets.mask_target(entry.target),
        "key": entry.key or None,
        "status": entry.status,
        "reasons": [secrets.mask_text(reason) for reason in entry.reasons],
        "warnings": [secrets.mask_text(warning) for warning in entry.warnings],
        "fault": entry.fault,
        "exchanges": entry.round_trips,
        "milliseconds": round(entry.duration_s * 1000, 1),
        "request": {
            "authorization": f"{entry.scheme} {entry.key}".strip() or None,
            "contentType": entry.request_type or None,
            "accept": entry.accept or None,
            "userAgent": entry.agent or None,
            "body": secrets.mask_body(entry.request_body, entry.request_type),
        },
        "response": {
            "contentType": entry.response_type or None,
            "body": secrets.mask_body(entry.response_body, entry.response_type),
        },
    }


def timestamp(seconds: float) -> str:
    """Seconds since the epoch as RFC 3339 in milliseconds."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def matches(entry: JournalEntry, pattern: dict[str, Any]) -> bool:
    """Whether an entry has everything that a pattern names.

    `path` may contain `*`. `body` is a subset of the request's JSON, compared unmasked.
    Everything else has to be equal.
    """
    return all(_MATCHERS[name](entry, expected) for name, expected in pattern.items())


_MATCHERS: dict[str, Callable[[JournalEntry, Any], bool]] = {
    "operation": lambda entry, expected: entry.operation == expected,
    "dialect": lambda entry, expected: entry.dialect == expected,
    "method": lambda entry, expected: entry.method == expected,
    "path": lambda entry, expected: fnmatchcase(entry.path, expected),
    "status": lambda entry, expected: entry.status == expected,
    "key": lambda entry, expected: entry.key == expected,
    "project": lambda entry, expected: entry.project == expected,
    "type": lambda entry, expected: entry.type_name == expected,
    "fault": lambda entry, expected: entry.fault == expected,
    "body": lambda entry, expected: _contains(_json(entry.request_body), expected),
}


def _contains(value: Any, expected: Any) -> bool:
    """Whether a JSON value has at least the expected members, at any depth."""
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(
            name in value and _contains(value[name], member) for name, member in expected.items()
        )
    return bool(value == expected)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
