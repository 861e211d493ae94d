"""The board that belongs to a state."""

from __future__ import annotations

from ..open import load_redis
from .base import Board
from .memory import MemoryBoard


def open_board(state: str) -> Board:
    """The board of those who share a state by its URL; raises StateError."""
    if state.partition(":")[0] in ("redis", "rediss"):
        board: Board = load_redis("shared_state.redis", state).RedisBoard(state)
        return board
    return MemoryBoard()
