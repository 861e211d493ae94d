"""The clocks of worlds: each may be frozen and advanced, by itself.

A request asks a `WorldTime` for the time and for identifiers. Nothing else in the worlds
and above reads the system's clock, but to measure durations.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from email.utils import formatdate
from functools import cached_property, lru_cache
from typing import NamedTuple

import orjson

from ..store.shared_state import MemorySharedState, SharedState
from .random_source import RandomSource

MAX_SKEW = 5.0  # seconds by which the clocks of machines on one state may differ
NO_WORLD_YET = ""  # where a request is before its credentials are known
SEED_WORLD = "seed"  # whose time and random values go into the documents of seeds

# Changes of a clock that are kept, to know what it showed at an earlier moment.
_MAX_SEGMENTS = 1000
_CLOCK = "clock"  # the name of a world's clock in the shared state


class _Segment(NamedTuple):
    """From the real moment `start` on, the clock shows `shown`, and goes on if it `runs`."""

    start: float
    shown: float
    runs: bool

    def at(self, real: float) -> float:
        return self.shown + (real - self.start if self.runs else 0.0)


_REAL_TIME = [_Segment(0.0, 0.0, True)]


class Clocks:
    """The clocks and random sources of all worlds of a server.

    Servers that share their state share the clocks. `rng_seed` makes random values
    reproducible, each world's by itself.
    """

    def __init__(self, rng_seed: str = "", shared_state: SharedState | None = None) -> None:
        self._rng_seed = rng_seed
        self._shared_state = shared_state or MemorySharedState()
        self._random: dict[str, RandomSource] = {}

    def time(self, world: str) -> WorldTime:
        """The time of a world, by its clock as it is now."""
        content = None if world == NO_WORLD_YET else self._shared_state.read(world, _CLOCK)
        return WorldTime(self, world, content)

    def freeze(self, world: str, at: float | None = None) -> None:
        """Stop a clock, at the present or at the time given (seconds since the epoch)."""
        self._change(world, lambda time, real: (time.present(real) if at is None else at, False))

    def advance(self, world: str, seconds: float) -> None:
        """Put a clock forward (below zero: back); it stays frozen or running."""
        self._change(world, lambda time, real: (time.present(real) + seconds, not time.is_frozen))

    def free(self, world: str) -> None:
        """Let a clock show the real time again."""
        self._change(world, lambda time, real: (real, True))

    def random(self, world: str) -> RandomSource:
        """The random source of a world, which does not depend on what other worlds draw."""
        seed = f"{self._rng_seed}/{world}" if self._rng_seed else ""
        return self._random.get(world) or self._random.setdefault(world, RandomSource(seed))

    def forget(self, world: str) -> None:
        """Back to the real time and to the first random value."""
        self._shared_state.change(world, _CLOCK, lambda _: None)
        self._random.pop(world, None)

    def _change(self, world: str, change: Callable[[WorldTime, float], tuple[float, bool]]) -> None:
        def edit(content: bytes | None) -> bytes:
            # At a whole millisecond, as nonces tell their age by these: one that is issued in
            # the rest of it must not be taken for one from before the change.
            clock, real = WorldTime(self, world, content), int(time.time() * 1000) / 1000
            return clock.changed(real, *change(clock, real))

        self._shared_state.change(world, _CLOCK, edit)


class WorldTime:
    """Time, random values and identifiers of one world, by its clock at one moment.

    `content` is the clock as `changed` serialized it; None is the real time.
    """

    def __init__(self, clocks: Clocks, world: str, content: bytes | None) -> None:
        self.world = world
        self._clocks = clocks
        rows = orjson.loads(content) if content else ()
        self._segments = [_Segment(*row) for row in rows] or _REAL_TIME

    @cached_property
    def random(self) -> RandomSource:
        """The world's random source."""
        return self._clocks.random(self.world)

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return not self._segments[-1].runs

    def at(self, real: float) -> float:
        """What the clock showed at a real moment, in seconds since the epoch."""
        position = bisect_right(self._segments, real, key=lambda segment: segment.start)
        return self._segments[max(0, position - 1)].at(real)

    def present(self, real: float) -> float:
        """What the clock shows now, `real` being this machine's time.

        A machine whose time is a little ahead may have changed the clock just now. A time that
        lies further back is that of a machine whose own clock was put back.
        """
        last = self._segments[-1]
        return last.at(last.start if 0 < last.start - real <= MAX_SKEW else real)

    def changed(self, real: float, shown: float, runs: bool) -> bytes:
        """The serialized clock that shows another time from a real moment on."""
        kept = [segment for segment in self._segments if segment.start <= real + MAX_SKEW]
        kept.append(_Segment(max([real, *(segment.start for segment in kept)]), shown, runs))
        return orjson.dumps([*map(tuple, kept)][-_MAX_SEGMENTS:])

    def now(self) -> float:
        """Seconds since the epoch."""
        now = time.time()
        return now if self._segments is _REAL_TIME else self.present(now)

    def age_of(self, real: float) -> float:
        """Seconds that the world has seen pass since a real moment; none while it is frozen.

        A clock that was put back makes nothing younger than new. What lies further ahead
        than machines' clocks may differ has an age below zero.
        """
        now = time.time()
        if real > now + MAX_SKEW:
            return real - now - MAX_SKEW - 1.0
        if self._segments is _REAL_TIME:
            return max(0.0, now - real)
        return max(0.0, self.present(now) - self.at(real))

    def http_date(self) -> str:
        """The present as the `Date` header has it."""
        return _http_date(int(self.now()))

    def timestamp(self) -> str:
        """The present as MongoDB's bodies have it."""
        return timestamp(self.now())

    def iso_time(self) -> str:
        """The present as `2021-06-18T07:09:46+0000`: whole seconds, no colon in the offset."""
        return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(self.now()))

    def object_id(self) -> str:
        """A new identifier that begins with the present."""
        return self.random.object_id(int(self.now()))


def timestamp(seconds: float) -> str:
    """A moment as MongoDB's bodies have it: whole seconds, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@lru_cache(maxsize=64)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)
