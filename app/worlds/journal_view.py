"""A journal's row as it is shown, and patterns that rows match."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from typing import Any

import orjson

from .journal import Row
from .world import World


def shown(row: Row, world: World) -> dict[str, Any]:
    """A row as it may leave the process: in a fixed order, secrets masked."""
    secrets = world.secrets
    return {
        "id": row.id,
        "at": timestamp(row.at),
        "world": row.world or None,
        "dialect": row.dialect,
        "operation": row.operation,
        "method": row.method,
        "target": secrets.mask_target(row.target),
        "key": row.key or None,
        "status": row.status,
        "reasons": [secrets.mask_text(reason) for reason in row.reasons],
        "warnings": [secrets.mask_text(warning) for warning in row.warnings],
        "fault": row.fault,
        "exchanges": row.exchanges,
        "milliseconds": round(row.took * 1000, 1),
        "request": {
            "authorization": f"{row.scheme} {row.key}".strip() or None,
            "contentType": row.sent_type or None,
            "accept": row.accept or None,
            "userAgent": row.agent or None,
            "body": secrets.mask_body(row.sent, row.sent_type),
        },
        "response": {
            "contentType": row.answered_type or None,
            "body": secrets.mask_body(row.answered, row.answered_type),
        },
    }


def timestamp(seconds: float) -> str:
    """A moment as RFC 3339 writes it, in milliseconds."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def matches(row: Row, pattern: dict[str, Any]) -> bool:
    """Whether a row has all that a pattern names.

    `path` may hold `*`; `body` is what the request's JSON must hold at least, compared
    with what was really sent; the rest is compared as it is.
    """
    return all(_MATCHERS[name](row, wanted) for name, wanted in pattern.items())


_MATCHERS: dict[str, Callable[[Row, Any], bool]] = {
    "operation": lambda row, wanted: row.operation == wanted,
    "dialect": lambda row, wanted: row.dialect == wanted,
    "method": lambda row, wanted: row.method == wanted,
    "path": lambda row, wanted: fnmatchcase(row.path, wanted),
    "status": lambda row, wanted: row.status == wanted,
    "key": lambda row, wanted: row.key == wanted,
    "project": lambda row, wanted: row.project == wanted,
    "type": lambda row, wanted: row.type_name == wanted,
    "fault": lambda row, wanted: row.fault == wanted,
    "body": lambda row, wanted: holds(_json(row.sent), wanted),
}


def holds(value: Any, wanted: Any) -> bool:
    """Whether a JSON value has at least what is wanted of it."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            name in value and holds(value[name], part) for name, part in wanted.items()
        )
    return bool(value == wanted)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
