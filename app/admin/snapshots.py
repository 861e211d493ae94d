"""`state` and `snapshots`."""

from __future__ import annotations

from flask import Response
from marshmallow import fields, validate

from ..worlds import exported_state, snapshots
from ..worlds.exported_state import BadState
from ..worlds.snapshots import State
from .context import WorldQuery, services, world
from .errors import Problem
from .responses import answer, done
from .routes import Fields, Routes, body, query

bp = Routes("states", __name__)

_STATE = {
    "type": "object",
    "properties": {
        "format": {"type": "integer"},
        "opsemu": {"type": "string"},
        "owners": {"type": "object"},
    },
    "required": ["format", "opsemu", "owners"],
}
_NAME = validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")


class StateBody(Fields):
    """A state as it was exported."""

    format = fields.Integer(strict=True, required=True)
    opsemu = fields.String(load_default="")
    owners = fields.Dict(keys=fields.String(), required=True)


class SnapshotBody(Fields):
    """What a snapshot is to be called."""

    name = fields.String(required=True, validate=_NAME)


class DiffQuery(WorldQuery):
    """Two snapshots; without the second, the first against the present."""

    before = fields.String(required=True)
    after = fields.String(load_default=None)


@bp.on("GET", "/state", {200: _STATE}, query=WorldQuery)
def export() -> Response:
    """Everything that a world holds but its keys, with masks in place of secrets."""
    return answer(exported_state.export(_present()))


@bp.on("PUT", "/state", {204: None}, query=WorldQuery, body=StateBody)
def restate() -> Response:
    """Put an exported state in place of what a world holds; a newer format is refused."""
    try:
        snapshots.replace(services().store, world(), exported_state.read(body()))
    except BadState as error:
        raise Problem(400, "bad_state", str(error)) from None
    return done()


@bp.on("GET", "/snapshots", {200: {"type": "object"}}, query=WorldQuery)
def list_all() -> Response:
    """The names of the snapshots of a world."""
    return answer({"snapshots": snapshots.names(services().store, world())})


@bp.on("POST", "/snapshots", {201: {"type": "object"}}, query=WorldQuery, body=SnapshotBody)
def save() -> Response:
    """Keep the present state of a world under a name."""
    name = body()["name"]
    snapshots.save(services().store, world(), name)
    return answer({"name": name}, 201)


@bp.on("GET", "/snapshots/diff", {200: {"type": "object"}}, query=DiffQuery)
def diff() -> Response:
    """What changed between two snapshots of a world, or since one."""
    asked = query()
    after = _saved(asked["after"]) if asked["after"] else _present()
    return answer({"differences": snapshots.differences(_saved(asked["before"]), after)})


@bp.on("GET", "/snapshots/<name>", {200: _STATE}, query=WorldQuery)
def get_one(name: str) -> Response:
    """A snapshot as an exported state."""
    return answer(exported_state.export(_saved(name)))


@bp.on("POST", "/snapshots/<name>/restore", {204: None}, query=WorldQuery)
def restore(name: str) -> Response:
    """Put a snapshot in place of what a world holds."""
    snapshots.replace(services().store, world(), _saved(name))
    return done()


@bp.on("DELETE", "/snapshots/<name>", {204: None}, query=WorldQuery)
def delete(name: str) -> Response:
    """Forget a snapshot."""
    _saved(name)
    snapshots.forget(services().store, world(), name)
    return done()


def _present() -> State:
    return snapshots.collect(services().store, world())


def _saved(name: str) -> State:
    found = snapshots.saved(services().store, world(), name)
    if found is None:
        raise Problem(404, "no_such_snapshot", f"the world has no snapshot {name!r}")
    return found
