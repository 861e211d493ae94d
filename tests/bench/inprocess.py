"""What a test run pays for an emulator in its own process, each figure from fresh processes."""

from __future__ import annotations

import json
import subprocess
import sys

from .bench import Bench, Figures

TIMES = 7  # processes for each round
PATIENCE = 60


def measure(bench: Bench) -> Figures:
    """Milliseconds, by process."""
    figures = bench.figures()
    for number in range(bench.rounds * TIMES):
        if number % TIMES == 0:
            bench.tell(f"in process, round {number // TIMES + 1} of {bench.rounds}")
        for kind in ("emulator", "plugin"):
            command = [sys.executable, "-m", "tests.bench.fresh", kind]
            done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
            for label, value in json.loads(done.stdout).items():
                figures["opsemu"][label].append(value)
    return figures
