"""Mixed load for minutes, with an eye on memory: `python -m tests.bench.soak --minutes 10`.

Memory is flat when the median of the last quarter is at most a tenth above that of the
second; the first is left out, as caches and journals fill then. Ends with 1 if it is not,
or on any error: a 5xx that nobody ordered, a broken connection, a traceback in the log.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

import click

from .bench import BROKEN
from .peers.ours import MEMORY, Opsemu
from .running import Running
from .soak_load import Client

CONNECTIONS = 4
SAMPLES = 120  # of memory at least, and one in five seconds at most
MOST_OVER = 1.10
MOST_ERRORS = 100  # are kept


class Logging(Opsemu):
    """opsemu whose log is kept, for its tracebacks."""

    keeps_log = True


@click.command()
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(min=0.05))
@click.option(
    "--state", default="memory:", show_default=True, type=click.Choice(["memory:", "file:"])
)
@click.option("--json", "kept", default="build/soak.json", show_default=True, help="Raw figures.")
@click.option("--scratch", type=click.Path(exists=True), help="Where state is put while measuring.")
def main(minutes: float, state: str, kept: str, scratch: str | None) -> None:
    """Load one emulator with everything it does, and see that it does not swell."""
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder:
        try:
            found = soaked(minutes, Logging(state), Path(folder))
        except BROKEN as error:
            raise click.ClickException(f"opsemu itself does not answer: {error}") from None
    Path(kept).parent.mkdir(parents=True, exist_ok=True)
    Path(kept).write_text(json.dumps(found, indent=1) + "\n")
    click.echo(told(found))
    sys.exit(0 if is_good(found) else 1)


def soaked(minutes: float, peer: Opsemu, scratch: Path) -> dict[str, Any]:
    """Figures: minutes, memory samples as (seconds, MB), calls by kind, errors, the ratio."""
    calls: Counter[str] = Counter()
    errors: list[str] = []
    ended = Event()
    with Running(peer, "", scratch) as server:
        MEMORY.prepare(server.place)
        clients = [Client(number, server.port, calls, errors) for number in range(CONNECTIONS)]
        threads = [Thread(target=each.run, args=(ended.is_set,)) for each in clients]
        for thread in threads:
            thread.start()
        try:
            samples = _watch(server, minutes * 60, errors)
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        errors += [line for line in server.log().splitlines() if line.startswith("Traceback")]
    ratio = median(quarter(samples, 3)) / median(quarter(samples, 1))
    return {
        **{"minutes": minutes, "state": peer.state, "ratio": ratio, "errors": errors[:MOST_ERRORS]},
        **{"slope": slope(samples), "calls": dict(calls), "samples": samples},
    }


def _watch(server: Running, seconds: float, errors: list[str]) -> list[tuple[float, float]]:
    begun, samples = time.perf_counter(), list[tuple[float, float]]()
    every = min(5.0, seconds / SAMPLES)
    while (now := time.perf_counter() - begun) < seconds and len(errors) < MOST_ERRORS:
        samples.append((now, server.memory() or 0.0))
        time.sleep(every)
    return samples


def quarter(samples: list[tuple[float, float]], number: int) -> list[float]:
    """The memory of one quarter of the samples, counted from 0."""
    size = len(samples) // 4
    return [memory for _, memory in samples[number * size : (number + 1) * size]]


def slope(samples: list[tuple[float, float]]) -> float:
    """Megabytes per minute over the last three quarters, by least squares."""
    steady = samples[len(samples) // 4 :]
    times, memories = zip(*steady, strict=True)
    middle, level = sum(times) / len(times), sum(memories) / len(memories)
    above = sum((at - middle) * (memory - level) for at, memory in steady)
    return above / (sum((at - middle) ** 2 for at in times) or 1.0) * 60


def is_good(found: dict[str, Any]) -> bool:
    """Whether memory stayed flat and nothing went wrong."""
    return found["ratio"] <= MOST_OVER and not found["errors"]


def told(found: dict[str, Any]) -> str:
    """What was found, for people."""
    quarters = [median(quarter(found["samples"], number)) for number in range(4)]
    total = sum(found["calls"].values())
    lines = [
        f"{found['minutes']:g} minutes on {found['state']}, {total:,} calls:",
        *(f"  {count:>9,}  {kind}" for kind, count in sorted(found["calls"].items())),
        "memory by quarter, MB: " + ", ".join(f"{value:.1f}" for value in quarters),
        f"last over second quarter: {found['ratio']:.3f} (flat is at most {MOST_OVER:.2f})",
        f"slope after the first quarter: {found['slope']:+.3f} MB a minute",
        f"errors: {len(found['errors'])}",
        *(f"  {error}" for error in found["errors"][:10]),
    ]
    return "\n".join([*lines, "good" if is_good(found) else "NOT GOOD"])


if __name__ == "__main__":
    main()
