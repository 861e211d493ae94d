"""The page of a run as Markdown: the suite, goals, reasons for missed ones, figures, machine."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from .goals import GOALS, Goal, cell, judge, values_of
from .suite import HTTPSERVER, IN_PROCESS, PHASES

Raw = dict[str, Any]  # figures by group, row and measure, a value for each round, and more
TEMPLATE = Path(__file__).with_name("page.md")
SUITE = {"of the clock, s": "wall, s", "against opsemu": "ratio", "its start, ms": "start, wall"}
SUITE |= {"server, CPU s": "server CPU, s", "client, CPU s": "client CPU, s"}
SUITE |= {"memory, MB": "memory, MB"}
START = {"to the first answer, ms": "start-up, ms"}
RATES = {"GET, good/s": "GET, good/s", "POST, good/s": "POST, good/s"}
RATES |= {"CPU for a GET, us": "GET, CPU us", "CPU for a POST, us": "POST, CPU us"}
RATES |= {"idle, MB": "idle, MB", "under load, MB": "memory, MB"}
GROWTH = {"start-up, ms": "start-up, ms", "GET, good/s": "GET, good/s"}
GROWTH |= {"PUT, 50 %, us": "PUT, p50 us", "memory, MB": "memory, MB"}
REDIS = {"round trips": "round trips", "GET, good/s": "GET, good/s"}
REDIS |= {"CPU for a GET, us": "GET, CPU us"}
THREADS = {"own": "its main thread", "others": "its other threads"}


def render(raw: Raw, goals: Iterable[Goal] = GOALS) -> str:
    """Return the page for the raw figures of a run."""
    judged = [(goal, *judge(goal, raw)) for goal in goals]
    rows = [(goal.text, f"{goal.bound} {goal.limit:g}{goal.unit}", *rest) for goal, *rest in judged]
    missed = {goal.text: goal.note for goal, _, state in judged if state == "missed"}
    return TEMPLATE.read_text().format(
        **{name: raw[name] for name in ("tests", "bytes", "repeats", "command")},
        goals=markdown(["Goal", "wanted", "measured", ""], rows),
        notes="Why they are missed:\n\n" + bullets(missed) if missed else "No goal is missed.",
        suite=table(with_ratios(raw), "suite", SUITE),
        profile=profile(raw),
        start=table(raw, "start", START),
        imports=table(raw, "imports", {"ms": "ms"}),
        rates=table(raw, "rates", RATES),
        growth=table(raw, "growth", GROWTH),
        redis=table(raw, "redis", REDIS),
        peers=markdown(["server", "installed from", ""], raw["peers"]),
        missing="Missing:\n\n" + bullets(raw["missing"]) if raw["missing"] else "None is missing.",
        machine=bullets(raw["machine"]),
    )


def with_ratios(raw: Raw) -> Raw:
    """Add to the suite's rows their phases, and the ratio of their time to opsemu's in process."""
    rows, phases = (raw["figures"].get(group, {}) for group in ("suite", "phases"))
    against = Goal("", 0, group="suite", measure="wall, s", against=IN_PROCESS)
    suite = {
        name: {**row, **phases[name], "ratio": values_of(against, name, raw)[0]}
        for name, row in rows.items()
    }
    return {"figures": {"suite": suite}}


def table(raw: Raw, group: str, columns: Mapping[str, str] | None = None) -> str:
    """Return a group's figures: some measures by the title of the column, or all of them."""
    rows = raw["figures"].get(group, {})
    if not rows:
        return "Not measured."
    columns = columns or {measure: measure for row in rows.values() for measure in row}
    cells = [
        [name, *(cell(row.get(measure, [])) for measure in columns.values())]
        for name, row in rows.items()
        if row.keys() & set(columns.values())
    ]
    return markdown(["", *columns], cells)


def profile(raw: Raw) -> str:
    """Return milliseconds of a test by phase: of the clock, and of processor time by thread."""
    rows = raw["figures"].get("phases", {})
    columns = {
        (name, column): title
        for name in (IN_PROCESS, HTTPSERVER, "opsemu serve")
        for column, title in {"wall": name, **(THREADS if name != "opsemu serve" else {})}.items()
        if name in rows
    }
    cells = [
        [
            phase,
            *(
                f"{round(median(rows[name][f'{phase}, {column}']), 2) + 0.0:.2f}"
                for name, column in columns
            ),
        ]
        for phase in PHASES
    ]
    return markdown(["", *columns.values()], cells) if columns else "Not measured."


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return cells as a table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def bullets(lines: Mapping[str, str]) -> str:
    """Return names and texts as a list."""
    return "\n".join(f"* {name}: {text}" for name, text in lines.items())
