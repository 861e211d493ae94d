"""Whether the calls of a journal are those that were expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .journal import JournalEntry
from .journal_view import matches

_BOUNDS = ("count", "atLeast", "atMost")


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation holds, how many rows matched, and a sentence about it."""

    verified: bool
    count: int
    message: str


def judge(rows: Iterable[JournalEntry], expected: dict[str, Any]) -> Verdict:
    """Hold rows against a pattern with `count`, `atLeast` or `atMost` (else at least one),
    or against an `order` of patterns, each of which is matched after the one before."""
    if "order" in expected:
        return _judge_order(list(rows), expected["order"])
    bounds = {name: expected[name] for name in _BOUNDS if name in expected} or {"atLeast": 1}
    pattern = {name: value for name, value in expected.items() if name not in _BOUNDS}
    every = list(rows)
    found = sum(matches(row, pattern) for row in every)
    least = bounds.get("count", bounds.get("atLeast", 0))
    most = bounds.get("count", bounds.get("atMost", found))
    wanted = ", ".join(f"{name} {value}" for name, value in bounds.items())
    sentence = f"{found} matching, expected: {wanted}"
    verified = least <= found <= most
    return Verdict(verified, found, sentence if verified else f"{sentence}; {_seen(every)}")


def _judge_order(rows: list[JournalEntry], patterns: list[dict[str, Any]]) -> Verdict:
    remaining = iter(rows)
    for number, pattern in enumerate(patterns):
        if not any(matches(row, pattern) for row in remaining):
            sentence = f"nothing matches pattern {number + 1} after the one before it"
            return Verdict(False, number, f"{sentence}; {_seen(rows)}")
    return Verdict(True, len(patterns), "all were called in this order")


def _seen(rows: list[JournalEntry]) -> str:
    if not rows:
        return "there were no calls at all"
    latest = ", ".join(f"{row.operation or row.method} {row.status}" for row in rows[-10:])
    return f"the latest calls were: {latest}"
