"""Fault rules: which requests fail, how, and how often."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from ..store import Document
from .clock import WorldTime

# Members of a rule that have no effect by themselves.
_CONDITIONS = {
    *("operation", "method", "path", "project", "type", "key", "parameters", "retryAfter"),
    *("times", "after", "every", "probability", "limit", "window"),
}


class BadRule(Exception):
    """A rule that can never have an effect; the message is one sentence."""


class FaultTarget(NamedTuple):
    """What rules know of a request; `error_codes` are those of its vendor."""

    operation: str | None
    vendor: str
    method: str
    path: str
    project: str
    type_name: str
    key: str
    error_codes: Collection[str]


@cache
def named() -> dict[str, Document]:
    """The built-in faults by name, each as members of a rule."""
    faults: dict[str, Document] = orjson.loads(
        files("opsemu.data").joinpath("faults.json").read_bytes()
    )
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

    def __post_init__(self) -> None:
        self.settings: Document = {**named().get(self.spec.get("name", ""), {}), **self.spec}

    @property
    def label(self) -> str:
        """The rule's name in the journal."""
        return self.spec.get("name") or f"rule {self.id}"

    def matches(self, target: FaultTarget) -> bool:
        """Whether the rule is about such a request."""
        vendor = self.spec.get("name", "").partition(".")[0]
        code = self.spec.get("error")
        attributes = (
            ("operation", target.operation),
            ("method", target.method),
            ("project", target.project),
            ("type", target.type_name),
            ("key", target.key),
        )
        return (
            vendor in ("", target.vendor)
            and (code is None or code in target.error_codes)
            and all(self.spec.get(name, value) == value for name, value in attributes)
            and target.operation in self.settings.get("operations", [target.operation])
            and target.method in self.settings.get("methods", [target.method])
            and fnmatchcase(target.path, self.spec.get("path", "*"))
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
            and time.random.chance(spec.get("probability", 1.0))
            and self._is_over_limit(time.now())
        )
        self.struck += due
        return due

    def retry_after(self, now: float) -> int:
        """Seconds until the client may try again."""
        if "limit" in self.spec and self.admitted:
            return max(1, math.ceil(self.admitted[0] + self._window - now))
        return int(self.settings["retryAfter"])

    def show(self) -> Document:
        """The rule as it was made, with its counts."""
        return {"id": self.id, **self.spec, "seen": self.seen, "struck": self.struck}

    @property
    def _window(self) -> float:
        return float(self.spec.get("window", 60))

    def _is_over_limit(self, now: float) -> bool:
        if "limit" not in self.spec:
            return True
        self.admitted = [at for at in self.admitted if now - self._window < at <= now]
        if len(self.admitted) >= self.spec["limit"]:
            return True
        self.admitted.append(now)
        return False


def read_rule(
    spec: dict[str, Any], operations: Collection[str], error_codes: Collection[str]
) -> FaultRule:
    """A rule from its JSON; raises BadRule if it can never have an effect.

    `error_codes` are those of all vendors.
    """
    operation, code = spec.get("operation"), spec.get("error")
    if operation is not None and operation not in operations:
        raise BadRule(
            f"there is no operation {operation!r}; known: {', '.join(sorted(operations))}"
        )
    if code is not None and code not in error_codes:
        raise BadRule(f"there is no error {code!r}")
    if not spec.keys() - _CONDITIONS:
        raise BadRule("the rule has no effect: give a name, a status, an error, a delay or a fault")
    rule = FaultRule(spec)
    if operation is not None and operation not in rule.settings.get("operations", [operation]):
        raise BadRule(f"{spec['name']} does not concern {operation}")
    return rule
