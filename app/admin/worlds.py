"""`worlds`, `reset` and `seed`."""

from __future__ import annotations

from flask import Response
from marshmallow import fields, validate

from ..worlds.manager import NAME, SEEDS
from .context import WorldQuery, parts, services, world
from .responses import answer, done
from .routes import Fields, Routes, body, query

bp = Routes("worlds", __name__)

_WORLD = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "seed": {}, "keys": {"type": "array"}},
    "required": ["name", "seed", "keys"],
}
_NEW = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "mongodb": {"type": "object"},
        "opsramp": {"type": "object"},
    },
    "required": ["name", "mongodb", "opsramp"],
}


class NewWorldBody(Fields):
    """A world to be made: its name, and what it starts with."""

    name = fields.String(validate=validate.Regexp(rf"{NAME.pattern}\Z"), load_default=None)
    seed = fields.String(validate=validate.OneOf(SEEDS), load_default="empty")
    document = fields.Dict(keys=fields.String(), load_default=None)


class SeedBody(Fields):
    """A seed, as a seed file has it."""

    organizations = fields.List(fields.Dict(), load_default=list)
    projects = fields.List(fields.Dict(), load_default=list)
    apiKeys = fields.List(fields.Dict(), load_default=list)
    serviceAccounts = fields.List(fields.Dict(), load_default=list)
    tenants = fields.List(fields.Dict(), load_default=list)


class ResetQuery(WorldQuery):
    """Where to go back to."""

    to = fields.String(load_default="seed", validate=validate.OneOf(["seed", "empty"]))


@bp.on("GET", "/worlds", {200: {"type": "object"}})
def list_all() -> Response:
    """The names of all worlds."""
    return answer({"worlds": parts().worlds.names()})


@bp.on("POST", "/worlds", {201: _NEW}, body=NewWorldBody)
def create() -> Response:
    """Make a world; only this answer has the private halves of its keys."""
    asked = body()
    made = parts().worlds.create(asked["name"], asked["document"] or asked["seed"])
    return answer({"name": made.name, **services().seeds.world_access(made.seed)}, 201)


@bp.on("GET", "/worlds/<name>", {200: _WORLD})
def get_one(name: str) -> Response:
    """A world's seed, and the public halves of its keys."""
    record = parts().worlds.record(name)
    seed = record["seed"] if isinstance(record["seed"], str) else "document"
    return answer({**record, "seed": seed})


@bp.on("DELETE", "/worlds/<name>", {204: None})
def delete(name: str) -> Response:
    """End a world with all that it holds, its keys included."""
    parts().worlds.drop(name)
    return done()


@bp.on("POST", "/reset", {204: None}, query=ResetQuery)
def reset() -> Response:
    """Bring a world back to its seed, or to nothing but its keys."""
    parts().worlds.reset(world(), empty=query()["to"] == "empty")
    return done()


@bp.on("POST", "/seed", {204: None}, query=WorldQuery, body=SeedBody)
def seed() -> Response:
    """Give a world another seed, and reset it to that; its keys stay, in the seed's roles."""
    parts().worlds.reseed(world(), body())
    return done()
