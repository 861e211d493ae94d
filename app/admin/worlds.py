"""`worlds`, `reset` and `seed`."""

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate

from ..worlds.manager import NAME, SEEDS
from .context import admin_app, load_body, load_query, services, world_name
from .schemas import AnyObject, WorldQuery, full_match, response_schema
from .world_access import MAX_LISTED, world_access

bp = Blueprint("worlds", __name__)


class NewWorldBody(Schema):
    """The name of a new world (by default a random one), and its seed by name or as `document`."""

    name = fields.String(**full_match(NAME.pattern), load_default=None)
    seed = fields.String(validate=validate.OneOf(SEEDS), load_default="empty")
    document = fields.Dict(keys=fields.String(), load_default=None)


_TO = fields.String(load_default="seed", validate=validate.OneOf(["seed", "empty"]))
ResetQuery = WorldQuery.from_dict({"to": _TO})
_SEED = ("organizations", "projects", "apiKeys", "serviceAccounts", "tenants", "stubs")
_SECTIONS = {name: fields.List(fields.Dict(), load_default=list) for name in _SEED}
_SETTINGS = fields.Dict(keys=fields.String(), load_default=dict)
SeedBody = Schema.from_dict({**_SECTIONS, "settings": _SETTINGS}, name="SeedBody")
NewWorld = response_schema("NewWorld", name=str, mongodb=dict, opsramp=dict)
World = response_schema("World", name=str, seed=str, keys=[str], mongodb=dict, opsramp=dict)
WorldList = response_schema("WorldList", worlds=[str])


@bp.get("/worlds", returns={200: WorldList})
def list_all() -> dict[str, Any]:
    """The names of all worlds."""
    return {"worlds": admin_app().worlds.names()}


@bp.post("/worlds", body=NewWorldBody, returns={201: NewWorld})
def create() -> tuple[dict[str, Any], int]:
    """Create a world; the private halves of its keys are in this response only."""
    body = load_body()
    return admin_app().worlds.create(body["name"], body["document"] or body["seed"]), 201


@bp.get("/worlds/<name>", returns={200: World})
def get_one(name: str) -> dict[str, Any]:
    """The seed of a world, the public halves of its keys, its first projects and tenants."""
    record = admin_app().worlds.record(name)
    seed = admin_app().worlds.seed(record["seed"])
    rows = (*seed["projects"][:MAX_LISTED], *seed["tenants"][:MAX_LISTED])
    first = [row["id"] for row in rows]
    access = world_access(services().store, name, record["keys"], first)
    shown = record["seed"] if isinstance(record["seed"], str) else "document"
    return {**record, "seed": shown, **access}


@bp.delete("/worlds/<name>")
def delete(name: str) -> tuple[str, int]:
    """Delete a world with everything in it, its keys included."""
    admin_app().worlds.drop(name)
    return "", 204


@bp.post("/reset", query=ResetQuery)
def reset() -> tuple[str, int]:
    """Reset a world to its seed, or to nothing but its keys."""
    admin_app().worlds.reset(world_name(), empty=load_query()["to"] == "empty")
    return "", 204


@bp.post("/seed", query=WorldQuery, body=SeedBody)
def seed() -> tuple[str, int]:
    """Give a world another seed and reset it; its keys stay, with their roles in the new seed."""
    admin_app().worlds.reseed(world_name(), load_body())
    return "", 204


@bp.get("/seed/schema", returns={200: AnyObject})
def seed_schema() -> dict[str, Any]:
    """The JSON Schema of a seed."""
    from .openapi.admin_api import json_schema  # with apispec

    return json_schema(admin_app().worlds.seeds.schema)
