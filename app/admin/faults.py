"""`faults`: the rules of a world, and the names there are."""

from __future__ import annotations

from typing import cast

from flask import Response
from marshmallow import fields, validate

from ..api.fault_effects import rule_members
from ..worlds.fault_rules import BadRule, FaultRule, named, read_rule
from .context import WorldQuery, services, world
from .errors import Problem
from .responses import answer, done
from .routes import Fields, Routes, body

bp = Routes("faults", __name__)

_RULE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "seen": {"type": "integer"},
        "struck": {"type": "integer"},
    },
    "required": ["id", "seen", "struck"],
}
_positive = validate.Range(0, min_inclusive=False)


class RuleConditions(Fields):
    """Which requests fail, and how often."""

    name = fields.String(validate=validate.OneOf(sorted(named())))
    operation = fields.String()
    method = fields.String()
    path = fields.String()
    project = fields.String()
    type = fields.String()
    key = fields.String()

    times = fields.Integer(strict=True, validate=validate.Range(1))
    after = fields.Integer(strict=True, validate=validate.Range(0))
    every = fields.Integer(strict=True, validate=validate.Range(1))
    probability = fields.Float(validate=validate.Range(0, 1))
    limit = fields.Integer(strict=True, validate=validate.Range(0))
    window = fields.Float(validate=_positive)


# Which requests fail, how often, and how.
RuleBody = cast(type[Fields], RuleConditions.from_dict(rule_members(), name="RuleBody"))


@bp.on("GET", "/faults", {200: {"type": "object"}}, query=WorldQuery)
def list_all() -> Response:
    """The rules of a world, with how often each was looked at and struck."""
    rules = services().worlds.get(world()).faults.all()
    return answer({"faults": [rule.show() for rule in rules]})


@bp.on("POST", "/faults", {201: _RULE}, query=WorldQuery, body=RuleBody)
def create() -> Response:
    """Add a rule; one that could never strike is refused."""
    faults = services().worlds.get(world()).faults
    codes = {code for family in services().dialects for code in family.errors}
    try:
        return answer(faults.add(read_rule(body(), services().operations, codes)).show(), 201)
    except BadRule as error:
        raise Problem(400, "bad_rule", str(error)) from None


@bp.on("DELETE", "/faults", {204: None}, query=WorldQuery)
def clear() -> Response:
    """Remove all rules of a world."""
    services().worlds.get(world()).faults.clear()
    return done()


@bp.on("GET", "/faults/names", {200: {"type": "object"}})
def names() -> Response:
    """The vendors' faults that a rule can name."""
    return answer({name: row["about"] for name, row in named().items()})


@bp.on("GET", "/faults/<number>", {200: _RULE}, query=WorldQuery)
def get_one(number: str) -> Response:
    """A rule by its number."""
    return answer(_find(number).show())


@bp.on("DELETE", "/faults/<number>", {204: None}, query=WorldQuery)
def delete(number: str) -> Response:
    """Remove a rule."""
    services().worlds.get(world()).faults.remove(_find(number).id)
    return done()


def _find(number: str) -> FaultRule:
    known = number.isascii() and number.isdigit()
    rule = services().worlds.get(world()).faults.get(int(number)) if known else None
    if rule is None:
        raise Problem(404, "no_such_fault", f"the world has no fault {number!r}")
    return rule
