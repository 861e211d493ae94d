"""Rate limits, as far as answers tell of them: counted down, never enforced."""

from __future__ import annotations

from threading import Lock

from . import clock

WINDOW = 60.0  # seconds after which a bucket is full again (INFERRED)


class RateLimits:
    """Buckets of calls; each call takes one."""

    def __init__(self) -> None:
        self._window = 0.0
        self._taken: dict[tuple[str, str], int] = {}
        self._lock = Lock()

    def take(self, resource: str, owner: str, limit: int) -> int:
        """Take a call from the owner's bucket of a resource; how many of `limit` are left."""
        window = clock.now() // WINDOW
        with self._lock:
            if window != self._window:
                self._window, self._taken = window, {}
            taken = self._taken[resource, owner] = self._taken.get((resource, owner), 0) + 1
        return max(limit - taken, 0)
