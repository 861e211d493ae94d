"""Patterns and rules whose names are checked: one that can never match anything is an error."""

from typing import Any

from ..worlds.fault_rules import named
from ..worlds.pattern_names import KnownNames
from .context import admin_app, load_body, load_query, services, world_name


def load_pattern() -> dict[str, Any]:
    """The pattern or the expectation in the body; raises UnknownName."""
    body = load_body()
    for pattern in body.get("order", [body]):
        check_names(pattern)
    return body


def load_query_pattern() -> dict[str, Any]:
    """The pattern in the query; raises UnknownName."""
    query = load_query()
    pattern = {name: value for name, value in query.items() if name not in ("world", "limit")}
    check_names(pattern)
    return pattern


def check_names(pattern: dict[str, Any], *, is_rule: bool = False) -> None:
    """Raise UnknownName if a pattern, or the conditions of a fault rule, can never match."""
    parts, world = services(), world_name()
    operation = pattern.get("operation", "")
    # Of one that was called there is a route already; to make all routes takes a while.
    is_served = "operation" not in pattern or parts.router.has(operation)
    known = KnownNames(
        parts.store,
        world,
        admin_app().worlds.record(world)["keys"] if "key" in pattern else (),
        (operation,) if is_served else parts.operations,
        {dialect.name: dialect.prefix for dialect in parts.dialects},
        [path for dialect in parts.dialects for path in dialect.authentication.open_paths],
    )
    known.check(pattern)
    if "fault" in pattern and not is_rule:
        known.check_label("fault", pattern["fault"], named(), "opsemu fault names")
    if "stub" in pattern:
        known.check_label("stub", pattern["stub"], _stub_names(world), "opsemu stub list")


def _stub_names(world: str) -> set[str]:
    """What stubs of a world are called, and those were that have answered."""
    parts = services().worlds.get(world)
    answered = {entry.stub for entry in parts.journal.all() if entry.stub}
    return answered | {stub["name"] for stub in parts.stubs.all() if "name" in stub}
