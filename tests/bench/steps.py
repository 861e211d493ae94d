"""A run of the benchmark is a list of steps; progress is shown before each."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

SETTLED = 20  # seconds after which the time left is estimated by the pace of the run


class Step(NamedTuple):
    """One part of a run: what it is called, about how many seconds it takes, whom it measures."""

    label: str
    seconds: float
    subject: str
    run: Callable[[], None]


def run(steps: Sequence[Step], missing: dict[str, str]) -> None:
    """Run steps; the subject of one that fails is noted in `missing`, its other steps left out."""
    begin, done = time.monotonic(), 0.0
    for number, step in enumerate(steps):
        elapsed = time.monotonic() - begin
        pace = elapsed / done if elapsed > SETTLED else 1
        left = pace * sum(each.seconds for each in steps[number:] if each.subject not in missing)
        if step.subject not in missing:
            print(
                f"{clock(elapsed)}, {clock(left)} left: {step.label}", file=sys.stderr, flush=True
            )
            try:
                step.run()
            except Exception as error:  # the other figures are worth having
                missing[step.subject] = f"{type(error).__name__}: {error}"
            done += step.seconds
    print(f"{clock(time.monotonic() - begin)}: done", file=sys.stderr)


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
