"""Contents of files read before, kept for as long as one look says that a file is the same."""

from __future__ import annotations

import os
from threading import Lock

from . import drafts
from .drafts import Mark

MOST_BYTES = 16 * 1024 * 1024
_OVERHEAD = 500  # bytes that an entry takes besides its content, roughly


class SeenFiles:
    """Reads files that others replace whole; `size` is what it holds, `most` bytes at most."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self.size = 0
        self._contents: dict[str, tuple[Mark, bytes]] = {}
        self._lock = Lock()

    def read(self, path: str) -> bytes | None:
        """The content of a file, the same object while it is the same file; None for no file."""
        try:
            mark = Mark.of(os.stat(path))
            known = self._contents.get(path)
            return known[1] if known is not None and known[0] == mark else self._load(path)
        except FileNotFoundError:
            return None

    def keep(self, path: str, mark: Mark, content: bytes) -> None:
        """Remember a content, and forget the oldest ones where there are too many."""
        with self._lock:
            self._forget(path)
            self._contents[path] = mark, content
            self.size += len(content) + _OVERHEAD
            while self.size > self._most:
                self._forget(next(iter(self._contents)))

    def _forget(self, path: str) -> None:
        known = self._contents.pop(path, None)
        self.size -= len(known[1]) + _OVERHEAD if known else 0

    def _load(self, path: str) -> bytes:
        mark, content = drafts.read(path)
        self.keep(path, mark, content)
        return content
