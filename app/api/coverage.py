"""How each operation of the vendors is served: the lists of operations, joined with the routes."""

import re
from collections.abc import Container
from typing import TypedDict

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from .api_family import dialect_of
from .routes import Operation
from .services import Services
from .vendor_operations import VendorOperation, load_list, vendor_operations

KINDS = ("served", "stored", "empty", "declined")
BESIDE = "Beside the list"  # the resource of operations that are in no list
_PARAMETER = re.compile(r"<(?:[^<>:]*:)?(\w+)>|\{[^}]*\}")
OWN = "/__"  # begins the paths that are opsemu's own
_SAMPLE = "x"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

_Key = tuple[str, str]  # the rule and the method of a route


class OperationCoverage(TypedDict):
    """An operation of a family: `id` is the vendor's name of it, `operation` that of opsemu.

    `kind` is `served`; `stored`, if a document is kept and given back; `empty`, if the answer
    has the vendor's form and nothing in it; or `declined`, if it is answered as an unknown path,
    for the `reason`. `grade` says what is known of it, and from where: RECORDED (an answer of the
    vendor's own server), SPEC, DOCS, CLIENT, or INFERRED.
    """

    family: str
    resource: str
    method: str
    path: str
    id: str | None
    operation: str | None
    kind: str
    reason: str | None
    grade: str


def coverage(services: Services) -> list[OperationCoverage]:
    """All operations of all families: those of the lists, in their order, then the others."""
    routes = _routes(services)
    lists = [(each.name, vendor_operations(each)) for each in services.dialects]
    matched = {
        key: listed
        for key in routes
        for _, each in lists
        if (listed := each.find(_sample(key[0]), key[1]))
    }
    beside = routes.keys() - matched.keys()
    served = {listed: key for key, listed in matched.items()}
    adapter = services.router.url_map.bind("")
    for _, each in lists:
        for listed in each.all():
            if listed not in served and (key := _match(adapter, listed, beside)):
                served[listed] = key
    rows = [
        _row(family, listed, routes[served[listed]] if listed in served else None)
        for family, each in lists
        for listed in each.all()
    ]
    return rows + [
        _row(
            dialect_of(rule, services.dialects).name,
            VendorOperation(BESIDE, method, _PARAMETER.sub(r"{\1}", rule), "", "", "CLIENT"),
            routes[rule, method],
        )
        for rule, method in sorted(beside - {*served.values()})
    ]


def count_kinds(rows: list[OperationCoverage]) -> dict[str, dict[str, int]]:
    """How many operations of each kind a family has, by family."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["family"], dict.fromkeys(KINDS, 0))[row["kind"]] += 1
    return counts


def _routes(services: Services) -> dict[_Key, Operation]:
    """The routes of vendors' operations, those with the most parameters last."""
    rules = sorted(services.router.url_map.iter_rules(), key=lambda rule: len(rule.arguments))
    return {
        (rule.rule, method): services.router.endpoints[rule.endpoint]
        for rule in rules
        if rule.endpoint in services.router.endpoints and not rule.rule.startswith(OWN)
        for method in _METHODS & (rule.methods or set())
    }


def _sample(path: str) -> str:
    """A path for a template or a rule."""
    return _PARAMETER.sub(_SAMPLE, path)


def _match(adapter: MapAdapter, operation: VendorOperation, beside: Container[_Key]) -> _Key | None:
    """The route of an operation that is written in another way.

    A parameter may stand for several segments (`<path:id>`). It may stand for a word of the
    operation's path (`<kind>Configs`) if the route is beside the list; otherwise it is that of
    another operation, like `/groups/<id>` for `/groups/availablePolicies`.
    """
    try:
        rule, values = adapter.match(_sample(operation.path), operation.method, return_rule=True)
    except HTTPException:
        return None
    key = (rule.rule, operation.method)
    return key if key in beside or {*"".join(values.values())} <= {*_SAMPLE, *"/:"} else None


def _row(family: str, listed: VendorOperation, operation: Operation | None) -> OperationCoverage:
    is_recorded = operation is not None and operation.name in load_list("recorded").get(family, ())
    return {
        "family": family,
        "resource": listed.resource,
        "method": listed.method,
        "path": listed.path,
        "id": listed.id or None,
        "operation": operation.name if operation else None,
        "kind": operation.emulation if operation else "declined",
        "reason": None if operation else listed.reason,
        "grade": "RECORDED" if is_recorded else listed.grade,
    }
