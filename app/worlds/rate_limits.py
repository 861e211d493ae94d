"""Rate limits as response headers tell them: counted down, never enforced."""

from functools import lru_cache
from struct import Struct
from zlib import crc32

from ..store.shared_state import SharedState

WINDOW = 60.0  # seconds after its first request in which a bucket is full again (INFERRED)
MAX_BUCKETS = 4096  # of a world; two buckets in one slot reset each other
_BUCKET = Struct("<dII")  # start in seconds since the epoch, requests taken, checksum of its name


class RateLimits:
    """Buckets of requests in a world."""

    def __init__(self, shared_state: SharedState, world: str) -> None:
        self._shared_state = shared_state
        self._world = world

    def take(self, resource: str, owner: str, limit: int, now: float) -> int:
        """Take a request from the owner's bucket of a resource; how many of `limit` remain."""
        (name, slot), taken = _slot(resource, owner), 0

        def edit(bucket: bytes | None) -> bytes:
            nonlocal taken
            start, taken, stored_name = _BUCKET.unpack(bucket) if bucket else (now, 0, name)
            if stored_name != name or not 0 <= now - start < WINDOW:
                start, taken = now, 0
            taken += 1
            return _BUCKET.pack(start, taken, name)

        self._shared_state.change_later(self._world, slot, edit)
        return max(limit - taken, 0)


def bucket(resource: str, owner: str) -> str:
    """The name of the owner's bucket of a resource in the shared state."""
    return _slot(resource, owner)[1]


@lru_cache(maxsize=MAX_BUCKETS)
def _slot(resource: str, owner: str) -> tuple[int, str]:
    """The checksum of a bucket's name, and the name of its slot in the shared state."""
    name = crc32(f"{resource}/{owner}".encode())
    return name, f"limit/{name % MAX_BUCKETS}"
