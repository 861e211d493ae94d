"""Parsed documents by owner: parsed once, valid while the owner's bytes are unchanged."""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

from ..store import Document, Owner, Store
from ..store.tables import parse

MAX_SIZE = 8 * 1024 * 1024  # bytes of what is kept parsed; in memory it takes several times that
OVERHEAD = 20_000  # bytes that count for each owner beside its own: small ones are soon parsed


class Reading:
    """An owner's bytes and tables, and what callers derived from them (`made`); all read-only."""

    __slots__ = ("content", "made", "tables")

    def __init__(self, content: bytes | None, tables: dict[str, dict[str, Document]]) -> None:
        self.content = content
        self.tables = tables
        self.made: dict[Any, Any] = {}


class Readings:
    """The parsed owners of a store; each is compared with the stored bytes when it is read."""

    def __init__(self, store: Store, max_size: int = MAX_SIZE) -> None:
        self._store = store
        self._max_size = max_size
        self._kept: dict[Owner, Reading] = {}
        self._size = 0
        self._lock = Lock()

    def of(self, owner: Owner) -> Reading:
        """The owner's current tables, none for an unknown owner; raises StateError."""
        return self.parsed(owner, self._store.backend.read(owner))

    def many(self, owners: Sequence[Owner]) -> Iterator[Reading]:
        """The same for several owners of a world, in one round trip."""
        return map(self.parsed, owners, self._store.backend.read_many(owners))

    def parsed(self, owner: Owner, content: bytes | None) -> Reading:
        """The tables in an owner's bytes, which were just read."""
        kept = self._kept.get(owner)
        if kept is None or kept.content != content:
            kept = self._read(owner, content)
        return kept

    def _read(self, owner: Owner, content: bytes | None) -> Reading:
        if content is None:
            return Reading(None, {})
        reading = Reading(content, parse(content, self._store.backend.place(owner)))
        with self._lock:
            self._drop(owner)
            self._kept[owner] = reading
            self._size += OVERHEAD + len(content)
            while self._size > self._max_size and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))
        return reading

    def _drop(self, owner: Owner) -> None:
        if dropped := self._kept.pop(owner, None):
            self._size -= OVERHEAD + len(dropped.content or b"")
