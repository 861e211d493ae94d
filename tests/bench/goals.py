"""The goals of `goals.json`, and what the figures of a run say of them."""

import json
import operator
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

FAMILIES = {name: f"opsemu, memory:, {name}" for name in ("Atlas v1.0", "Atlas v2", "OpsRamp")}
FAMILIES = {"Ops Manager": "opsemu, memory:", **FAMILIES}


class Goal(NamedTuple):
    """A limit for each of some rows, by label, or for the ratio of each `against` another row."""

    text: str
    limit: float
    bound: str = "at least"
    group: str = "rates"
    measure: str = "GET, good/s"
    rows: Mapping[str, str] = FAMILIES
    against: str = ""
    unit: str = "x"
    note: str = "no reason is written down yet"


GOALS = [Goal(**row) for row in json.loads(Path(__file__).with_name("goals.json").read_text())]


def judge(goal: Goal, raw: Mapping[str, Any]) -> tuple[str, str]:
    """Return what was measured, and "missed" if a row misses the goal, "met" if all meet it."""
    texts, states = list[str](), set[str]()
    compare = operator.ge if goal.bound == "at least" else operator.le
    for label, row in goal.rows.items():
        values, reason = values_of(goal, row, raw)
        texts.append(f"{label} {cell(values, goal.unit)}".strip() if values else reason)
        is_met = bool(values) and compare(median(values), goal.limit)
        states.add("met" if is_met else "missed" if values else "not measured")
    return "; ".join(dict.fromkeys(texts)), max(states, key=("met", "not measured", "missed").index)


def values_of(goal: Goal, row: str, raw: Mapping[str, Any]) -> tuple[list[float], str]:
    """Return a row's values, as ratios if the goal is against another, or why there are none."""
    names = [row, goal.against] if goal.against else [row]
    rows = raw["figures"].get(goal.group, {})
    values = [rows.get(name, {}).get(goal.measure, []) for name in names]
    lacking = [name for name, each in zip(names, values, strict=True) if not each]
    if lacking:
        return [], f"{lacking[0]}: {raw['missing'].get(lacking[0], 'not measured')}"
    if goal.against:
        pairs = [(value, other) for value, other in zip(*values, strict=False) if other]
        return [value / other for value, other in pairs], f"{goal.against}: zero"
    return values[0], ""


def cell(values: Sequence[float], unit: str = "") -> str:
    """Return the median, and the lowest and the highest where they differ."""
    if not values:
        return "–"  # noqa: RUF001
    middle, low, high = (
        f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
        for value in (median(values), min(values), max(values))
    )
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"  # noqa: RUF001
