"""`stubs`: responses to requests that no operation serves, or in place of one."""

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields

from ..worlds.stub_schema import StubBody, check_unserved
from .context import current_world, find_numbered, load_body, services
from .patterns import check_names
from .schemas import WorldQuery, response_schema

bp = Blueprint("stubs", __name__)

# A stub with its number, whether a seed has it, and how many requests it has answered.
Stub = Schema.from_dict(
    {
        **StubBody._declared_fields,
        "seeded": fields.Boolean(),
        **{name: fields.Integer(required=True) for name in ("id", "answered")},
    },
    name="Stub",
)
StubList = response_schema("StubList", stubs=[Stub])


@bp.get("/stubs", query=WorldQuery, returns={200: StubList})
def list_all() -> dict[str, Any]:
    """The stubs of a world, with how many requests each has answered."""
    return {"stubs": current_world().stubs.all()}


@bp.post("/stubs", query=WorldQuery, body=StubBody, returns={201: Stub})
def create() -> tuple[dict[str, Any], int]:
    """Add a stub; one that could never answer is an error."""
    body, world = load_body(), current_world()
    check_names({"path": body["path"]})
    check_unserved(body, services().router.served)
    world.add_secrets(body)
    return find_numbered(world.stubs.get, str(world.stubs.add(body)), "stub"), 201


@bp.delete("/stubs", query=WorldQuery)
def clear() -> tuple[str, int]:
    """Remove all stubs of a world."""
    current_world().stubs.clear()
    return "", 204


@bp.get("/stubs/<number>", query=WorldQuery, returns={200: Stub})
def get_one(number: str) -> dict[str, Any]:
    """One stub."""
    return find_numbered(current_world().stubs.get, number, "stub")


@bp.delete("/stubs/<number>", query=WorldQuery)
def delete(number: str) -> tuple[str, int]:
    """Remove one stub."""
    stubs = current_world().stubs
    stubs.remove(find_numbered(stubs.get, number, "stub")["id"])
    return "", 204
