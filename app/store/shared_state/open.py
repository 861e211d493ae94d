"""The board that belongs to a state."""

from __future__ import annotations

from .base import Board
from .memory import MemoryBoard


def open_board(state: str) -> Board:
    """The board of those who share a state by its URL; raises StateError."""
    scheme, _, rest = state.partition(":")
    if scheme == "file":
        from .files import FileBoard

        return FileBoard(rest.partition("?")[0])
    if scheme in ("redis", "rediss"):
        from .redis import RedisBoard

        return RedisBoard(state)
    return MemoryBoard()
