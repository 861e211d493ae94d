"""The bytes of owners, kept in memory after they were read or written."""

from __future__ import annotations

from threading import Lock

from .base import Owner

MAX_BYTES = 16 * 1024 * 1024
_OVERHEAD = 500  # bytes that an entry takes besides its content, roughly


class ContentCache:
    """Contents by owner; before they take more than `limit` bytes, all others are forgotten.

    `size` is how many bytes they take. `version` grows with each write: a reader notes it
    before it reads, so that it never keeps what was overwritten meanwhile.
    """

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit = limit
        self.version = 0
        self.size = 0
        self._worlds: dict[str, dict[Owner, bytes]] = {}
        self._lock = Lock()

    def get(self, owner: Owner) -> bytes | None:
        """The content of an owner, the same object until it is written again."""
        contents = self._worlds.get(owner.world)
        return contents.get(owner) if contents else None

    def add(self, owner: Owner, content: bytes, version: int) -> bytes:
        """Keep what was read since `version`; the content to use, which another may have kept."""
        with self._lock:
            if version == self.version:
                known = self.get(owner)
                if known is not None:
                    return known
                self._set(owner, content)
            return content

    def put(self, owner: Owner, content: bytes | None) -> None:
        """Keep what was written; None for an owner that was removed."""
        with self._lock:
            self.version += 1
            self._set(owner, content)

    def remove_world(self, world: str) -> None:
        """Forget all owners of a world."""
        with self._lock:
            self.version += 1
            self.size -= sum(map(_size, self._worlds.pop(world, {}).values()))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.version += 1
            self.size = 0
            self._worlds.clear()

    def _set(self, owner: Owner, content: bytes | None) -> None:
        before = self._worlds.get(owner.world, {}).pop(owner, None)
        self.size -= 0 if before is None else _size(before)
        if content is not None:
            if self.size + _size(content) > self._limit:
                self._worlds.clear()
                self.size = 0
            self._worlds.setdefault(owner.world, {})[owner] = content
            self.size += _size(content)


def _size(content: bytes) -> int:
    return len(content) + _OVERHEAD
