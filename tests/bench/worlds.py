"""What it costs to make, reset and end a world, whatever other worlds hold.

python -m tests.bench.worlds        medians of 50, in milliseconds
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from statistics import median
from time import perf_counter

from opsemu.projects import KIND
from opsemu.server import Emulator
from opsemu.stores import Owner

SIZES = (0, 1_000, 10_000)
TURNS = 50
PER_PROJECT = 10


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


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that an act takes, as a median."""
    took = []
    for _ in range(TURNS):
        started = perf_counter()
        act()
        took.append(perf_counter() - started)
    return median(took) * 1000


def measure(state: str, integrations: int) -> str:
    """One row of the table."""
    emulator = Emulator(state=state, seed="demo")
    fill(emulator, integrations)
    worlds = emulator.worlds
    names = iter([f"w{number}" for number in range(TURNS)])
    made = timed(lambda: worlds.create(next(names), "demo"))
    reset = timed(lambda: worlds.reset("w0"))
    names = iter([f"w{number}" for number in range(TURNS)])
    dropped = timed(lambda: worlds.drop(next(names)))
    return f"{state.partition(':')[0]:8}{integrations:10}{made:10.2f}{reset:10.2f}{dropped:10.2f}"


def main() -> None:
    """Print the table."""
    print(f"{'state':8}{'elsewhere':>10}{'create':>10}{'reset':>10}{'delete':>10}")
    for size in SIZES:
        print(measure("memory:", size))
    for size in SIZES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            print(measure(f"file:{folder}/state", size))


if __name__ == "__main__":
    main()
