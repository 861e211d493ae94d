"""The fault rules of a world, shared by all servers of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import islice

import orjson

from ..store.shared_state import SharedState
from .clock import WorldTime
from .fault_rules import FaultRule, FaultTarget

_NAME = "faults"  # of the rules in the shared state
_FIELDS = [field.name for field in fields(FaultRule)]


class Faults:
    """The fault rules of a world, the oldest first."""

    def __init__(self, shared_state: SharedState, world: str) -> None:
        self._shared_state = shared_state
        self._world = world

    def add(self, rule: FaultRule) -> FaultRule:
        """Append a rule and give it its number."""
        rule.id = self._shared_state.count("fault rules")
        self._change(lambda rules: [*rules, rule])
        return rule

    def due(self, target: FaultTarget, time: WorldTime) -> FaultRule | None:
        """Count a request in the rules that match; the first rule that makes it fail."""
        due: list[FaultRule] = []

        def edit(content: bytes | None) -> bytes | None:
            rules = _parse(content)
            matching = [rule for rule in rules if rule.matches(target)]
            due[:] = islice((rule for rule in matching if rule.is_due(time)), 1)
            return _serialize(rules) if matching else content

        self._shared_state.change(self._world, _NAME, edit)
        return due[0] if due else None

    def all(self) -> list[FaultRule]:
        """All rules."""
        return _parse(self._shared_state.read(self._world, _NAME))

    def get(self, number: int) -> FaultRule | None:
        """A rule by its number."""
        return next((rule for rule in self.all() if rule.id == number), None)

    def remove(self, number: int) -> None:
        """Remove the rule of that number, if there is one."""
        self._change(lambda rules: [rule for rule in rules if rule.id != number])

    def clear(self) -> None:
        """Remove all rules."""
        self._change(lambda rules: [])

    def _change(self, edit: Callable[[list[FaultRule]], list[FaultRule]]) -> None:
        self._shared_state.change(
            self._world, _NAME, lambda content: _serialize(edit(_parse(content)))
        )


def _parse(content: bytes | None) -> list[FaultRule]:
    return [FaultRule(**row) for row in orjson.loads(content)] if content else []


def _serialize(rules: list[FaultRule]) -> bytes | None:
    rows = [{name: getattr(rule, name) for name in _FIELDS} for rule in rules]
    return orjson.dumps(rows) if rows else None
