"""Whether the requests in a journal are the expected ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .journal import JournalEntry
from .journal_view import matches

_BOUNDS = ("count", "atLeast", "atMost")


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation holds, how many entries matched, and a sentence about it."""

    verified: bool
    count: int
    message: str


def verify(entries: Iterable[JournalEntry], expectation: dict[str, Any]) -> Verdict:
    """Compare entries with an expectation.

    It is a pattern with bounds (`count`, `atLeast`, `atMost`; by default at least one), or
    an `order` of patterns, each of which has to match after the one before it.
    """
    entries = list(entries)
    if "order" in expectation:
        return _verify_order(entries, expectation["order"])
    bounds = {name: expectation[name] for name in _BOUNDS if name in expectation} or {"atLeast": 1}
    pattern = {name: value for name, value in expectation.items() if name not in _BOUNDS}
    count = sum(matches(entry, pattern) for entry in entries)
    least = bounds.get("count", bounds.get("atLeast", 0))
    most = bounds.get("count", bounds.get("atMost", count))
    expected = ", ".join(f"{name} {value}" for name, value in bounds.items())
    message = f"{count} matching, expected: {expected}"
    verified = least <= count <= most
    return Verdict(verified, count, message if verified else f"{message}; {_latest(entries)}")


def _verify_order(entries: list[JournalEntry], patterns: list[dict[str, Any]]) -> Verdict:
    remaining = iter(entries)
    for number, pattern in enumerate(patterns):
        if not any(matches(entry, pattern) for entry in remaining):
            message = f"nothing matches pattern {number + 1} after the one before it"
            return Verdict(False, number, f"{message}; {_latest(entries)}")
    return Verdict(True, len(patterns), "all were called in this order")


def _latest(entries: list[JournalEntry]) -> str:
    if not entries:
        return "there were no calls at all"
    calls = [f"{entry.operation or entry.method} {entry.status}" for entry in entries[-10:]]
    return f"the latest calls were: {', '.join(calls)}"
