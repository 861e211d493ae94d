"""Time and chance: nothing else in the package reads a clock or rolls dice.

Each world has a clock, which may be frozen and advanced, and dice, which may be
seeded. A request starts outside all worlds (`begin`) and enters one when its
credentials are known (`enter`); what it asks here is then answered for that world.
"""

from __future__ import annotations

import random
import secrets
import string
import time
import uuid
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import formatdate
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

_ALPHANUMERIC = string.ascii_letters + string.digits
# Changes of a clock that are remembered, to know what it showed at an earlier moment.
_REMEMBERED = 1000

OUTSIDE = ""  # where a request is before its credentials are known


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
        self._stretches = [*self._stretches, _Stretch(time.time(), shown, runs)][-_REMEMBERED:]


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


_present: ContextVar[tuple[Times, str]] = ContextVar("present", default=(Times(), OUTSIDE))


def begin(times: Times) -> None:
    """Start a request outside all worlds."""
    _present.set((times, OUTSIDE))


def enter(world: str) -> None:
    """From here on, time and chance are those of a world."""
    _present.set((_present.get()[0], world))


def present_world() -> str:
    """The world that the request is in."""
    return _present.get()[1]


@contextmanager
def within(times: Times, world: str) -> Iterator[None]:
    """Time and chance of a world, for the length of a block."""
    token = _present.set((times, world))
    try:
        yield
    finally:
        _present.reset(token)


def now() -> float:
    """Seconds since the epoch, by the clock of the present world."""
    times, world = _present.get()
    return times.clock(world).at(time.time())


def real_now() -> float:
    """Seconds since the epoch, whatever the worlds' clocks show."""
    return time.time()


def ticks() -> float:
    """Seconds from some fixed moment, to measure by."""
    return time.perf_counter()


def age_of(real: float) -> float:
    """Seconds that the present world has seen pass since a real moment.

    Real seconds, and those that its clock was advanced since; none while it is frozen.
    A clock that was turned back does not make things younger than new.
    """
    present = time.time()
    if real > present:
        return real - present - 1.0
    times, world = _present.get()
    clock = times.clock(world)
    return max(0.0, clock.at(present) - clock.at(real))


def http_date() -> str:
    """The present as the `Date` header writes it."""
    return _http_date(int(now()))


@lru_cache(maxsize=64)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


def timestamp() -> str:
    """The present as JSON bodies write it: whole seconds, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now()))


def iso_time() -> str:
    """The present as `2021-06-18T07:09:46+0000`: whole seconds, no colon in the offset."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(now()))


def random_bytes(length: int) -> bytes:
    """That many random bytes."""
    return _dice().bytes(length)


def uniform() -> float:
    """A random number from 0 up to 1."""
    return _dice().below(1 << 53) / (1 << 53)


def chance(probability: float) -> bool:
    """True as often as that."""
    return probability >= 1 or uniform() < probability


def object_id() -> str:
    """A fresh 24-digit identifier, laid out like MongoDB's ObjectId."""
    dice = _dice()
    return f"{int(now()) & 0xFFFFFFFF:08x}{dice.machine}{dice.serial():06x}"


def agent_key() -> str:
    """What agents of a new project sign with: an identifier and 32 random digits (ISSUE)."""
    return object_id() + secrets.token_hex(16)


def random_uuid() -> str:
    """A fresh version 4 UUID in lower case."""
    return str(uuid.UUID(bytes=random_bytes(16), version=4))


def alphanumeric(length: int) -> str:
    """That many random letters and digits."""
    return _pick(_ALPHANUMERIC, length)


def letters(length: int) -> str:
    """That many random small letters."""
    return _pick(string.ascii_lowercase, length)


def _pick(alphabet: str, length: int) -> str:
    dice = _dice()
    return "".join(alphabet[dice.below(len(alphabet))] for _ in range(length))


def _dice() -> Dice:
    times, world = _present.get()
    return times.dice(world)
