"""The clocks and dice of worlds, which `clock` consults for the present one."""

from __future__ import annotations

import random
import secrets
import time
from bisect import bisect_right
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import orjson

from ..store.shared_state import Board, MemoryBoard

# Changes of a clock that are remembered, to know what it showed at an earlier moment.
_REMEMBERED = 1000
_CLOCK = "clock"  # of a world, on the board


class _Stretch(NamedTuple):
    """From the real moment `real` on, the clock shows `shown`, and goes on if it `runs`."""

    real: float
    shown: float
    runs: bool

    def at(self, real: float) -> float:
        return self.shown + (real - self.real if self.runs else 0.0)


class WorldClock:
    """A world's time as it was at one look: the real one until it was frozen or moved."""

    def __init__(self, content: bytes | None = None) -> None:
        rows = orjson.loads(content) if content else [(0.0, 0.0, True)]
        self._stretches = [_Stretch(*row) for row in rows]

    def at(self, real: float) -> float:
        """What the clock showed at a real moment, in seconds since the epoch."""
        stretches = self._stretches
        position = bisect_right(stretches, real, key=lambda stretch: stretch.real)
        return stretches[max(0, position - 1)].at(real)

    def present(self, real: float) -> float:
        """What the clock shows now, `real` being the real time of this machine.

        Another one, whose time is a little ahead, may have turned it just now.
        """
        return self._stretches[-1].at(max(real, self._stretches[-1].real))

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return not self._stretches[-1].runs

    def going_on(self, real: float, shown: float, runs: bool) -> bytes:
        """The clock, written down, that shows another time from a real moment on."""
        begun = max(real, self._stretches[-1].real)
        stretches = [*self._stretches, _Stretch(begun, shown, runs)][-_REMEMBERED:]
        return orjson.dumps([tuple(stretch) for stretch in stretches])


_REAL = WorldClock()


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
    """The clocks and dice of all worlds of a server; whoever shares its board shares the clocks."""

    def __init__(self, rng_seed: str = "", board: Board | None = None) -> None:
        self._rng_seed = rng_seed
        self._board = board or MemoryBoard()
        self._dice: dict[str, Dice] = {}

    def clock(self, world: str) -> WorldClock:
        """The clock of a world as it is now."""
        content = self._board.read(world, _CLOCK)
        return _REAL if content is None else WorldClock(content)

    def freeze(self, world: str, shown: float | None = None) -> None:
        """Let a clock stand still, at the present or at the time given."""
        self._turn(
            world, lambda clock, now: (clock.present(now) if shown is None else shown, False)
        )

    def advance(self, world: str, seconds: float) -> None:
        """Let it show a later (or, below zero, an earlier) time, frozen or running as before."""
        self._turn(world, lambda clock, now: (clock.present(now) + seconds, not clock.is_frozen))

    def free(self, world: str) -> None:
        """Back to the real time."""
        self._turn(world, lambda clock, now: (now, True))

    def dice(self, world: str) -> Dice:
        """The dice of a world: a stream of its own, whatever other worlds roll."""
        seed = f"{self._rng_seed}/{world}" if self._rng_seed else ""
        return self._dice.get(world) or self._dice.setdefault(world, Dice(seed))

    def shake(self) -> None:
        """Roll otherwise from here on than the process that this one was forked from."""
        self._dice.clear()

    def forget(self, world: str) -> None:
        """Back to real time and to the first throw."""
        self._board.change(world, _CLOCK, lambda _: None)
        self._dice.pop(world, None)

    def _turn(self, world: str, turned: Callable[[WorldClock, float], tuple[float, bool]]) -> None:
        def edit(content: bytes | None) -> bytes:
            # At a whole millisecond, as nonces tell their age by these: one that is issued in
            # the rest of it must not be taken for one from before the change.
            clock, now = WorldClock(content), int(time.time() * 1000) / 1000
            return clock.going_on(now, *turned(clock, now))

        self._board.change(world, _CLOCK, edit)
