"""The page of a run as Markdown: goals, reasons for missed ones, figures, peers, machine."""

import json
import operator
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

Raw = dict[str, Any]  # figures by group, row and measure, a value for each round, and more
FAMILIES = {name: f"opsemu, memory:, {name}" for name in ("Atlas v1.0", "Atlas v2", "OpsRamp")}
FAMILIES = {"Ops Manager": "opsemu, memory:", **FAMILIES}
TABLES = {  # by title, the group, and the unit that the columns have in common
    **{"Good answers per second": ("load", "good/s"), "Latency, median": ("load", "p50 us")},
    **{"Latency, 99th percentile": ("load", "p99 us"), "Other answers": ("load", "errors")},
    **{"Start-up, milliseconds": ("load", "ms"), "Memory, megabytes": ("load", "MB")},
    **{"Growth, `file:`": ("growth", ""), "In the process": ("inprocess", "")},
}
PAGE = """# Performance

This page is written by `make bench`; do not edit it. What is said below of a missed goal is
kept in `tests/bench/goals.json`.

`{command}`: in each of {rounds} rounds each server has its turn, alone but for wrk,
with loads of {seconds} s; a figure is the median, with the lowest and the highest behind it. The
generic servers compare the path and answer {bytes} bytes, opsemu's list of five integrations;
opsemu verifies a digest or token, reads its state and keeps a journal. wrk, with one thread,
sends requests signed before. Compare ratios: they are taken round by round.

## Goals

{goals}

{notes}

## Figures

{tables}

## Peers

{peers}

{missing}

## Machine

{machine}
"""


class Goal(NamedTuple):
    """A limit for each of some rows, by label, or for the ratio of each `against` another row."""

    text: str
    limit: float
    bound: str = "at least"
    group: str = "load"
    measure: str = "GET, 8 connections, good/s"
    rows: Mapping[str, str] = FAMILIES
    against: str = ""
    unit: str = "x"
    note: str = "no reason is written down yet"


GOALS = [Goal(**row) for row in json.loads(Path(__file__).with_name("goals.json").read_text())]


def judge(goal: Goal, raw: Raw) -> tuple[str, str]:
    """Return what was measured, and "missed" if a row misses the goal, "met" if all meet it."""
    texts, states = list[str](), set[str]()
    compare = operator.ge if goal.bound == "at least" else operator.le
    for label, row in goal.rows.items():
        values, reason = values_of(goal, row, raw)
        texts.append(f"{label} {cell(values, goal.unit)}".strip() if values else reason)
        is_met = bool(values) and compare(median(values), goal.limit)
        states.add("met" if is_met else "missed" if values else "not measured")
    return "; ".join(dict.fromkeys(texts)), max(states, key=("met", "not measured", "missed").index)


def values_of(goal: Goal, row: str, raw: Raw) -> tuple[list[float], str]:
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


def render(raw: Raw, goals: Iterable[Goal] = GOALS) -> str:
    """Return the page for the raw figures of a run."""
    judged = [(goal, *judge(goal, raw)) for goal in goals]
    rows = [(goal.text, f"{goal.bound} {goal.limit:g}{goal.unit}", *rest) for goal, *rest in judged]
    missed = {f"{goal.text} ({state})": goal.note for goal, _, state in judged if state == "missed"}
    tables = [(title, rest) for title, rest in TABLES.items() if rest[0] in raw["figures"]]
    return PAGE.format(
        **{name: raw[name] for name in ("rounds", "seconds", "bytes", "command")},
        goals=markdown(["Goal", "wanted", "measured", ""], rows),
        notes="Why not:\n\n" + bullets(missed) if missed else "No goal is missed.",
        tables="\n\n".join(f"### {title}\n\n{table(raw, *rest)}" for title, rest in tables),
        peers=markdown(["peer", "installed from", ""], raw["peers"]),
        missing="Missing:\n\n" + bullets(raw["missing"]) if raw["missing"] else "None is missing.",
        machine=bullets(raw["machine"]),
    )


def table(raw: Raw, group: str, unit: str) -> str:
    """Return a group's figures of a unit, or all of them if it is empty."""
    rows = raw["figures"][group]
    columns = dict.fromkeys(name for row in rows.values() for name in row if name.endswith(unit))
    cells = [
        [name, *(cell(row.get(each, [])) for each in columns)]
        for name, row in rows.items()
        if columns.keys() & row.keys()
    ]
    return markdown(["", *(name.removesuffix(f", {unit}") for name in columns)], cells)


def cell(values: Sequence[float], unit: str = "") -> str:
    """Return the median, and the lowest and the highest where they differ."""
    if not values:
        return "–"  # noqa: RUF001
    middle, low, high = (
        f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
        for value in (median(values), min(values), max(values))
    )
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"  # noqa: RUF001


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return cells as a table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def bullets(lines: Mapping[str, str]) -> str:
    """Return names and texts as a list."""
    return "\n".join(f"* {name}: {text}" for name, text in lines.items())
