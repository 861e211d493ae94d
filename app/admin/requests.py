"""What was called: `requests`, `verify` and `wait`."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from flask import Response, request
from marshmallow import ValidationError, fields, validate

from ..api.delivery import KEY
from ..api.errors import grade
from ..worlds.journal import Row
from ..worlds.journal_view import matches, shown
from ..worlds.verification import Verdict, judge
from ..worlds.world import Live
from .context import WorldQuery, services, world
from .errors import Problem
from .responses import answer, done
from .routes import Fields, Routes, body, query

bp = Routes("requests", __name__)

_COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}
_ROWS = {
    "type": "object",
    "properties": {
        "requests": {"type": "array", "items": {"type": "object"}},
        "total": {"type": "integer"},
        "dropped": {"type": "integer"},
    },
    "required": ["requests", "total", "dropped"],
}
_VERDICT = {
    "type": "object",
    "properties": {
        "verified": {"type": "boolean"},
        "count": {"type": "integer"},
        "message": {"type": "string"},
    },
    "required": ["verified", "count", "message"],
}
_EXPLAINED = {
    "type": "object",
    "properties": {"refused": {"type": "boolean"}, "reasons": {"type": "array"}},
    "required": ["id", "status", "refused", "reasons", "warnings", "grade"],
}
_PATTERN = ("operation", "dialect", "method", "path", "status", "key", "project", "type", "fault")


def _operation(name: str) -> None:
    """Refuse an operation that there is not: a slip would pass for a call that was not made."""
    if name not in services().operations:
        raise ValidationError(f"there is no operation {name!r}")


class PatternQuery(WorldQuery):
    """What rows have to match, and how many of the latest are shown."""

    operation = fields.String(validate=_operation)
    dialect = fields.String()
    method = fields.String()
    path = fields.String()
    status = fields.Integer()
    key = fields.String()
    project = fields.String()
    type = fields.String()
    fault = fields.String()
    limit = fields.Integer(validate=validate.Range(1, 10_000), load_default=100)


class PatternBody(Fields):
    """What rows have to match."""

    operation = fields.String(validate=_operation)
    dialect = fields.String()
    method = fields.String()
    path = fields.String()
    status = fields.Integer(strict=True)
    key = fields.String()
    project = fields.String()
    type = fields.String()
    fault = fields.String()
    body = fields.Dict()


class Expectation(PatternBody):
    """How often a pattern is to be matched, or which patterns in turn."""

    count = fields.Integer(strict=True, validate=validate.Range(0))
    atLeast = fields.Integer(strict=True, validate=validate.Range(0))
    atMost = fields.Integer(strict=True, validate=validate.Range(0))
    order = fields.List(fields.Nested(PatternBody), validate=validate.Length(1))
    allowDropped = fields.Boolean(load_default=False)


class WaitQuery(WorldQuery):
    """For how many seconds to wait at most."""

    timeout = fields.Float(load_default=10.0, validate=validate.Range(0, 300))


@bp.on("GET", "/requests", {200: _ROWS}, query=PatternQuery)
def list_all() -> Response:
    """The calls of a world that match, the oldest first."""
    return _listed(_live(), _asked(), query()["limit"])


@bp.on("DELETE", "/requests", {204: None}, query=WorldQuery)
def clear() -> Response:
    """Forget the calls of a world."""
    _live().journal.clear()
    return done()


@bp.on("GET", "/requests/count", {200: _COUNT}, query=PatternQuery)
def count() -> Response:
    """How many calls of a world match the query."""
    return answer({"count": len(_matching(_live(), _asked()))})


@bp.on("POST", "/requests/count", {200: _COUNT}, query=WorldQuery, body=PatternBody)
def count_pattern() -> Response:
    """How many calls of a world match the pattern."""
    return answer({"count": len(_matching(_live(), body()))})


@bp.on("POST", "/requests/find", {200: _ROWS}, query=WorldQuery, body=PatternBody)
def find() -> Response:
    """The calls of a world that match the pattern."""
    return _listed(_live(), body(), 10_000)


@bp.on("GET", "/requests/unmatched", {200: _ROWS})
def unmatched() -> Response:
    """Calls that no operation was there for, and calls of nobody who is known here."""
    rows = [
        (row, live)
        for live in services().lives.all()
        for row in live.journal
        if row.operation is None or not row.world
    ]
    found = [shown(row, live) for row, live in sorted(rows, key=lambda pair: pair[0].id)]
    dropped = sum(live.journal.dropped for live in services().lives.all())
    return answer({"requests": found, "total": len(found), "dropped": dropped})


@bp.on("GET", "/requests/<number>", {200: {"type": "object"}})
def get_one(number: str) -> Response:
    """One call by its number, whichever world it was in."""
    live, row = find_row(number)
    return answer(shown(row, live))


@bp.on("GET", "/requests/<number>/explain", {200: _EXPLAINED})
def explain(number: str) -> Response:
    """Why a call was answered as it was: the inputs that differed, the rule and its evidence."""
    live, row = find_row(number)
    whole = shown(row, live)
    rest = {name: whole[name] for name in ("id", "operation", "status", "reasons", "warnings")}
    return answer({**rest, "refused": row.status >= 400, "grade": _grade(whole)})


@bp.on("POST", "/verify", {200: _VERDICT}, query=WorldQuery, body=Expectation)
def verify() -> Response:
    """Whether the calls of a world are those expected; refused if some were dropped."""
    return answer(asdict(_verdict(_live(), body())))


@bp.on("POST", "/wait", {200: _VERDICT}, query=WaitQuery, body=Expectation)
def wait() -> Response:
    """Wait until the calls of a world are those expected, or the time is over."""
    journal, wire = _live().journal, request.environ.get(KEY)
    operations = _operations(body())
    version, verdict = journal.version(operations), _verdict(_live(), body())
    changed = partial(journal.call_on_change, version, operations=operations)
    if not verdict.verified and wire and wire.suspend(query()["timeout"], changed):
        return done()
    return answer(asdict(verdict))


def _operations(expected: dict[str, Any]) -> frozenset[str] | None:
    """The operations that the verdict hangs on; None if it may be any."""
    names = {pattern.get("operation") for pattern in expected.get("order", [expected])}
    return None if None in names else frozenset(filter(None, names))


def find_row(number: str) -> tuple[Live, Row]:
    """A row by its number; raises Problem."""
    found = services().lives.row(int(number)) if number.isascii() and number.isdigit() else None
    if found is None:
        raise Problem(404, "no_such_request", f"no call {number!r} is remembered")
    return found


def _grade(row: dict[str, Any]) -> str | None:
    body = row["response"]["body"]
    code = body.get("errorCode") if isinstance(body, dict) else None
    return grade(code) if code else None


def _verdict(live: Live, expected: dict[str, Any]) -> Verdict:
    dropped = live.journal.dropped
    if not expected.pop("allowDropped") and dropped:
        raise Problem(
            409, "calls_dropped", f"{dropped} calls were dropped from the journal: nothing is sure"
        )
    return judge(live.journal, expected)


def _live() -> Live:
    return services().lives.of(world())


def _asked() -> dict[str, Any]:
    return {name: value for name, value in query().items() if name in _PATTERN}


def _matching(live: Live, pattern: dict[str, Any]) -> list[Row]:
    return [row for row in live.journal if matches(row, pattern)]


def _listed(live: Live, pattern: dict[str, Any], limit: int) -> Response:
    found = _matching(live, pattern)
    rows = [shown(row, live) for row in found[-limit:]]
    return answer({"requests": rows, "total": len(found), "dropped": live.journal.dropped})
