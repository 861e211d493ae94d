"""The store: documents by owner, table and key, in TinyDB.

TinyDB reads and writes its whole storage on each operation, so each owner has a small
database of its own. A change loads the owner's bytes, edits them with TinyDB's table, and
swaps them for the result; if another server was faster, it starts again.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from random import random
from typing import TypeVar

from tinydb.storages import MemoryStorage
from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from .base import Backend, Document, MissingOwner, Owner, Tables
from .tables import parse, serialize

Outcome = TypeVar("Outcome")

MAX_PAUSE = 0.05  # seconds between two attempts to write


class KeyedTable(Table):
    """A TinyDB table with string document ids."""

    document_id_class = str  # type: ignore[assignment]


class Store:
    """Documents by owner, table and key; every change is atomic for its owner.

    On Redis a callback (`edit`, `check`) may be called several times for one change; it must
    depend on nothing but its argument and this owner's documents.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def create(self, owner: Owner, tables: Tables) -> bool:
        """Make an owner with these tables; False if there is one already."""
        with self.backend.lock(owner):
            return self.backend.swap(owner, None, serialize(tables))

    def get(self, owner: Owner, table: str, key: str) -> Document | None:
        """A copy of one document, or None."""
        return self.all(owner, table).get(key)

    def all(self, owner: Owner, table: str) -> dict[str, Document]:
        """Copies of a table's documents by key; empty for an unknown owner."""
        return (self.tables(owner) or {}).get(table, {})

    def tables(self, owner: Owner) -> Tables | None:
        """Copies of all tables of an owner; None for an unknown one."""
        content = self.backend.read(owner)
        return None if content is None else parse(content, self.backend.place(owner))

    def change(
        self, owner: Owner, table: str, key: str, edit: Callable[[Document | None], Document]
    ) -> Document:
        """Replace a document, or None, by what `edit` returns for it. Raises MissingOwner."""

        def put(documents: Table) -> Document:
            before = documents.get(doc_id=key)  # type: ignore[call-overload]
            document = edit(None if before is None else dict(before))
            if before is not None:
                documents.remove(doc_ids=[key])  # type: ignore[list-item]
            documents.insert(TinyDocument(document, doc_id=key))  # type: ignore[arg-type]
            return document

        return self._change_table(owner, table, put)

    def change_all(self, owner: Owner, edit: Callable[[Tables], Tables]) -> None:
        """Replace all tables of an owner by what `edit` makes of a copy. Raises MissingOwner."""

        def change(before: bytes | None) -> tuple[bytes, None]:
            if before is None:
                raise MissingOwner(owner)
            return serialize(edit(parse(before, self.backend.place(owner)))), None

        self._change(owner, change)

    def delete(
        self, owner: Owner, table: str, key: str, check: Callable[[], None] = lambda: None
    ) -> bool:
        """Remove one document; False if there was none. Raises MissingOwner.

        Nothing is removed if `check` raises, nor if the owner was changed since it was called.
        """

        def remove(documents: Table) -> bool:
            if not documents.contains(doc_id=key):  # type: ignore[arg-type]
                return False
            check()
            documents.remove(doc_ids=[key])  # type: ignore[list-item]
            return True

        return self._change_table(owner, table, remove)

    def put(self, owner: Owner, tables: Tables) -> None:
        """Make an owner with these tables, in place of the one there is."""
        content = serialize(tables)
        self._change(owner, lambda _: (content, None))

    def drop(self, owner: Owner, check: Callable[[], None] = lambda: None) -> None:
        """Remove an owner and all its tables, unless `check` raises; see `delete`."""

        def remove(before: bytes | None) -> tuple[bytes | None, None]:
            check()
            return None, None

        self._change(owner, remove)

    def take(self, owner: Owner) -> Tables:
        """Remove an owner; returns the tables that it had, none for an unknown one."""
        content = self._change(owner, lambda before: (None, before))
        return {} if content is None else parse(content, self.backend.place(owner))

    def names(self, world: str, kind: str) -> Iterator[str]:
        """The owners of a kind in a world, in no particular order."""
        return self.backend.names(world, kind)

    def some_names(self, world: str, kind: str, most: int) -> list[str]:
        """At most so many owners of a kind in a world."""
        return self.backend.some_names(world, kind, most)

    def owners(self, world: str) -> Iterator[Owner]:
        """All owners of a world, in no particular order."""
        for kind in self.backend.kinds(world):
            for name in self.backend.names(world, kind):
                yield Owner(world, kind, name)

    def some_owners(self, world: str, most: int) -> Iterator[Owner]:
        """At most so many owners of a world."""
        left = most
        for kind in self.backend.kinds(world):
            names = self.backend.some_names(world, kind, left)
            yield from (Owner(world, kind, name) for name in names)
            left -= len(names)

    def replace_world(self, world: str, owners: Iterable[tuple[Owner, Tables]]) -> None:
        """Replace everything that a world holds, in one step; if it fails, nothing changes."""
        self.backend.replace_world(world, ((owner, serialize(tables)) for owner, tables in owners))

    def drop_world(self, world: str) -> None:
        """Remove all owners of a world."""
        self.backend.replace_world(world, ())

    def open(self) -> None:
        """Use the store again after `close`; raises StateError if it cannot be written."""
        self.backend.open()
        self.backend.check_write()

    def close(self) -> None:
        """Release what the backend holds: a directory's lock, connections."""
        self.backend.close()

    def _change_table(self, owner: Owner, table: str, edit: Callable[[Table], Outcome]) -> Outcome:
        def change(before: bytes | None) -> tuple[bytes, Outcome]:
            if before is None:
                raise MissingOwner(owner)
            storage = MemoryStorage()  # type: ignore[no-untyped-call]
            storage.write(parse(before, self.backend.place(owner)))
            outcome = edit(KeyedTable(storage, table, cache_size=0))
            return serialize(storage.read() or {}), outcome

        return self._change(owner, change)

    def _change(
        self, owner: Owner, change: Callable[[bytes | None], tuple[bytes | None, Outcome]]
    ) -> Outcome:
        """Replace the owner's bytes by those that `change` returns; its outcome."""
        pause = 0.0
        while True:
            with self.backend.lock(owner):
                before = self.backend.read(owner)
                after, outcome = change(before)
                if after == before or self.backend.swap(owner, before, after):
                    return outcome
            time.sleep(random() * pause)
            pause = min(pause + 0.001, MAX_PAUSE)
