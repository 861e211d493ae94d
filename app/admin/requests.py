"""`requests`, `verify` and `wait`: the journal of a world, and what is expected of it."""

from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

import orjson
from flask import Blueprint, request
from marshmallow import fields, validate

from ..api.delivery import KEY
from ..worlds import verification
from ..worlds.journal import EntryView, JournalEntry, entry_view
from ..worlds.verification import matches
from ..worlds.world import World
from . import schemas
from .context import current_world, find_numbered, load_body, load_query, services, world_name
from .errors import AdminError
from .patterns import load_pattern, load_query_pattern
from .schemas import PatternBody, WorldQuery

bp = Blueprint("requests", __name__)

MAX_UNMATCHED = 1_000  # requests that are shown of all worlds

_TIMEOUT = fields.Float(load_default=10.0, validate=validate.Range(0, 300))  # seconds
WaitQuery = WorldQuery.from_dict({"timeout": _TIMEOUT})


@bp.get("/requests", query=schemas.PatternQuery, returns={200: schemas.WorldRequests})
def list_all() -> dict[str, Any]:
    """The latest requests of a world, and those of no world, that match; the oldest first."""
    return _list(load_query_pattern(), load_query()["limit"])


@bp.delete("/requests", query=WorldQuery)
def clear() -> tuple[str, int]:
    """Empty the journal of a world, and show no earlier requests of no world beside it."""
    current_world().journal.clear()
    services().worlds.hide_unmatched(world_name())
    return "", 204


@bp.get("/requests/count", query=schemas.PatternQuery, returns={200: schemas.Count})
def count() -> dict[str, Any]:
    """How many requests of a world match the query."""
    return {"count": len(_matching(current_world(), load_query_pattern()))}


@bp.post("/requests/count", query=WorldQuery, body=PatternBody, returns={200: schemas.Count})
def count_pattern() -> dict[str, Any]:
    """How many requests of a world match the pattern."""
    return {"count": len(_matching(current_world(), load_pattern()))}


@bp.post("/requests/find", query=WorldQuery, body=PatternBody, returns={200: schemas.WorldRequests})
def find() -> dict[str, Any]:
    """The requests of a world that match the pattern, the oldest first."""
    return _list(load_pattern(), 10_000)


@bp.get("/requests/unmatched", returns={200: schemas.RequestList})
def unmatched() -> dict[str, Any]:
    """The latest requests that matched no operation or had unknown credentials, in any world."""
    worlds = services().worlds.all()
    entries = [
        (entry.id, world, entry)
        for world in worlds
        for entry in world.journal.all()
        if (entry.operation is None and entry.stub is None) or not entry.world
    ]
    latest = sorted(entries, key=itemgetter(0))[-MAX_UNMATCHED:]
    requests = [entry_view(entry, world.secrets) for _, world, entry in latest]
    dropped = sum(world.journal.dropped for world in worlds)
    return {"requests": requests, "total": len(entries), "dropped": dropped}


@bp.get("/requests/<number>", query=WorldQuery, returns={200: schemas.RecordedRequest})
def get_one(number: str) -> EntryView:
    """One request in any world, or the `last` one of this world or of no world."""
    world, entry = find_numbered(services().worlds.entry, _number(number), "request")
    return entry_view(entry, world.secrets)


@bp.get("/requests/<number>/explain", query=WorldQuery, returns={200: schemas.Explanation})
def explain(number: str) -> dict[str, Any]:
    """Why a request, or the `last` one, got its status: what differed, the rule, its evidence."""
    world, entry = find_numbered(services().worlds.entry, _number(number), "request")
    view: dict[str, Any] = {**entry_view(entry, world.secrets)}
    members = {name: view[name] for name in schemas.EXPLAINED}
    return {**members, "refused": entry.status >= 400, "grade": _grade(entry)}


@bp.post("/verify", query=WorldQuery, body=schemas.Expectation, returns={200: schemas.Verdict})
def verify() -> dict[str, Any]:
    """Whether the expected requests are in the journal; an error if it has dropped requests."""
    world = current_world()
    return _explained(world, _verdict(world, load_pattern()))


