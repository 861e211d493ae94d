"""The clocks and dice of worlds, which `clock` consults for the present one."""

from __future__ import annotations

import random
import secrets
import time
from bisect import bisect_right
from threading import Lock
from typing import NamedTuple

# Changes of a clock that are remembered, to know what it showed at an earlier moment.
_REMEMBERED = 1000


class _Stretch(NamedTuple):
    """From the real moment `real` on, the clock shows `shown`, and goes on if it `runs`."""

    real: float
    shown: float
    runs: bool

    def at(self, real: float) -> float:
        return self.shown + (real - self.real if self.runs else 0.0)


class WorldClock:
    """A world's time: the real one until it is frozen or moved."""

    def __init__(self) -> None:
        self._stretches = [_Stretch(0.0, 0.0, True)]

    def at(self, real: float) -> float:
        """What the clock showed at a real moment, in seconds since the epoch."""
        stretches = self._stretches
        position = bisect_right(stretches, real, key=lambda stretch: stretch.real)
        return stretches[max(0, position - 1)].at(real)

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return not self._stretches[-1].runs

    @property
    def is_real(self) -> bool:
        """Whether the clock shows the real time."""
        last = self._stretches[-1]
        return last.runs and last.real == last.shown

    def freeze(self, shown: float | None = None) -> None:
        """Stand still, at the present or at the time given."""
        self._go_on(self.at(time.time()) if shown is None else shown, runs=False)

    def advance(self, seconds: float) -> None:
        """Show a later (or, below zero, an earlier) time; frozen or running as before."""
        self._go_on(self.at(time.time()) + seconds, runs=not self.is_frozen)

    def free(self) -> None:
        """Back to the real time."""
        real = time.time()
        self._stretches = [*self._stretches, _Stretch(real, real, True)][-_REMEMBERED:]

    def _go_on(self, shown: float, runs: bool) -> None:
        # At a whole millisecond, as nonces tell their age by these: one that is issued in
        # the rest of it must not be taken for one from before the change.
        real = int(time.time() * 1000) / 1000
        self._stretches = [*self._stretches, _Stretch(real, shown, runs)][-_REMEMBERED:]


class Dice:
    """Random bytes; with a seed, the same ones in every run."""

    def __init__(self, seed: str = "") -> None:
        self._lock = Lock()
        self._random = random.Random(seed) if seed else None
        self.machine = self.bytes(5).hex()
        self._serial = int.from_bytes(self.bytes(3), "big")

    def bytes(self, length: int) -> bytes:
        """That many random bytes."""
        if self._random is None:
            return secrets.token_bytes(length)
        with self._lock:
            return self._random.randbytes(length)

    def below(self, end: int) -> int:
        """A random whole number from 0 to `end` - 1."""
        return int.from_bytes(self.bytes(16), "big") % end

    def serial(self) -> int:
        """The next number of three bytes."""
        with self._lock:
            self._serial = self._serial + 1 & 0xFFFFFF
            return self._serial


class Times:
    """The clocks and dice of all worlds of a server."""

    def __init__(self, rng_seed: str = "") -> None:
        self._rng_seed = rng_seed
        self._clocks: dict[str, WorldClock] = {}
        self._dice: dict[str, Dice] = {}

    def clock(self, world: str) -> WorldClock:
        """The clock of a world."""
        return self._clocks.get(world) or self._clocks.setdefault(world, WorldClock())

    def dice(self, world: str) -> Dice:
        """The dice of a world: a stream of its own, whatever other worlds roll."""
        seed = f"{self._rng_seed}/{world}" if self._rng_seed else ""
        return self._dice.get(world) or self._dice.setdefault(world, Dice(seed))

    def forget(self, world: str) -> None:
        """Back to real time and to the first throw."""
        self._clocks.pop(world, None)
        self._dice.pop(world, None)
