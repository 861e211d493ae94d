"""The store: documents by owner, table and key, in TinyDB.

TinyDB reads and writes its whole storage on each operation, so each owner has a
database of its own: a write costs the same whatever else is stored. A call loads
the owner's bytes, works on them with TinyDB's table, and swaps them for the outcome;
where somebody else was faster, it begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from random import random
from typing import TypeVar

from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from .base import Backend, Document, MissingOwner, Owner, Tables
from .tables import KeyedTable, Loaded, parse, written

Outcome = TypeVar("Outcome")

AT_ONCE = 3  # failed swaps after which a writer pauses
LONGEST_PAUSE = 0.05


class Store:
    """Documents by owner, table and key; every change is atomic for its owner.

    Where state is on another machine a change may be worked out several times, each time
    from what is there by then, and is written once: what is called on the way (`edit`,
    `check`) gives its answer from what it is handed and from what it reads of this owner,
    and what it leaves elsewhere is that of its last call.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def create(self, owner: Owner, tables: Tables) -> bool:
        """Make an owner with these tables; False if there is one already."""
        with self.backend.lock(owner):
            return self.backend.swap(owner, None, written(tables))

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

        def put(documents: Table) -> Document:
            present = documents.get(doc_id=key)  # type: ignore[call-overload]
            document = edit(None if present is None else dict(present))
            if present is not None:
                documents.remove(doc_ids=[key])  # type: ignore[list-item]
            documents.insert(TinyDocument(document, doc_id=key))  # type: ignore[arg-type]
            return document

        return self._work(owner, table, put)

    def delete(
        self, owner: Owner, table: str, key: str, check: Callable[[], None] = lambda: None
    ) -> bool:
        """Forget one document; False if there was none. Raises MissingOwner.

        Nothing is forgotten if `check` raises, nor if the owner was changed since it was called.
        """

        def remove(documents: Table) -> bool:
            if not documents.contains(doc_id=key):  # type: ignore[arg-type]
                return False
            check()
            documents.remove(doc_ids=[key])  # type: ignore[list-item]
            return True

        return self._work(owner, table, remove)

    def names(self, world: str, kind: str) -> Iterator[str]:
        """The owners of a kind in a world, in no particular order."""
        return self.backend.names(world, kind)

    def drop(self, owner: Owner) -> None:
        """Forget an owner and all its tables."""
        self._swap(owner, lambda _: None)

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
        content = written(tables)
        self._swap(owner, lambda _: content)

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

    def _work(self, owner: Owner, table: str, work: Callable[[Table], Outcome]) -> Outcome:
        """What `work` makes of a table, and says of it; raises MissingOwner."""
        said: list[Outcome] = []

        def after(before: bytes | None) -> bytes | None:
            if before is None:
                raise MissingOwner(owner)
            storage = Loaded(parse(before, self.backend.place(owner)))
            said[:] = [work(KeyedTable(storage, table, cache_size=0))]
            return written(storage.tables) if storage.is_changed else before

        self._swap(owner, after)
        return said[0]

    def _swap(self, owner: Owner, after: Callable[[bytes | None], bytes | None]) -> None:
        """Put what `after` makes of the owner's bytes in their place."""
        for pause in _pauses():
            with self.backend.lock(owner):
                before = self.backend.read(owner)
                wanted = after(before)
                if wanted is before or self.backend.swap(owner, before, wanted):
                    return
            time.sleep(pause)

    def _read(self, owner: Owner) -> Tables | None:
        content = self.backend.read(owner)
        return None if content is None else parse(content, self.backend.place(owner))


def _pauses() -> Iterator[float]:
    """How long to wait after each failed swap: of writers that fail one has always succeeded."""
    yield from [0.0] * AT_ONCE
    longest = 0.001
    while True:
        yield random() * longest
        longest = min(2 * longest, LONGEST_PAUSE)
