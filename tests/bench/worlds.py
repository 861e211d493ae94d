"""What it costs to make, reset and end a world, as each fixture does, whatever others hold."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from statistics import median
from time import perf_counter

from opsemu.mongodb.projects import KIND
from opsemu.server import Emulator
from opsemu.store import Owner

from .bench import Bench, Figures

SIZES = (0, 10_000)
TURNS = 30
PER_PROJECT = 10


def measure(bench: Bench) -> Figures:
    """Milliseconds of each act, as medians of a round, by state and what other worlds hold."""
    figures = bench.figures()
    for number in range(bench.rounds):
        bench.tell(f"worlds, round {number + 1} of {bench.rounds}")
        for size in SIZES:
            _round(figures, "memory:", "memory:", size)
            with tempfile.TemporaryDirectory(dir=bench.scratch, ignore_cleanup_errors=True) as home:
                _round(figures, "file:", f"file:{home}/state", size)
    return figures


def _round(figures: Figures, name: str, state: str, size: int) -> None:
    emulator = Emulator(state=state, seed="demo")
    fill(emulator, size)
    worlds, sheet = emulator.worlds, figures[f"{name} {size:,} integrations in other worlds"]
    names = [f"w{number}" for number in range(TURNS)]
    sheet["make, ms"].append(_timed(lambda: worlds.create(names.pop(), "demo")))
    sheet["reset, ms"].append(_timed(lambda: worlds.reset("w0")))
    names = [f"w{number}" for number in range(TURNS)]
    sheet["end, ms"].append(_timed(lambda: worlds.drop(names.pop())))


def fill(emulator: Emulator, integrations: int) -> None:
    """Store that many integrations in a world called `others`, ten to a project."""
    emulator.worlds.create("others", "empty")
    body = {"apiKey": "0" * 32, "id": "0" * 24}
    for number in range(integrations // PER_PROJECT):
        name = f"{number:024x}"
        rows = {f"TYPE_{position}": body for position in range(PER_PROJECT)}
        about = {"id": name, "name": name, "orgId": "0" * 24}
        tables = {"project": {name: about}, "integrations": rows}
        emulator.store.create(Owner("others", KIND, name), tables)


def _timed(act: Callable[[], object]) -> float:
    took = []
    for _ in range(TURNS):
        started = perf_counter()
        act()
        took.append(perf_counter() - started)
    return median(took) * 1000
