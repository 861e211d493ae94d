"""`faults`: the rules of a world, and the names there are."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response
from marshmallow import fields, validate

from ..worlds.fault_rules import BadRule, Rule, named, read_rule
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
_STATUSES = [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]
_positive = validate.Range(0, min_inclusive=False)


class Distribution(Fields):
    """A random delay, in milliseconds."""

    type = fields.String(required=True, validate=validate.OneOf(["uniform", "lognormal"]))
    lower = fields.Float(validate=validate.Range(0))
    upper = fields.Float(validate=validate.Range(0))
    median = fields.Float(validate=validate.Range(0))
    sigma = fields.Float(validate=validate.Range(0, 10))


class RuleBody(Fields):
    """Which calls go wrong, how, and how often."""

    name = fields.String(validate=validate.OneOf(sorted(named())))
    operation = fields.String()
    method = fields.String()
    path = fields.String()
    project = fields.String()
    type = fields.String()
    key = fields.String()

    status = fields.Integer(strict=True, validate=validate.OneOf(_STATUSES))
    error = fields.String()
    parameters = fields.List(fields.String())
    body = fields.Dict()
    retryAfter = fields.Integer(strict=True, validate=validate.Range(0))
    fixedDelayMilliseconds = fields.Float(validate=validate.Range(0, 300_000))
    delayDistribution = fields.Nested(Distribution)
    fault = fields.String(validate=validate.OneOf(["CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"]))
    truncateAfter = fields.Integer(strict=True, validate=validate.Range(0))

    times = fields.Integer(strict=True, validate=validate.Range(1))
    after = fields.Integer(strict=True, validate=validate.Range(0))
    every = fields.Integer(strict=True, validate=validate.Range(1))
    probability = fields.Float(validate=validate.Range(0, 1))
    limit = fields.Integer(strict=True, validate=validate.Range(0))
    window = fields.Float(validate=_positive)


@bp.on("GET", "/faults", {200: {"type": "object"}}, query=WorldQuery)
def list_all() -> Response:
    """The rules of a world, with how often each was looked at and struck."""
    rules = services().lives.of(world()).faults.all()
    return answer({"faults": [rule.show() for rule in rules]})


@bp.on("POST", "/faults", {201: _RULE}, query=WorldQuery, body=RuleBody)
def create() -> Response:
    """Add a rule; one that could never strike is refused."""
    faults = services().lives.of(world()).faults
    try:
        return answer(faults.add(read_rule(body(), services().operations)).show(), 201)
    except BadRule as error:
        raise Problem(400, "bad_rule", str(error)) from None


@bp.on("DELETE", "/faults", {204: None}, query=WorldQuery)
def clear() -> Response:
    """Remove all rules of a world."""
    services().lives.of(world()).faults.clear()
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
    services().lives.of(world()).faults.remove(_find(number).id)
    return done()


def _find(number: str) -> Rule:
    known = number.isascii() and number.isdigit()
    rule = services().lives.of(world()).faults.get(int(number)) if known else None
    if rule is None:
        raise Problem(404, "no_such_fault", f"the world has no fault {number!r}")
    return rule
