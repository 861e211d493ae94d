"""How each operation of the vendors is served: the lists of operations, joined with the routes."""

import re
from typing import TypedDict

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from .api_family import dialect_of
from .routes import Operation
from .services import Services
from .vendor_operations import VendorOperation, vendor_operations

KINDS = ("served", "stored", "empty", "declined")
BESIDE = "Beside the list"  # the resource of operations that are in no list
_PARAMETER = re.compile(r"<(?:[^<>:]*:)?(\w+)>|\{[^}]*\}")
_OWN = "/__"  # begins the paths that are opsemu's own
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

_Routes = dict[tuple[str, str], Operation]  # by rule and method


class OperationCoverage(TypedDict):
    """An operation of a family: `id` is the vendor's name of it, `operation` that of opsemu.

    `kind` is `served`; `stored`, if a document is kept and given back; `empty`, if the answer
    has the vendor's form and nothing in it; or `declined`, if it is answered as an unknown path,
    for the `reason`.
    """

    family: str
    resource: str
    method: str
    path: str
    id: str | None
    operation: str | None
    kind: str
    reason: str | None


def coverage(services: Services) -> list[OperationCoverage]:
    """All operations of all families: those of the lists, in their order, then the others."""
    routes = _routes(services)
    lists = [(each.name, vendor_operations(each)) for each in services.dialects]
    served: dict[VendorOperation, Operation] = {}
    for rule, method in list(routes):
        found = (each.find(_sample(rule), method) for _, each in lists)
        if listed := next(filter(None, found), None):
            served.setdefault(listed, routes.pop((rule, method)))
    # A route with a parameter may serve several operations, `/<kind>Configs` for instance.
    adapter = services.url_map.bind("")
    matches = {
        listed: match
        for _, each in lists
        for listed in each.by_route.values()
        if listed not in served and (match := _match(adapter, listed)) in routes
    }
    served |= {listed: routes[match] for listed, match in matches.items()}
    rows = [
        _row(family, listed, served.get(listed))
        for family, each in lists
        for listed in each.by_route.values()
    ]
    beside = [
        _row(
            dialect_of(rule, services.dialects).name,
            VendorOperation(BESIDE, method, _PARAMETER.sub(r"{\1}", rule), "", ""),
            operation,
        )
        for (rule, method), operation in routes.items()
        if (rule, method) not in matches.values()
    ]
    return rows + sorted(beside, key=lambda row: (row["path"], row["method"]))


def count_kinds(rows: list[OperationCoverage]) -> dict[str, dict[str, int]]:
    """How many operations of each kind a family has, by family."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["family"], dict.fromkeys(KINDS, 0))[row["kind"]] += 1
    return counts


def _routes(services: Services) -> _Routes:
    """The routes of vendors' operations, those with the most parameters first."""
    rules = sorted(services.url_map.iter_rules(), key=lambda rule: -len(rule.arguments))
    return {
        (rule.rule, method): services.endpoints[rule.endpoint]
        for rule in rules
        if rule.endpoint in services.endpoints and not rule.rule.startswith(_OWN)
        for method in _METHODS & (rule.methods or set())
    }


def _sample(path: str) -> str:
    """A path for a template or a rule."""
    return _PARAMETER.sub("x", path)


def _match(adapter: MapAdapter, operation: VendorOperation) -> tuple[str, str]:
    """The rule and the method of the route for an operation; two empty texts if it has none."""
    try:
        rule, _ = adapter.match(_sample(operation.path), operation.method, return_rule=True)
    except HTTPException:
        return "", ""
    return rule.rule, operation.method


def _row(family: str, listed: VendorOperation, operation: Operation | None) -> OperationCoverage:
    return {
        "family": family,
        "resource": listed.resource,
        "method": listed.method,
        "path": listed.path,
        "id": listed.id or None,
        "operation": operation.name if operation else None,
        "kind": operation.emulation if operation else "declined",
        "reason": None if operation else listed.reason,
    }
