"""`requests`: the journal of a world."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint

from ..worlds.journal import JournalEntry
from ..worlds.journal_view import EntryView, matches, shown
from ..worlds.world import World
from .context import WorldQuery, current_world, find_numbered, services
from .journal_schemas import (
    Count,
    Explanation,
    Pattern,
    PatternBody,
    PatternQuery,
    RecordedRequest,
    RequestList,
)
from .routes import load_body, load_query

bp = Blueprint("requests", __name__)

_PATTERN = frozenset(Pattern().fields)


@bp.get("/requests", query=PatternQuery, returns={200: RequestList})
def list_all() -> dict[str, Any]:
    """The latest requests of a world that match the query, the oldest first."""
    return _listed(_query_pattern(), load_query()["limit"])


@bp.delete("/requests", query=WorldQuery)
def clear() -> tuple[str, int]:
    """Empty the journal of a world."""
    current_world().journal.clear()
    return "", 204


@bp.get("/requests/count", query=PatternQuery, returns={200: Count})
def count() -> dict[str, Any]:
    """How many requests of a world match the query."""
    return {"count": len(_matching(current_world(), _query_pattern()))}


@bp.post("/requests/count", query=WorldQuery, body=PatternBody, returns={200: Count})
def count_pattern() -> dict[str, Any]:
    """How many requests of a world match the pattern."""
    return {"count": len(_matching(current_world(), load_body()))}


@bp.post("/requests/find", query=WorldQuery, body=PatternBody, returns={200: RequestList})
def find() -> dict[str, Any]:
    """The requests of a world that match the pattern, the oldest first."""
    return _listed(load_body(), 10_000)


@bp.get("/requests/unmatched", returns={200: RequestList})
def unmatched() -> dict[str, Any]:
    """Requests that matched no operation or had unknown credentials, in any world."""
    worlds = services().worlds.all()
    requests = [
        shown(row, world)
        for world in worlds
        for row in world.journal
        if row.operation is None or not row.world
    ]
    requests.sort(key=lambda request: request["id"])
    dropped = sum(world.journal.dropped for world in worlds)
    return {"requests": requests, "total": len(requests), "dropped": dropped}


@bp.get("/requests/<number>", returns={200: RecordedRequest})
def get_one(number: str) -> EntryView:
    """One request, in any world."""
    world, row = _find(number)
    return shown(row, world)


@bp.get("/requests/<number>/explain", returns={200: Explanation})
def explain(number: str) -> dict[str, Any]:
    """Why a request got its status: what differed, the rule, and the evidence for it."""
    world, row = _find(number)
    request = shown(row, world)
    members = {name: request[name] for name in ("id", "operation", "status", "reasons", "warnings")}
    return {**members, "refused": row.status >= 400, "grade": _grade(row)}


def _find(number: str) -> tuple[World, JournalEntry]:
    return find_numbered(services().worlds.row, number, "request")


def _grade(row: JournalEntry) -> str | None:
    """The grade of evidence for the error in the response."""
    errors = next((each.errors for each in services().dialects if each.name == row.dialect), {})
    code = _error_code(row.response_body)
    return errors[code].grade if code in errors else None


def _error_code(content: bytes) -> str:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    return str(body.get("errorCode", "")) if isinstance(body, dict) else ""


def _query_pattern() -> dict[str, Any]:
    return {name: value for name, value in load_query().items() if name in _PATTERN}


def _matching(world: World, pattern: dict[str, Any]) -> list[JournalEntry]:
    return [row for row in world.journal if matches(row, pattern)]


def _listed(pattern: dict[str, Any], limit: int) -> dict[str, Any]:
    world = current_world()
    rows = _matching(world, pattern)
    requests = [shown(row, world) for row in rows[-limit:]]
    return {"requests": requests, "total": len(rows), "dropped": world.journal.dropped}
