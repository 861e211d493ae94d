"""Counts of requests, over all worlds since the server started."""

import itertools

from ..store.shared_state import SharedState

_REQUESTS = "requests"


def count_name(dialect: str, operation: str | None, status: int) -> str:
    """The name of a request's count in the shared state."""
    return f"{_REQUESTS} {dialect} {operation or ''} {status}"


class RequestCounts:
    """Requests by API family, operation and status, digest challenges included.

    `unrecorded` are the requests of this process whose recording failed.
    """

    def __init__(self, shared_state: SharedState) -> None:
        self._shared_state = shared_state
        self._numbers = itertools.count(1)
        self.unrecorded = 0

    def add_unrecorded(self) -> None:
        """Count a request that could not be recorded; the shared state may be why."""
        self.unrecorded = next(self._numbers)

    def all(self) -> list[tuple[tuple[str, str, int], int]]:
        """Sorted pairs: (family, operation, status), and the count."""
        counts = ((name.split(" "), count) for name, count in self._shared_state.counts().items())
        return sorted(
            ((words[1], words[2], int(words[3])), count)
            for words, count in counts
            if words[0] == _REQUESTS
        )

    def by_operation(self) -> dict[str, dict[str, int]]:
        """How often each operation `succeeded` and was `refused`; 401 is neither."""
        found: dict[str, dict[str, int]] = {}
        for (_, operation, status), count in self.all():
            counts = found.setdefault(operation, {"succeeded": 0, "refused": 0})
            counts["succeeded"] += count * (status < 400)
            counts["refused"] += count * (status >= 400 and status != 401)
        return found
