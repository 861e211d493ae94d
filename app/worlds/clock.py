"""Time and chance: beside `times`, nothing in the package reads a clock or rolls dice.

Each world has a clock, which may be frozen and advanced, and dice, which may be
seeded. A request starts outside all worlds (`begin`) and enters one when its
credentials are known (`enter`); what it asks here is then answered for that world.
"""

from __future__ import annotations

import string
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import formatdate
from functools import lru_cache
from typing import NamedTuple

from .world_clock import Dice, Times, WorldClock

_ALPHANUMERIC = string.ascii_letters + string.digits
MOST_SKEW = 5.0  # seconds by which the clocks of machines on one state may differ
OUTSIDE = ""  # where a request is before its credentials are known


class _Present(NamedTuple):
    """Where time and chance come from; the clock is that of the moment of entering."""

    times: Times
    world: str
    clock: WorldClock


def _at(times: Times, world: str) -> _Present:
    return _Present(times, world, times.clock(world))


_NOWHERE = _at(Times(), OUTSIDE)
_present: ContextVar[_Present] = ContextVar("present", default=_NOWHERE)


def begin(times: Times) -> None:
    """Start a request outside all worlds, where time is real."""
    _present.set(_Present(times, OUTSIDE, _NOWHERE.clock))


def enter(world: str) -> None:
    """From here on, time and chance are those of a world."""
    _present.set(_at(_present.get().times, world))


def present_world() -> str:
    """The world that the request is in."""
    return _present.get().world


@contextmanager
def within(times: Times, world: str) -> Iterator[None]:
    """Time and chance of a world, for the length of a block."""
    token = _present.set(_at(times, world))
    try:
        yield
    finally:
        _present.reset(token)


def now() -> float:
    """Seconds since the epoch, by the clock of the present world."""
    return _present.get().clock.present(time.time())


def real_now() -> float:
    """Seconds since the epoch, whatever the worlds' clocks show."""
    return time.time()


def ticks() -> float:
    """Seconds from some fixed moment, to measure by."""
    return time.perf_counter()


def age_of(real: float) -> float:
    """Seconds that the present world has seen pass since a real moment.

    Real seconds, and those that its clock was advanced since; none while it is frozen.
    A clock that was turned back does not make things younger than new; what lies further
    ahead than machines' clocks differ has an age below zero.
    """
    present, clock = time.time(), _present.get().clock
    if real > present + MOST_SKEW:
        return real - present - MOST_SKEW - 1.0
    return max(0.0, clock.present(present) - clock.at(real))


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
    return object_id() + random_bytes(16).hex()


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
    present = _present.get()
    return present.times.dice(present.world)
