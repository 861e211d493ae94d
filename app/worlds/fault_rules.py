"""Rules of faults: which calls go wrong, and how; what is told of them is in `show`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from ..mongodb.errors import ERRORS as MONGODB_ERRORS
from ..opsramp.errors import ERRORS as OPSRAMP_ERRORS
from .clock import WorldTime
from .random_source import RandomSource

# The errors that each vendor has words for.
CODES: Mapping[str, Mapping[str, Any]] = {
    "mongodb": MONGODB_ERRORS,
    "opsramp": OPSRAMP_ERRORS,
}
MOST_DELAY = 300.0  # seconds


class BadRule(Exception):
    """A rule that could never do what it says; the message is one sentence."""


class Call(NamedTuple):
    """What a rule looks at."""

    operation: str | None
    vendor: str
    method: str
    path: str
    project: str
    type_name: str
    key: str


@cache
def named() -> dict[str, dict[str, Any]]:
    """The vendors' faults by name."""
    found: dict[str, dict[str, Any]] = orjson.loads(
        files("opsemu.data").joinpath("faults.json").read_bytes()
    )
    return found


@dataclass
class Rule:
    """One rule: `given` as it was asked for, over what its name says, and how often it struck.

    `calls` are the moments of the latest calls that a limit has let through.
    """

    given: dict[str, Any]
    id: int = 0
    seen: int = 0
    struck: int = 0
    calls: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.all: dict[str, Any] = {**named().get(self.given.get("name", ""), {}), **self.given}

    @property
    def label(self) -> str:
        """What the journal calls the rule."""
        return self.given.get("name") or f"rule {self.id}"

    def fits(self, call: Call) -> bool:
        """Whether the rule is about such a call."""
        vendor = self.given.get("name", "").partition(".")[0]
        code = self.given.get("error")
        wanted = (
            ("operation", call.operation),
            ("method", call.method),
            ("project", call.project),
            ("type", call.type_name),
            ("key", call.key),
        )
        return (
            vendor in ("", call.vendor)
            and (code is None or code in CODES[call.vendor])
            and all(self.given.get(name, value) == value for name, value in wanted)
            and call.operation in self.all.get("operations", [call.operation])
            and call.method in self.all.get("methods", [call.method])
            and fnmatchcase(call.path, self.given.get("path", "*"))
        )

    def is_due(self, time: WorldTime) -> bool:
        """Whether this call, which fits, is one that the rule strikes; counts it."""
        rule = self.given
        self.seen += 1
        turn = self.seen - rule.get("after", 0) - 1
        due = (
            turn >= 0
            and turn % rule.get("every", 1) == 0
            and self.struck < rule.get("times", math.inf)
            and time.random.chance(rule.get("probability", 1.0))
            and self._is_over_the_limit(time.now())
        )
        self.struck += due
        return due

    def retry_after(self, now: float) -> int:
        """Seconds until a client should come again."""
        if "limit" in self.given and self.calls:
            return max(1, math.ceil(self.calls[0] + self._window - now))
        return int(self.all["retryAfter"])

    def delay(self, random: RandomSource) -> float:
        """How many seconds the answer is held back."""
        spread = self.given.get("delayDistribution")
        milliseconds = self.given.get("fixedDelayMilliseconds", 0)
        if spread:
            milliseconds += _DISTRIBUTIONS[spread["type"]](spread, random)
        return float(min(milliseconds / 1000, MOST_DELAY))

    def show(self) -> dict[str, Any]:
        """The rule as it was asked for, and what became of it."""
        return {"id": self.id, **self.given, "seen": self.seen, "struck": self.struck}

    @property
    def _window(self) -> float:
        return float(self.given.get("window", 60))

    def _is_over_the_limit(self, now: float) -> bool:
        if "limit" not in self.given:
            return True
        self.calls = [at for at in self.calls if now - self._window < at <= now]
        if len(self.calls) >= self.given["limit"]:
            return True
        self.calls.append(now)
        return False


_EFFECTS = ("status", "error", "body", "fixedDelayMilliseconds", "delayDistribution", "fault")


def read_rule(given: dict[str, Any], operations: set[str]) -> Rule:
    """A rule as it is asked for; raises BadRule if it could never do what it says."""
    operation, code = given.get("operation"), given.get("error")
    if operation is not None and operation not in operations:
        raise BadRule(
            f"there is no operation {operation!r}; known: {', '.join(sorted(operations))}"
        )
    if code is not None and not any(code in codes for codes in CODES.values()):
        raise BadRule(f"there is no error {code!r}")
    if not any(name in given for name in ("name", "truncateAfter", *_EFFECTS)):
        raise BadRule("the rule has no effect: give a name, a status, an error, a delay or a fault")
    rule = Rule(given)
    if operation is not None and operation not in rule.all.get("operations", [operation]):
        raise BadRule(f"{given['name']} does not concern {operation}")
    return rule


def _uniform(spread: dict[str, Any], random: RandomSource) -> float:
    lower, upper = spread.get("lower", 0), spread.get("upper", 0)
    return float(lower + (upper - lower) * random.uniform())


def _lognormal(spread: dict[str, Any], random: RandomSource) -> float:
    normal = math.sqrt(-2 * math.log(1 - random.uniform())) * math.cos(math.tau * random.uniform())
    return float(spread.get("median", 0) * math.exp(spread.get("sigma", 0.1) * normal))


_DISTRIBUTIONS = {"uniform": _uniform, "lognormal": _lognormal}