@bp.post("/wait", query=WaitQuery, body=schemas.Expectation, returns={200: schemas.Verdict})
def wait() -> Any:
    """Wait until the expected requests are in the journal, or until the timeout."""
    world, delivery = current_world(), request.environ.get(KEY)
    watch = _JournalWatch(world, load_body())
    verdict = _verdict(world, load_pattern())
    if not verdict.verified and delivery and delivery.suspend(load_query()["timeout"], watch):
        return "", 204  # not sent: the server runs this request again
    return _explained(world, verdict)


class _JournalWatch:
    """Watches a world's journal until a wait has to be answered."""

    def __init__(self, world: World, expectation: dict[str, Any]) -> None:
        self._world = world
        self._expectation = expectation
        self._operations = _operations(expectation)
        self._version = world.journal.version(self._operations)

    def is_due(self) -> bool:
        """Whether the wait would be answered now."""
        journal = self._world.journal
        # Before the verdict, so that a request that comes in between counts as a change.
        self._version = journal.version(self._operations)
        try:
            return journal.is_closed or _verdict(self._world, {**self._expectation}).verified
        except AdminError:
            return True

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None] | None:
        """Call `listener` once, on a request that the verdict depends on."""
        return self._world.journal.call_on_change(self._version, listener, self._operations)


def _number(text: str) -> str:
    """The number of a request; `last` is that of the latest one that belongs to no other world."""
    if text != "last":
        return text
    name = world_name()
    entries = [*current_world().journal.all(), *services().worlds.unmatched(name)]
    if not entries:
        raise AdminError(404, "no_such_request", f"the world {name!r} has received no request")
    return str(max(entry.id for entry in entries))


def _grade(entry: JournalEntry) -> str | None:
    """The grade of evidence for the error in the response, in an envelope or not."""
    errors = {family.name: family.errors for family in services().dialects}
    try:
        body = orjson.loads(entry.response_body)
        return errors[entry.dialect][body.get("content", body)["errorCode"]].grade
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _matching(world: World, pattern: dict[str, Any]) -> list[JournalEntry]:
    return [entry for entry in world.journal.all() if matches(entry, pattern)]


def _views(world: World, entries: list[JournalEntry]) -> list[EntryView]:
    return [entry_view(entry, world.secrets) for entry in entries]


def _list(pattern: dict[str, Any], limit: int) -> dict[str, Any]:
    world = current_world()
    entries = _matching(world, pattern)
    unmatched = services().worlds.unmatched(world.world)
    return {
        "requests": _views(world, entries[-limit:]),
        "unmatched": _views(world, [each for each in unmatched if matches(each, pattern)][-limit:]),
        "total": len(entries),
        "dropped": world.journal.dropped,
    }


def _operations(expectation: dict[str, Any]) -> frozenset[str] | None:
    """The operations that the verdict depends on; None for all of them."""
    patterns = expectation.get("order", [expectation])
    names = {pattern.get("operation") for pattern in patterns}
    return None if None in names else frozenset(filter(None, names))


def _verdict(world: World, expectation: dict[str, Any]) -> verification.Verdict:
    dropped = world.journal.dropped
    if not expectation.pop("allowDropped") and dropped:
        message = f"the journal has dropped {dropped} requests, so that the count may be too low"
        raise AdminError(409, "calls_dropped", f"{message}; send allowDropped to accept that")
    return world.verdicts.get(expectation)


def _explained(world: World, verdict: verification.Verdict) -> dict[str, Any]:
    """A verdict; if it is not as expected, its message says what was called instead."""
    if verdict.verified:
        return {**vars(verdict)}
    unmatched = services().worlds.unmatched(world.world)
    calls = verification.describe_latest(world.journal.all(), unmatched)
    return vars(replace(verdict, message=f"{verdict.message}; {world.secrets.mask_text(calls)}"))
