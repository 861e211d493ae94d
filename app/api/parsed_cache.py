"""Parsed documents by owner: parsed once, valid while the owner's bytes are unchanged."""

from collections.abc import Iterator, Sequence
from typing import Any

from ..store import Document, Owner, Store
from ..store.store import parse

MAX_OWNERS = 1_000  # after which a cache is cleared


class Reading:
    """An owner's bytes and tables, and what callers derived from them (`made`); all read-only."""

    __slots__ = ("content", "made", "tables")

    def __init__(self, content: bytes | None, tables: dict[str, dict[str, Document]]) -> None:
        self.content = content
        self.tables = tables
        self.made: dict[Any, Any] = {}


class Readings:
    """The parsed owners of a store; each is compared with the stored bytes when it is read."""

    def __init__(self, store: Store, max_owners: int = MAX_OWNERS) -> None:
        self._store = store
        self._max_owners = max_owners
        self._kept: dict[Owner, Reading] = {}

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
        if len(self._kept) >= self._max_owners:
            self._kept.clear()
        self._kept[owner] = reading
        return reading
