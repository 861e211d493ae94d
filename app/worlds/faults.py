"""The fault rules of a world: which requests fail, how, and how often."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from ..store.shared_state import SharedState
from .clock import WorldTime
from .fault_rules import FaultCounts, FaultRule, FaultTarget, Stage
from .rule_counts import RuleCounts

# In the shared state: the rules, which seldom change, and their counts by number.
_RULES, _COUNTS = "faults", "fault counts"
_MAX_TARGETS = 1024  # whose matching rules are kept


class Faults:
    """The fault rules of a world, the oldest first, shared by all servers of it."""

    def __init__(self, shared_state: SharedState, world: str) -> None:
        self._shared_state = shared_state
        self._world = world
        self._counts = RuleCounts(shared_state, world, _COUNTS)
        self._parsed = _ParsedRules(None)

    def add(self, rule: FaultRule) -> FaultRule:
        """Append a rule; returns it with its number."""
        numbered = replace(rule, id=self._shared_state.count("fault rules"))
        self._change(lambda rules: [*rules, numbered])
        return numbered

    def any(self) -> bool:
        """Whether there is a rule."""
        return bool(self._read().rules)

    def matching(self, target: FaultTarget) -> list[FaultRule]:
        """The rules that are about such a request, without their counts."""
        return self._read().matching(target)

    def due(self, target: FaultTarget, time: WorldTime) -> FaultRule | None:
        """Count a request in the rules that match; the first rule that makes it fail.

        A refused request counts only if a rule makes it fail: a digest client makes it again
        with credentials, and for the client both are one call.
        """
        matching = self.matching(target)
        due: FaultRule | None = None

        def edit(rows: dict[str, Any]) -> None:
            nonlocal due
            due, counted = None, dict[str, FaultCounts]()
            for rule in matching:
                counts = counted[str(rule.id)] = FaultCounts(**rows.get(str(rule.id), {}))
                if rule.is_due(counts, time):
                    due = replace(rule, counts=counts)
                    break
            if due is not None or target.stage is not Stage.REFUSED:
                rows |= counted

        if matching:
            self._counts.change(edit)
        return due

    def all(self) -> list[FaultRule]:
        """All rules, with their counts."""
        rows = self._counts.all()
        return [
            replace(rule, counts=FaultCounts(**rows.get(str(rule.id), {})))
            for rule in self._read().rules
        ]

    def get(self, number: int) -> FaultRule | None:
        """A rule by its number."""
        return next((rule for rule in self.all() if rule.id == number), None)

    def remove(self, number: int) -> None:
        """Remove the rule of that number, if there is one."""
        self._change(lambda rules: [rule for rule in rules if rule.id != number])
        self._counts.drop(number)

    def clear(self) -> None:
        """Remove all rules."""
        self._change(lambda rules: [])
        self._counts.clear()

    def _read(self) -> "_ParsedRules":
        content = self._shared_state.read(self._world, _RULES)
        if content != self._parsed.content:
            self._parsed = _ParsedRules(content)
        return self._parsed

    def _change(self, edit: Callable[[list[FaultRule]], list[FaultRule]]) -> None:
        def change(content: bytes | None) -> bytes | None:
            rules = [
                {"id": rule.id, "spec": rule.spec} for rule in edit(_ParsedRules(content).rules)
            ]
            return orjson.dumps(rules) if rules else None

        self._shared_state.change(self._world, _RULES, change)


class _ParsedRules:
    """The rules in a value of the shared state; what matches a target is remembered."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.rules = [FaultRule(**row) for row in orjson.loads(content or b"[]")]
        self.matching = lru_cache(_MAX_TARGETS)(self._matching)

    def _matching(self, target: FaultTarget) -> list[FaultRule]:
        return [rule for rule in self.rules if rule.matches(target)]
