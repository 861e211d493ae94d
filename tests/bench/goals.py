"""The goals, as rows, and whether the figures meet them.

A goal compares cells of the sheets: its figure is one cell over the other, paired by round,
or the cell itself. A goal with several comparisons is met when each median meets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

from .bench import Figures

Sheets = dict[str, Figures]  # by group


class Cell(NamedTuple):
    """One measure of one peer in one group of measurements."""

    group: str
    peer: str
    measure: str


class Comparison(NamedTuple):
    """What is compared with what; without `theirs` it is the figure itself."""

    label: str
    mine: Cell
    theirs: Cell | None = None


@dataclass(frozen=True)
class Goal:
    """One row: `key` names it in `notes.json`; `wanted` is a limit from above or below."""

    key: str
    text: str
    at_least: bool
    wanted: float
    unit: str
    comparisons: tuple[Comparison, ...]

    def limit(self) -> str:
        """What is wanted, in words."""
        return f"{'at least' if self.at_least else 'at most'} {self.wanted:g}{self.unit}"

    def is_met(self, value: float) -> bool:
        """Whether a figure is as wanted."""
        return value >= self.wanted if self.at_least else value <= self.wanted


class Verdict(NamedTuple):
    """What became of a goal: `met`, `missed` or `not measured`; figures by round, reasons."""

    goal: Goal
    state: str
    found: tuple[tuple[str, list[float]], ...]
    reasons: tuple[str, ...]


def judge(goal: Goal, sheets: Sheets, missing: dict[str, str]) -> Verdict:
    """Compare; what was not measured is named with the reason."""
    found = tuple((each.label, _values(each, sheets)) for each in goal.comparisons)
    if all(values for _, values in found):
        is_met = all(goal.is_met(median(values)) for _, values in found)
        return Verdict(goal, "met" if is_met else "missed", found, ())
    lacking = [
        each for each, (_, values) in zip(goal.comparisons, found, strict=True) if not values
    ]
    reasons = dict.fromkeys(_reason(each, sheets, missing) for each in lacking)
    # What is missed already is not mended by what was not measured.
    is_missed = any(values and not goal.is_met(median(values)) for _, values in found)
    return Verdict(goal, "missed" if is_missed else "not measured", found, tuple(reasons))


def ratios(mine: list[float], theirs: list[float]) -> list[float]:
    """One figure over the other, round by round."""
    return [ours / other for ours, other in zip(mine, theirs, strict=False) if other]


def _values(comparison: Comparison, sheets: Sheets) -> list[float]:
    mine = _cell(comparison.mine, sheets)
    if comparison.theirs is None:
        return mine
    return ratios(mine, _cell(comparison.theirs, sheets))


def _cell(cell: Cell, sheets: Sheets) -> list[float]:
    return sheets.get(cell.group, {}).get(cell.peer, {}).get(cell.measure, [])


def _reason(comparison: Comparison, sheets: Sheets, missing: dict[str, str]) -> str:
    for cell in (comparison.mine, comparison.theirs):
        if cell is not None and not _cell(cell, sheets):
            told = missing.get(cell.peer) or missing.get(cell.group)
            return f"{cell.peer}: {told or f'no figure for {cell.measure!r}'}"
    return "the other figure is zero"


def judged(raw: dict[str, Any], goals: tuple[Goal, ...]) -> list[Verdict]:
    """All goals on the figures of a run."""
    return [judge(goal, raw["figures"], raw["missing"]) for goal in goals]
