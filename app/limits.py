"""Rate limits, as far as answers tell of them: counted down, never enforced."""

from __future__ import annotations

from threading import Lock

from . import clock

WINDOW = 60.0  # seconds after its first call in which a bucket is full again (INFERRED)
MOST_BUCKETS = 10_000


class RateLimits:
    """Buckets of calls; each call takes one."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], tuple[float, int]] = {}
        self._lock = Lock()

    def take(self, resource: str, owner: str, limit: int) -> int:
        """Take a call from the owner's bucket of a resource; how many of `limit` are left."""
        now = clock.now()
        with self._lock:
            began, taken = self._taken.get((resource, owner), (now, 0))
            if now - began >= WINDOW:
                began, taken = now, 0
            self._taken[resource, owner] = began, taken + 1
            if len(self._taken) > MOST_BUCKETS:
                self._taken.clear()
        return max(limit - taken - 1, 0)

    def clear(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._taken.clear()
