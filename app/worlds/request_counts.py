"""How often what was called, over all worlds since the server started."""

from __future__ import annotations

from contextlib import suppress

from ..store import StateUnavailable
from ..store.shared_state import Board

_REQUESTS = "requests"


def name(dialect: str, operation: str | None, status: int) -> str:
    """Under what requests are counted on a board."""
    return f"{_REQUESTS} {dialect} {operation or ''} {status}"


_FAILED = "unrecorded"


class Tally:
    """Requests by family, operation and status, counted as they are journaled.

    A digest challenge counts as one, too.
    """

    def __init__(self, board: Board) -> None:
        self._board = board

    def count_failure(self) -> None:
        """Count a request that could not be recorded; a lost state server is not counted."""
        with suppress(StateUnavailable):
            self._board.count(_FAILED)

    def rows(self) -> list[tuple[tuple[str, str, int], int]]:
        """Counts by family, operation and status, in order."""
        counts = self._board.counts().items()
        found = [(name.split(" "), times) for name, times in counts]
        return sorted(
            ((words[1], words[2], int(words[3])), times)
            for words, times in found
            if words[0] == _REQUESTS
        )

    def of(self, operation: str) -> dict[str, int]:
        """How often an operation succeeded, and was refused; challenges are neither."""
        found = [(key[2], times) for key, times in self.rows() if key[1] == operation]
        succeeded = sum(times for status, times in found if status < 400)
        refused = sum(times for status, times in found if status >= 400 and status != 401)
        return {"succeeded": succeeded, "refused": refused}
