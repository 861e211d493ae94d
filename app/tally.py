"""How often what was called, over all worlds since the server started."""

from __future__ import annotations

from collections import Counter
from threading import Lock


class Tally:
    """Requests by family, operation and status; a digest challenge counts as one, too."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()

    def count(self, dialect: str, operation: str | None, status: int) -> None:
        """Count a request."""
        with self._lock:
            self._requests[dialect, operation or "", status] += 1

    def rows(self) -> list[tuple[tuple[str, str, int], int]]:
        """Counts by family, operation and status, in order."""
        with self._lock:
            return sorted(self._requests.items())

    def of(self, operation: str) -> dict[str, int]:
        """How often an operation succeeded, and was refused; challenges are neither."""
        found = [(key[2], times) for key, times in self.rows() if key[1] == operation]
        succeeded = sum(times for status, times in found if status < 400)
        refused = sum(times for status, times in found if status >= 400 and status != 401)
        return {"succeeded": succeeded, "refused": refused}
