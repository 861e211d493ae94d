"""The faults of a world: its rules on the board, where all who serve it count their strikes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import islice

import orjson

from ..store.shared_state import Board
from .clock import WorldTime
from .fault_rules import Call, Rule

NAME = "faults"  # of the rules, on the board


class Faults:
    """The rules of a world, in the order in which they were made."""

    def __init__(self, board: Board, world: str) -> None:
        self._board = board
        self._world = world

    def add(self, rule: Rule) -> Rule:
        """A further rule, which gets its number."""
        rule.id = self._board.count("fault rules")
        self._change(lambda rules: [*rules, rule])
        return rule

    def due(self, call: Call, time: WorldTime) -> Rule | None:
        """The first rule that strikes the call; whoever looks at the rules looks alone."""
        struck: list[Rule] = []

        def edit(content: bytes | None) -> bytes | None:
            rules = _rules(content)
            fitting = [rule for rule in rules if rule.fits(call)]
            struck[:] = islice((rule for rule in fitting if rule.is_due(time)), 1)
            return _written(rules) if fitting else content

        self._board.change(self._world, NAME, edit)
        return struck[0] if struck else None

    def all(self) -> list[Rule]:
        """All rules."""
        return _rules(self._board.read(self._world, NAME))

    def get(self, number: int) -> Rule | None:
        """A rule by its number."""
        return next((rule for rule in self.all() if rule.id == number), None)

    def remove(self, number: int) -> None:
        """Forget a rule, if there is one of that number."""
        self._change(lambda rules: [rule for rule in rules if rule.id != number])

    def clear(self) -> None:
        """Forget all rules."""
        self._change(lambda rules: [])

    def _change(self, edit: Callable[[list[Rule]], list[Rule]]) -> None:
        self._board.change(self._world, NAME, lambda content: _written(edit(_rules(content))))


def _rules(content: bytes | None) -> list[Rule]:
    return [Rule(**row) for row in orjson.loads(content)] if content else []


def _written(rules: list[Rule]) -> bytes | None:
    names = [each.name for each in fields(Rule)]
    rows = [{name: getattr(rule, name) for name in names} for rule in rules]
    return orjson.dumps(rows) if rows else None
