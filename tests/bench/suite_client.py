"""A test suite against one server: `python -m tests.bench.suite_client NAME TESTS` prints JSON.

The clock runs from the start of the server to its end; Python and `requests`, which every suite
needs, are imported before.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from typing import Any

from .peers import own_memory
from .suite import CALLS, PHASES, open_server


class Timer:
    """Seconds of the clock, of this thread and of the others, by phase."""

    def __init__(self) -> None:
        self.phases: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self._last = self._read()

    def mark(self, phase: str) -> None:
        """End a phase, and begin the next."""
        now = self._read()
        for at, (before, after) in enumerate(zip(self._last, now, strict=True)):
            self.phases[phase][at] += after - before
        self._last = now

    @staticmethod
    def _read() -> tuple[float, float, float]:
        own = time.thread_time()
        return time.perf_counter(), own, time.process_time() - own


def measure(name: str, count: int) -> dict[str, Any]:
    """Run so many tests; return figures, and milliseconds of a test by phase."""
    figures: dict[str, float] = {}
    idle, timer = own_memory(), Timer()
    with ExitStack() as stack:
        tests = stack.enter_context(open_server(name, figures))
        timer.mark("start")
        for test, _ in zip(tests, range(count), strict=False):
            next(test)
            timer.mark("isolate")
            code = next(test)
            assert code
            timer.mark("arrange")
            for call, _ in zip(CALLS, code.calls(), strict=True):
                timer.mark(call)
            next(test)
            timer.mark("assert")
            next(test, None)
            timer.mark("end")
        figures.setdefault("memory, MB", own_memory() - idle)
    timer.mark("stop")
    client = sum(timer.phases[phase][1] for phase in PHASES[1:-1])
    wall, own, others = (sum(column) for column in zip(*timer.phases.values(), strict=True))
    figures = {"server CPU, s": own + others - client, **figures}
    return {
        "figures": {"wall, s": wall, "client CPU, s": client, **figures},
        "phases": {
            phase: [
                seconds * 1000 / (1 if phase in ("start", "stop") else count) for seconds in row
            ]
            for phase, row in timer.phases.items()
        },
    }


if __name__ == "__main__":
    for variable in [each for each in os.environ if each.startswith("OPSEMU_")]:
        del os.environ[variable]
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
