"""What the store held when last looked at: parsed once, good while the bytes are the same."""

from __future__ import annotations

from typing import Any

from ..store import Document, Owner, Store
from ..store.store import parse

MOST = 1_000  # owners, after which all are read anew


class Reading:
    """An owner's tables, and what was made of them; nobody may change either."""

    __slots__ = ("content", "made", "tables")

    def __init__(self, content: bytes | None, tables: dict[str, dict[str, Document]]) -> None:
        self.content = content
        self.tables = tables
        self.made: dict[Any, Any] = {}


class Readings:
    """The readings of a store by owner; each is compared with the owner's bytes when asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[Owner, Reading] = {}

    def of(self, owner: Owner) -> Reading:
        """The owner's present tables, none for an unknown one; raises StateError."""
        content = self._store.backend.read(owner)
        kept = self._kept.get(owner)
        if kept is None or kept.content != content:
            kept = self._read(owner, content)
        return kept

    def _read(self, owner: Owner, content: bytes | None) -> Reading:
        if content is None:
            return Reading(None, {})
        reading = Reading(content, parse(content, self._store.backend.place(owner)))
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[owner] = reading
        return reading
