"""`faults`: the fault rules of a world, and the names of the built-in faults."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate

from ..worlds.fault_rules import Rule, named, read_rule
from .context import WorldQuery, find_numbered, live, services
from .routes import AnyObject, ResponseSchema, load_body

bp = Blueprint("faults", __name__)

_STATUSES = [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]


def _integer(minimum: int) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(minimum))


class Distribution(Schema):
    """A random delay, in milliseconds."""

    type = fields.String(required=True, validate=validate.OneOf(["uniform", "lognormal"]))
    lower = fields.Float(validate=validate.Range(0))
    upper = fields.Float(validate=validate.Range(0))
    median = fields.Float(validate=validate.Range(0))
    sigma = fields.Float(validate=validate.Range(0, 10))


class RuleBody(Schema):
    """Which requests fail, how, and how often."""

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
    retryAfter = _integer(0)
    fixedDelayMilliseconds = fields.Float(validate=validate.Range(0, 300_000))
    delayDistribution = fields.Nested(Distribution)
    fault = fields.String(validate=validate.OneOf(["CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"]))
    truncateAfter = _integer(0)

    times = _integer(1)
    after = _integer(0)
    every = _integer(1)
    probability = fields.Float(validate=validate.Range(0, 1))
    limit = _integer(0)
    window = fields.Float(
        validate=validate.Range(0, min_inclusive=False), metadata={"exclusiveMinimum": 0}
    )


class Fault(RuleBody):
    """A rule, how many requests it was compared with (`seen`), and how many of them failed."""

    id = fields.Integer(required=True)
    seen = fields.Integer(required=True)
    struck = fields.Integer(required=True)


FaultList = ResponseSchema.from_dict(
    {"faults": fields.List(fields.Nested(Fault))}, name="FaultList"
)


@bp.get("/faults", query=WorldQuery, returns={200: FaultList})
def list_all() -> dict[str, Any]:
    """The fault rules of a world, with how many requests each has seen and failed."""
    return {"faults": [rule.show() for rule in live().faults.all()]}


@bp.post("/faults", query=WorldQuery, body=RuleBody, returns={201: Fault})
def create() -> tuple[dict[str, Any], int]:
    """Add a fault rule; a rule that could never have an effect is an error."""
    rule = read_rule(load_body(), services().operations)
    return live().faults.add(rule).show(), 201


@bp.delete("/faults", query=WorldQuery)
def clear() -> tuple[str, int]:
    """Remove all fault rules of a world."""
    live().faults.clear()
    return "", 204


@bp.get("/faults/names", returns={200: AnyObject})
def names() -> dict[str, Any]:
    """The built-in faults that a rule can name, each with a description."""
    return {name: fault["about"] for name, fault in named().items()}


@bp.get("/faults/<number>", query=WorldQuery, returns={200: Fault})
def get_one(number: str) -> dict[str, Any]:
    """One fault rule."""
    return _find(number).show()


@bp.delete("/faults/<number>", query=WorldQuery)
def delete(number: str) -> tuple[str, int]:
    """Remove one fault rule."""
    live().faults.remove(_find(number).id)
    return "", 204


def _find(number: str) -> Rule:
    return find_numbered(live().faults.get, number, "fault")
