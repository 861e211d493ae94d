"""`faults`: the fault rules of a world, and the names of the built-in faults."""

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate

from ..api.fault_effects import RULE_MEMBERS
from ..worlds.fault_rules import named, read_rule
from ..worlds.known_names import OneName
from .context import current_world, find_numbered, load_body, services
from .patterns import check_names
from .schemas import AnyObject, WorldQuery, response_schema

bp = Blueprint("faults", __name__)


def _integer(minimum: int) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(minimum))


_MATCHED = ("operation", "method", "path", "project", "type", "key")
_WINDOW = validate.Range(0, min_inclusive=False)
# Which requests fail, how often and how.
RuleBody = Schema.from_dict(
    {
        "name": fields.String(validate=OneName("fault", named(), "opsemu fault names")),
        **{name: fields.String() for name in _MATCHED},
        "times": _integer(1),
        "after": _integer(0),
        "every": _integer(1),
        "probability": fields.Float(validate=validate.Range(0, 1)),
        "limit": _integer(0),
        "window": fields.Float(validate=_WINDOW, metadata={"exclusiveMinimum": 0}),
        **RULE_MEMBERS,
    },
    name="RuleBody",
)
# A rule, how many requests it was compared with (`seen`), and how many of them failed.
Fault = RuleBody.from_dict(
    {name: fields.Integer(required=True) for name in ("id", "seen", "struck")}, name="Fault"
)
FaultList = response_schema("FaultList", faults=[Fault])


@bp.get("/faults", query=WorldQuery, returns={200: FaultList})
def list_all() -> dict[str, Any]:
    """The fault rules of a world, with how many requests each has seen and failed."""
    return {"faults": [rule.show() for rule in current_world().faults.all()]}


@bp.post("/faults", query=WorldQuery, body=RuleBody, returns={201: Fault})
def create() -> tuple[dict[str, Any], int]:
    """Add a fault rule; a rule that could never have an effect is an error."""
    error_codes = {code for family in services().dialects for code in family.errors}
    body = load_body()
    check_names(body, is_rule=True)
    rule = read_rule(body, error_codes)
    return current_world().faults.add(rule).show(), 201


@bp.delete("/faults", query=WorldQuery)
def clear() -> tuple[str, int]:
    """Remove all fault rules of a world."""
    current_world().faults.clear()
    return "", 204


@bp.get("/faults/names", returns={200: AnyObject})
def names() -> dict[str, Any]:
    """The built-in faults that a rule can name, each with a description."""
    return {name: fault["about"] for name, fault in named().items()}


@bp.get("/faults/<number>", query=WorldQuery, returns={200: Fault})
def get_one(number: str) -> dict[str, Any]:
    """One fault rule."""
    return find_numbered(current_world().faults.get, number, "fault").show()


@bp.delete("/faults/<number>", query=WorldQuery)
def delete(number: str) -> tuple[str, int]:
    """Remove one fault rule."""
    faults = current_world().faults
    faults.remove(find_numbered(faults.get, number, "fault").id)
    return "", 204
