"""Patterns that journal entries match, and whether the expected requests are in a journal."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import orjson

from ..store.shared_state import Log
from .journal import JournalEntry

_BOUNDS = ("count", "atLeast", "atMost")


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation holds, how many entries matched, and a sentence about it."""

    verified: bool
    count: int
    message: str


class Verdicts:
    """Verdicts on a journal, each worked out once while the journal stays as it is."""

    def __init__(self, journal: Log[JournalEntry]) -> None:
        self._journal = journal
        self._numbers: list[int] = []
        self._verdicts: dict[bytes, Verdict] = {}

    def get(self, expectation: dict[str, Any]) -> Verdict:
        """What `verify` says of the journal's entries now."""
        entries = self._journal.all()
        numbers = [entry.id for entry in entries]
        if numbers != self._numbers:
            self._numbers, self._verdicts = numbers, {}
        verdicts, key = self._verdicts, orjson.dumps(expectation)
        if key not in verdicts:
            verdicts[key] = verify(entries, expectation)
        return verdicts[key]


def verify(entries: list[JournalEntry], expectation: dict[str, Any]) -> Verdict:
    """Compare entries with an expectation.

    It is a pattern with bounds (`count`, `atLeast`, `atMost`; by default at least one), or
    an `order` of patterns, each of which has to match after the one before it.
    """
    if "order" in expectation:
        return _verify_order(entries, expectation["order"])
    bounds = {name: expectation[name] for name in _BOUNDS if name in expectation} or {"atLeast": 1}
    pattern = {name: value for name, value in expectation.items() if name not in _BOUNDS}
    count = sum(matches(entry, pattern) for entry in entries)
    least = bounds.get("count", bounds.get("atLeast", 0))
    most = bounds.get("count", bounds.get("atMost", count))
    expected = ", ".join(f"{name} {value}" for name, value in bounds.items())
    return Verdict(least <= count <= most, count, f"{count} matching, expected: {expected}")


def matches(entry: JournalEntry, pattern: dict[str, Any]) -> bool:
    """Whether an entry has everything that a pattern names.

    `path` may contain `*`. `body` is a subset of the request's JSON, compared unmasked.
    Everything else has to be equal.
    """
    return all(_matches(entry, name, expected) for name, expected in pattern.items())


def _matches(entry: JournalEntry, name: str, expected: Any) -> bool:
    if name == "path":
        return fnmatchcase(entry.path, expected)
    if name == "body":
        return _contains(_json(entry.request_body), expected)
    return bool(getattr(entry, "type_name" if name == "type" else name) == expected)


def _contains(value: Any, expected: Any) -> bool:
    """Whether a JSON value has at least the expected members, at any depth."""
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(
            name in value and _contains(value[name], member) for name, member in expected.items()
        )
    return bool(value == expected)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _verify_order(entries: list[JournalEntry], patterns: list[dict[str, Any]]) -> Verdict:
    remaining = iter(entries)
    for number, pattern in enumerate(patterns):
        if not any(matches(entry, pattern) for entry in remaining):
            message = f"nothing matches pattern {number + 1} after the one before it"
            return Verdict(False, number, message)
    return Verdict(True, len(patterns), "all were called in this order")


def describe_latest(entries: list[JournalEntry], unmatched: list[JournalEntry]) -> str:
    """The latest requests of a world, and those of no world with why, in a sentence each."""
    calls = [f"{entry.operation or entry.method} {entry.status}" for entry in entries[-10:]]
    others = [
        f"{entry.method} {entry.path} {entry.status} ({next(iter(entry.reasons), 'no reason')})"
        for entry in unmatched[-3:]
    ]
    if not calls and not others:
        return "there were no calls at all"
    known = f"the latest calls were: {', '.join(calls)}" if calls else "no call has a key of it"
    return f"{known}; calls of no world: {', '.join(others)}" if others else known
