"""A fault rule: which requests it matches, and which of these it makes fail."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from functools import cache, cached_property
from importlib.resources import files

import orjson

from ..store import Document
from .clock import WorldTime
from .known_names import unknown

# Members of a rule that are equal to the attribute of a request.
_EQUAL = ("operation", "method", "project", "type", "key")
# Members of a rule that have no effect by themselves.
_CONDITIONS = {*_EQUAL, "path", "parameters", "retryAfter"}
_CONDITIONS |= {"times", "after", "every", "probability", "limit", "window"}


class InvalidRule(Exception):
    """A rule that can never have an effect; the message is one sentence."""


class Stage(Enum):
    """What authentication said of a request: admitted, refused, or OPEN: it was not asked."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True)
class FaultTarget:
    """What rules know of a request; `error_codes` are those of its vendor.

    A refused request has no operation, and `key` is the one that it claims to come from.
    """

    stage: Stage
    operation: str | None
    vendor: str
    method: str
    path: str
    project: str
    type: str
    key: str
    error_codes: Collection[str] = field(compare=False)


@cache
def named() -> dict[str, Document]:
    """The built-in faults by name, each as members of a rule."""
    content = files("opsemu.data").joinpath("faults.json").read_bytes()
    faults: dict[str, Document] = orjson.loads(content)
    return faults


@dataclass
class FaultCounts:
    """How many requests a rule matched (`seen`), and how many of them it failed (`struck`).

    `admitted` are the times (seconds since the epoch) of requests within its limit.
    """

    seen: int = 0
    struck: int = 0
    admitted: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class FaultRule:
    """A rule as it was made (`spec`), its number, and what it has counted so far."""

    spec: Document
    id: int = 0
    counts: FaultCounts = field(default_factory=FaultCounts)

    @cached_property
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
            all(spec[name] == getattr(target, name) for name in _EQUAL if name in spec)
            and self._strikes_at(target.stage)
            and spec.get("name", "").partition(".")[0] in ("", target.vendor)
            and ("error" not in spec or spec["error"] in target.error_codes)
            and target.operation in settings.get("operations", [target.operation])
            and target.method in settings.get("methods", [target.method])
            and fnmatchcase(target.path, spec.get("path", "*"))
        )

    def is_due(self, counts: FaultCounts, time: WorldTime) -> bool:
        """Count a request that matches; whether it has to fail."""
        spec = self.spec
        counts.seen += 1
        turn = counts.seen - spec.get("after", 0) - 1
        due = (
            turn >= 0
            and turn % spec.get("every", 1) == 0
            and counts.struck < spec.get("times", math.inf)
            and ("probability" not in spec or time.random.generator.random() < spec["probability"])
            and self._is_over_limit(counts, time.now())
        )
        counts.struck += due
        return due

    def retry_after(self, now: float) -> int:
        """Seconds until the client may try again: the rule's own, else the rest of its window."""
        if "limit" in self.spec and "retryAfter" not in self.spec and self.counts.admitted:
            return max(1, math.ceil(self.counts.admitted[0] + self.window - now))
        return int(self.settings["retryAfter"])

    def show(self) -> Document:
        """The rule as it was made, with its counts."""
        return {"id": self.id, **self.spec, "seen": self.counts.seen, "struck": self.counts.struck}

    def _strikes_at(self, stage: Stage) -> bool:
        """Whether it can strike before a key is known.

        Errors of a vendor come after authentication, but for an operation that has none. A
        refused request is often made again with credentials: chance would have two turns.
        """
        spec = self.spec
        return stage is Stage.ADMITTED or (
            ("operation" in spec or spec.keys().isdisjoint({"name", "error"}))
            and (stage is Stage.OPEN or "probability" not in spec)
        )

    def _is_over_limit(self, counts: FaultCounts, now: float) -> bool:
        counts.admitted = [at for at in counts.admitted if now - self.window < at <= now]
        if len(counts.admitted) >= self.spec.get("limit", 0):
            return True
        counts.admitted.append(now)
        return False


def read_rule(spec: Document, error_codes: Collection[str]) -> FaultRule:
    """A rule from its JSON; raises InvalidRule if it can never have an effect.

    `error_codes` are those of all vendors.
    """
    operation, code = spec.get("operation"), spec.get("error")
    if code is not None and code not in error_codes:
        raise InvalidRule(unknown("error", code, error_codes))
    if not spec.keys() - _CONDITIONS:
        effects = "a name, a status, an error, a delay or a fault"
        raise InvalidRule(f"the rule has no effect: give {effects}")
    rule = FaultRule(spec)
    if operation is not None and operation not in rule.settings.get("operations", [operation]):
        raise InvalidRule(f"{spec['name']} does not concern {operation}")
    return rule
