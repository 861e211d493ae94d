"""Rate limits, as far as answers tell of them: counted down, never enforced."""

from __future__ import annotations

from struct import Struct
from zlib import crc32

from ..store.shared_state import Board

WINDOW = 60.0  # seconds after its first call in which a bucket is full again (INFERRED)
MOST_BUCKETS = 4096  # of a world; two that share a place empty each other at worst
_BUCKET = Struct("<dII")  # when it began, calls taken, whose it is


class RateLimits:
    """Buckets of calls in a world; each call takes one."""

    def __init__(self, board: Board, world: str) -> None:
        self._board = board
        self._world = world

    def take(self, resource: str, owner: str, limit: int, now: float) -> int:
        """Take a call from the owner's bucket of a resource; how many of `limit` are left."""
        whose, taken = crc32(f"{resource}/{owner}".encode()), 0

        def edit(bucket: bytes | None) -> bytes:
            nonlocal taken
            began, taken, holder = _BUCKET.unpack(bucket) if bucket else (now, 0, whose)
            if holder != whose or now - began >= WINDOW:
                began, taken = now, 0
            taken += 1
            return _BUCKET.pack(began, taken, whose)

        self._board.change(self._world, f"limit/{whose % MOST_BUCKETS}", edit)
        return max(limit - taken, 0)
