"""A world in one's hands: what a test does with it from Python, past HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .context import Services
from .faults import Rule, read_rule
from .journal import Row
from .keys import DEFAULT_WORLD
from .live import Live
from .notifications import INTEGRATIONS
from .projects import KIND
from .rows import matches
from .stores import Document, Owner
from .times import WorldClock
from .verify import Verdict, judge
from .worlds import Worlds


class CallsDropped(Exception):
    """The journal has let calls go, so that nothing can be said for sure."""


@dataclass(frozen=True)
class World:
    """A world of a server in this process."""

    services: Services
    worlds: Worlds
    name: str = DEFAULT_WORLD

    @property
    def live(self) -> Live:
        """Its journal, its faults and its known secrets."""
        return self.services.lives.of(self.name)

    @property
    def clock(self) -> WorldClock:
        """Its clock: `freeze`, `advance` and `free`."""
        return self.services.times.clock(self.name)

    def calls(self, **pattern: Any) -> list[Row]:
        """The calls that match, the oldest first; see `rows.matches` for what a pattern holds."""
        return [row for row in self.live.journal if matches(row, pattern)]

    def verify(self, **expected: Any) -> Verdict:
        """Hold the calls against an expectation; see `verify.judge`. Raises CallsDropped."""
        if self.live.journal.dropped:
            raise CallsDropped(f"{self.live.journal.dropped} calls were dropped from the journal")
        return judge(self.live.journal, expected)

    def fail(self, **rule: Any) -> Rule:
        """Add a fault, as `POST /__admin/faults` takes it; raises BadRule, ValidationError."""
        from .control.faults import RuleBody

        checked = RuleBody().load(rule)
        return self.live.faults.add(read_rule(checked, self.services.operations))

    def fail_next(self, operation: str, **rule: Any) -> Rule:
        """Let the next call of an operation go wrong; without more, by the vendor's 500."""
        effect = rule or {"error": "UNEXPECTED_ERROR"}
        return self.fail(operation=operation, times=1, **effect)

    def unused_faults(self) -> list[Rule]:
        """The faults that never struck."""
        return [rule for rule in self.live.faults.all() if not rule.struck]

    def integrations(self, group_id: str) -> dict[str, Document]:
        """A project's integrations by type as they are stored, secrets and all."""
        return self.services.store.all(Owner(self.name, KIND, group_id), INTEGRATIONS)

    def reset(self, *, empty: bool = False) -> None:
        """Back to its seed, or to nothing but its keys."""
        self.worlds.reset(self.name, empty=empty)

    def drop(self) -> None:
        """End it; raises WorldError for the default world."""
        self.worlds.drop(self.name)
