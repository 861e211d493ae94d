"""`state` and `snapshots`: what a world holds, exported, imported, saved and compared."""

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields

from ..worlds import snapshots
from ..worlds.clock import Clocks
from ..worlds.differences import changed_documents
from ..worlds.snapshots import State
from ..worlds.stored_tables import Kinds, check_state
from .context import admin_app, current_world, load_body, load_query, services, world_name
from .errors import AdminError
from .schemas import WorldQuery, full_match, response_schema

bp = Blueprint("states", __name__)  # operation ids begin with this name


class StateBody(Schema):
    """A state as it was exported."""

    format = fields.Integer(strict=True, required=True)
    opsemu = fields.String(load_default="")
    owners = fields.Dict(keys=fields.String(), required=True)


# Two snapshots; without `after`, the first one and the present state.
DiffQuery = WorldQuery.from_dict(
    {"before": fields.String(required=True), "after": fields.String(load_default=None)}
)
SEED = "seed"  # no snapshot of this name is found by `since`
SinceQuery = WorldQuery.from_dict({"since": fields.String(load_default=SEED)})
_NAME = fields.String(required=True, **full_match("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"))
SnapshotName = Schema.from_dict({"name": _NAME}, name="SnapshotName")
SnapshotList = response_schema("SnapshotList", snapshots=[str])
ExportedState = response_schema("ExportedState", format=int, opsemu=str, owners=State)
Difference = response_schema("Difference", path=str, before=Any, after=Any)
ChangedMember = response_schema("ChangedMember", name=str, before=Any, after=Any)
ChangedDocument = response_schema(
    "ChangedDocument",
    kind=str,
    owner=str,
    table=str,
    key=str,
    change=str,
    members=[ChangedMember],
)
DocumentList = response_schema("DocumentList", since=str, documents=[ChangedDocument])
DifferenceList = response_schema("DifferenceList", differences=[Difference])


@bp.get("/state", query=WorldQuery, returns={200: ExportedState})
def export() -> dict[str, Any]:
    """Export what a world holds except its seed's keys, with masks in place of secrets."""
    return snapshots.export(_present_state())


@bp.put("/state", query=WorldQuery, body=StateBody, endpoint="restate")
def replace() -> tuple[str, int]:
    """Replace what a world holds by an exported state; a newer format is an error."""
    _replace(snapshots.read(load_body(), _tables()))
    return "", 204


@bp.get("/snapshots", query=WorldQuery, returns={200: SnapshotList})
def list_all() -> dict[str, Any]:
    """The names of the snapshots of a world."""
    return {"snapshots": snapshots.names(services().store, world_name())}


@bp.post("/snapshots", query=WorldQuery, body=SnapshotName, returns={201: SnapshotName})
def save() -> tuple[dict[str, Any], int]:
    """Save the present state of a world under a name."""
    body = load_body()
    snapshots.save(services().store, world_name(), body["name"])
    return body, 201


@bp.get("/snapshots/diff", query=DiffQuery, returns={200: DifferenceList})
def diff() -> dict[str, Any]:
    """What changed between two snapshots of a world, or since one."""
    query = load_query()
    after = _saved_state(query["after"]) if query["after"] else _present_state()
    return {"differences": snapshots.differences(_saved_state(query["before"]), after)}


@bp.get("/diff", query=SinceQuery, returns={200: DocumentList}, endpoint="differ")
def list_changed() -> dict[str, Any]:
    """The documents that changed since the seed of a world, or since a snapshot of it."""
    since = load_query()["since"]
    before, again = _seeded_states() if since == SEED else (_saved_state(since), None)
    return {"since": since, "documents": changed_documents(before, _present_state(), again)}


@bp.get("/snapshots/<name>", query=WorldQuery, returns={200: ExportedState})
def get_one(name: str) -> dict[str, Any]:
    """A snapshot, as an exported state."""
    return snapshots.export(_saved_state(name))


@bp.post("/snapshots/<name>/restore", query=WorldQuery)
def restore(name: str) -> tuple[str, int]:
    """Replace what a world holds by a snapshot."""
    _replace(check_state(_saved_state(name), _tables()))
    return "", 204


@bp.delete("/snapshots/<name>", query=WorldQuery)
def delete(name: str) -> tuple[str, int]:
    """Delete a snapshot."""
    _saved_state(name)
    snapshots.forget(services().store, world_name(), name)
    return "", 204


def _present_state() -> State:
    return snapshots.collect(services().store, world_name())


def _seeded_states() -> tuple[State, State]:
    """What the world's seed plants, made twice: what differs between them is made up."""
    name, worlds = world_name(), admin_app().worlds
    made = []
    for at in (0.0, 1e9):
        clocks = Clocks()
        clocks.freeze(name, at)
        made.append(worlds.seeds.state(worlds.seed(worlds.record(name)["seed"]), clocks.time(name)))
    return made[0], made[1]


def _replace(state: State) -> None:
    """Replace what a world holds; its stubs begin to count anew."""
    snapshots.replace(services().store, world_name(), state)
    current_world().stubs.counts.clear()


def _tables() -> Kinds:
    """What owners of all vendors hold; their schemas take tens of milliseconds to make."""
    from .stored_tables import TABLES

    return TABLES


def _saved_state(name: str) -> State:
    state = snapshots.saved(services().store, world_name(), name)
    if state is None:
        raise AdminError(404, "no_such_snapshot", f"there is no snapshot {name!r} in this world")
    return state
