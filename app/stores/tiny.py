"""The store: documents by owner, table and key, in TinyDB.

TinyDB reads and writes its whole storage on each operation, so each owner has a
database of its own: a write costs the same whatever else is stored. A call loads
the owner's bytes, works on them with TinyDB, and writes them back once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from .base import Backend, Document, MissingOwner, Owner, StateError, Tables


class _KeyedTable(Table):
    """A table whose documents are found by a text of ours instead of a counter."""

    document_id_class = str  # type: ignore[assignment]


class _Loaded(Storage):
    """One owner's tables, loaded for the length of a call."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def read(self) -> Tables:
        return self.tables

    def write(self, data: Tables) -> None:
        self.tables = data


class Store:
    """Documents by owner, table and key; every change is atomic for its owner."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def create(self, owner: Owner, tables: Tables) -> bool:
        """Make an owner with these tables; False if there is one already."""
        with self.backend.lock(owner):
            if self.backend.read(owner) is not None:
                return False
            self._write(owner, tables)
            return True

    def get(self, owner: Owner, table: str, key: str) -> Document | None:
        """A copy of one document, or None."""
        return self.all(owner, table).get(key)

    def all(self, owner: Owner, table: str) -> dict[str, Document]:
        """Copies of a table's documents by key; empty for an unknown owner."""
        tables = self._read(owner)
        return (tables or {}).get(table, {})

    def change(
        self, owner: Owner, table: str, key: str, edit: Callable[[Document | None], Document]
    ) -> Document:
        """Put what `edit` makes of the present document (None if absent) in its place.

        Nothing is written if `edit` raises. Raises MissingOwner.
        """
        with self.backend.lock(owner):
            database = self._open(owner)
            documents = database.table(table, cache_size=0)
            present = documents.get(doc_id=key)  # type: ignore[call-overload]
            document = edit(None if present is None else dict(present))
            if present is not None:
                documents.remove(doc_ids=[key])  # type: ignore[list-item]
            documents.insert(TinyDocument(document, doc_id=key))  # type: ignore[arg-type]
            self._write(owner, database.storage.read() or {})
            return document

    def delete(
        self, owner: Owner, table: str, key: str, check: Callable[[], None] = lambda: None
    ) -> bool:
        """Forget one document; False if there was none. Raises MissingOwner.

        Nothing is forgotten if `check`, called while nobody can change the owner, raises.
        """
        with self.backend.lock(owner):
            database = self._open(owner)
            documents = database.table(table, cache_size=0)
            if not documents.contains(doc_id=key):  # type: ignore[arg-type]
                return False
            check()
            documents.remove(doc_ids=[key])  # type: ignore[list-item]
            self._write(owner, database.storage.read() or {})
            return True

    def names(self, world: str, kind: str) -> Iterator[str]:
        """The owners of a kind in a world, in no particular order."""
        return self.backend.names(world, kind)

    def drop(self, owner: Owner) -> None:
        """Forget an owner and all its tables."""
        with self.backend.lock(owner):
            self.backend.remove(owner)

    def owners(self, world: str) -> Iterator[Owner]:
        """All owners of a world, by kind and name."""
        for kind in sorted(self.backend.kinds(world)):
            for name in sorted(self.backend.names(world, kind)):
                yield Owner(world, kind, name)

    def tables(self, owner: Owner) -> Tables | None:
        """Copies of all tables of an owner; None for an unknown one."""
        return self._read(owner)

    def put(self, owner: Owner, tables: Tables) -> None:
        """Make an owner with these tables, in place of the one there is."""
        with self.backend.lock(owner):
            self._write(owner, tables)

    def drop_world(self, world: str) -> None:
        """Forget all owners of a world, whatever other worlds hold."""
        self.backend.remove_world(world)

    def verify(self, seconds: float) -> None:
        """Look for torn databases for at most `seconds`; raises StateError naming the first.

        What there is no time for is found when it is first read.
        """
        deadline = time.monotonic() + seconds
        for place, content in self.backend.contents():
            parse(content, place)
            if time.monotonic() > deadline:
                return

    def clear(self) -> None:
        """Forget all owners."""
        self.backend.clear()

    def close(self) -> None:
        """Release what the backend holds."""
        self.backend.close()

    def _open(self, owner: Owner) -> TinyDB:
        tables = self._read(owner)
        if tables is None:
            raise MissingOwner(str(owner))
        database = TinyDB(tables, storage=_Loaded)
        database.table_class = _KeyedTable
        return database

    def _read(self, owner: Owner) -> Tables | None:
        content = self.backend.read(owner)
        return None if content is None else parse(content, self.backend.place(owner))

    def _write(self, owner: Owner, tables: Tables) -> None:
        self.backend.write(owner, orjson.dumps(tables) + b"\n")


def parse(content: bytes, place: str) -> Tables:
    """The tables in an owner's bytes; raises StateError naming `place` if they are torn."""
    try:
        tables = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise StateError(f"{place} is torn: {error}") from None
    if not _are_tables(tables):
        raise StateError(f"{place} is not a state file of opsemu")
    return tables  # type: ignore[no-any-return]


def _are_tables(tables: object) -> bool:
    return isinstance(tables, dict) and all(
        isinstance(table, dict) and all(isinstance(row, dict) for row in table.values())
        for table in tables.values()
    )
