"""The figures as tables for people; medians, and the spread from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

from .goals import Verdict

NONE = "–"  # noqa: RUF001
OF_ALL = ("startup", "load")  # the groups in which every peer has its row


class Table(NamedTuple):
    """One table: measures of a group, each with the title of its column."""

    title: str
    group: str
    columns: dict[str, str]


_LOADS = ("GET, 1 connection", "GET, 8 connections", "GET, 64 connections", "POST, 8 connections")


def _each(unit: str, loads: Sequence[str] = _LOADS) -> dict[str, str]:
    return {f"{load}, {unit}": load for load in loads}


TABLES = (
    Table(
        "Start-up, milliseconds",
        "startup",
        {"first answer, ms": "to the first answer", "and 200 requests, ms": "and 200 requests"},
    ),
    Table("Good answers per second", "load", _each("good/s")),
    Table("Latency, the median in microseconds", "load", _each("p50 us")),
    Table("Latency, the 99th percentile in microseconds", "load", _each("p99 us")),
    Table("Other answers and broken connections", "load", _each("errors")),
    Table(
        "Memory of all processes, megabytes",
        "load",
        {"idle, MB": "idle", "after load, MB": "after load"},
    ),
    Table(
        "Requests that leave the short cut, 8 connections: good answers per second",
        "shortcut",
        _each("good/s", ("GET", "GET ?pretty=true", "GET answered 404", "PUT")),
    ),
    Table(
        "GETs at 8 connections beside requests that are held for 2 s",
        "held",
        {
            "GET, good/s": "good/s",
            "GET, p50 us": "p50, us",
            "GET, p99 us": "p99, us",
            "GET, errors": "errors",
            "held, answered": "held requests answered",
            "held, shortest s": "the shortest, s",
        },
    ),
    Table(
        "Growth, `file:`",
        "growth",
        {
            "start-up, ms": "start-up, ms",
            "first list, ms": "the first list after it, ms",
            "GET, 8 connections, good/s": "GET, 8 connections, good/s",
            "PUT, 1 connection, p50 us": "PUT, 1 connection, p50, us",
            "Store.change, us": "Store.change, us",
            "memory, MB": "memory, MB",
        },
    ),
    Table(
        "In the process, milliseconds",
        "inprocess",
        {
            f"{label}, ms": label
            for label in (
                "import of opsemu, Flask imported",
                "make and start the first",
                "make and start another",
                "import of the pytest plugin",
            )
        },
    ),
    Table(
        "Worlds, milliseconds",
        "worlds",
        {"make, ms": "make", "reset, ms": "reset", "end, ms": "end"},
    ),
)


def tables(raw: dict[str, Any]) -> str:
    """All tables that there are figures for, each below its title."""
    shown = [
        f"### {table.title}\n\n{rendered(table, raw)}"
        for table in TABLES
        if table.group in raw["figures"]
    ]
    return "\n\n".join(shown)


def rendered(table: Table, raw: dict[str, Any]) -> str:
    """A row for each peer, the missing ones named; a column for each measure."""
    head = ["", *table.columns.values()]
    rows = [
        [name, *(cell(sheet.get(measure, [])) for measure in table.columns)]
        for name, sheet in raw["figures"][table.group].items()
        if any(measure in sheet for measure in table.columns)
    ]
    if table.group in OF_ALL:
        shown = {row[0] for row in rows}
        absent = [name for name in raw["missing"] if name in raw["peers"] and name not in shown]
        rows += [[f"{name}: missing", *([NONE] * len(table.columns))] for name in absent]
    return markdown([head, ["---"] * len(head), *rows])


def goals(verdicts: Iterable[Verdict]) -> str:
    """The goals with what was measured."""
    head = ["Goal", "wanted", "measured", ""]
    rows = [[each.goal.text, each.goal.limit(), _measured(each), each.state] for each in verdicts]
    return markdown([head, ["---"] * len(head), *rows])


def missing(raw: dict[str, Any]) -> str:
    """A line for each peer that could not be had."""
    return "\n".join(f"* {name}: {reason}" for name, reason in raw["missing"].items())


def cell(values: Sequence[float], unit: str = "") -> str:
    """The median, and the spread where there is one."""
    if not values:
        return NONE
    middle, low, high = (number(value) for value in (median(values), min(values), max(values)))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"  # noqa: RUF001


def number(value: float) -> str:
    """A figure with as many digits as it is worth."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as a table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _measured(verdict: Verdict) -> str:
    parts = [
        f"{label} {cell(values, verdict.goal.unit)}".strip()
        for label, values in verdict.found
        if values
    ]
    return "; ".join([*parts, *verdict.reasons])
