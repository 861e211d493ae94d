"""The fault rules of a world: which requests fail, how, and how often."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import orjson

from ..store import Document
from ..store.shared_state import SharedState
from .clock import WorldTime

_NAME = "faults"  # of the rules in the shared state
# Members of a rule that are equal to the attribute of a request.
_EQUAL = ("operation", "method", "project", "type", "key")
# Members of a rule that have no effect by themselves.
_CONDITIONS = {*_EQUAL, "path", "parameters", "retryAfter"}
_CONDITIONS |= {"times", "after", "every", "probability", "limit", "window"}


class InvalidRule(Exception):
    """A rule that can never have an effect; the message is one sentence."""


class FaultTarget(NamedTuple):
    """What rules know of a request; `error_codes` are those of its vendor."""

    operation: str | None
    vendor: str
    method: str
    path: str
    project: str
    type: str
    key: str
    error_codes: Collection[str]


@cache
def named() -> dict[str, Document]:
    """The built-in faults by name, each as members of a rule."""
    content = files("opsemu.data").joinpath("faults.json").read_bytes()
    faults: dict[str, Document] = orjson.loads(content)
    return faults


@dataclass
class FaultRule:
    """A rule as it was made (`spec`), how many requests it matched and how many it failed.

    `admitted` are the times (seconds since the epoch) of requests within its limit.
    """

    spec: Document
    id: int = 0
    seen: int = 0
    struck: int = 0
    admitted: list[float] = field(default_factory=list)

    @property
    def settings(self) -> Document:
        """The members of the rule and of the built-in fault that it names."""
        return {**named().get(self.spec.get("name", ""), {}), **self.spec}

    @property
    def label(self) -> str:
        """The rule's name in the journal."""
        return self.spec.get("name") or f"rule {self.id}"

    @property
    def window(self) -> float:
        """The seconds in which the rule admits as many requests as its limit."""
        return float(self.spec.get("window", 60))

    def matches(self, target: FaultTarget) -> bool:
        """Whether the rule is about such a request."""
        spec, settings = self.spec, self.settings
        return (
            spec.get("name", "").partition(".")[0] in ("", target.vendor)
            and ("error" not in spec or spec["error"] in target.error_codes)
            and all(spec[name] == getattr(target, name) for name in _EQUAL if name in spec)
            and target.operation in settings.get("operations", [target.operation])
            and target.method in settings.get("methods", [target.method])
            and fnmatchcase(target.path, spec.get("path", "*"))
        )

    def is_due(self, time: WorldTime) -> bool:
        """Count a request that matches; whether it has to fail."""
        spec = self.spec
        self.seen += 1
        turn = self.seen - spec.get("after", 0) - 1
        due = (
            turn >= 0
            and turn % spec.get("every", 1) == 0
            and self.struck < spec.get("times", math.inf)
            and ("probability" not in spec or time.random.generator.random() < spec["probability"])
            and self._is_over_limit(time.now())
        )
        self.struck += due
        return due

    def retry_after(self, now: float) -> int:
        """Seconds until the client may try again."""
        if "limit" in self.spec and self.admitted:
            return max(1, math.ceil(self.admitted[0] + self.window - now))
        return int(self.settings["retryAfter"])

    def show(self) -> Document:
        """The rule as it was made, with its counts."""
        return {"id": self.id, **self.spec, "seen": self.seen, "struck": self.struck}

    def _is_over_limit(self, now: float) -> bool:
        self.admitted = [at for at in self.admitted if now - self.window < at <= now]
        if len(self.admitted) >= self.spec.get("limit", 0):
            return True
        self.admitted.append(now)
        return False


def read_rule(
    spec: Document, operations: Collection[str], error_codes: Collection[str]
) -> FaultRule:
    """A rule from its JSON; raises InvalidRule if it can never have an effect.

    `error_codes` are those of all vendors.
    """
    operation, code = spec.get("operation"), spec.get("error")
    if operation is not None and operation not in operations:
        names = ", ".join(sorted(operations))
        raise InvalidRule(f"there is no operation {operation!r}; known: {names}")
    if code is not None and code not in error_codes:
        raise InvalidRule(f"there is no error {code!r}")
    if not spec.keys() - _CONDITIONS:
        effects = "a name, a status, an error, a delay or a fault"
        raise InvalidRule(f"the rule has no effect: give {effects}")
    rule = FaultRule(spec)
    if operation is not None and operation not in rule.settings.get("operations", [operation]):
        raise InvalidRule(f"{spec['name']} does not concern {operation}")
    return rule


class Faults:
    """The fault rules of a world, the oldest first, shared by all servers of it."""

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
        due: FaultRule | None = None

        def edit(rules: list[FaultRule]) -> list[FaultRule]:
            nonlocal due
            due = next((rule for rule in rules if rule.matches(target) and rule.is_due(time)), None)
            return rules

        self._change(edit)
        return due

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
        def change(content: bytes | None) -> bytes | None:
            rules = edit(_parse(content))
            return orjson.dumps(rules) if rules else None

        self._shared_state.change(self._world, _NAME, change)


def _parse(content: bytes | None) -> list[FaultRule]:
    return [FaultRule(**rule) for rule in orjson.loads(content)] if content else []
