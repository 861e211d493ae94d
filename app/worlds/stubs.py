"""The stubs of a world: responses where no operation answers, or in place of one.

They are documents of the world's state. How often each answered is in the shared state.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import count
from math import inf
from typing import Any

from ..store import Document, Owner, Store
from ..store.base import Tables
from ..store.layout import STUBS
from ..store.shared_state import SharedState
from .redaction import masked
from .rule_counts import RuleCounts

# For the client of a path that nothing serves.
HINT = "a stub can answer it: `opsemu stub add --path …`"


def owner_of(world: str) -> Owner:
    """The owner of a world's stubs."""
    return Owner(world, STUBS, STUBS)


def seeded_owners(stubs: list[Document], world: str) -> Iterator[tuple[Owner, Tables]]:
    """The owner of a seed's stubs, if it has any, and its table."""
    if stubs:
        rows = [{"id": str(n), **stub, "seeded": True} for n, stub in enumerate(stubs, 1)]
        yield owner_of(world), {STUBS: {row["id"]: row for row in rows}}


def label(stub: Document) -> str:
    """A stub's name in the journal."""
    return str(stub.get("name") or f"stub {stub['id']}")


def matching(
    stubs: Mapping[str, Document], method: str, path: str, *, is_served: bool
) -> list[Document]:
    """The stubs that are about a request, the oldest first; only `override` if it is served.

    A path is compared as in fault rules.
    """
    rows = [
        stub
        for stub in stubs.values()
        if (stub.get("override") or not is_served)
        and stub.get("method", method) == method
        and fnmatchcase(path, stub["path"])
    ]
    return sorted(rows, key=_number)


class Stubs:
    """The stubs of a world, shared by all servers of it."""

    def __init__(self, store: Store, shared_state: SharedState, world: str) -> None:
        self._store = store
        self._owner = owner_of(world)
        self.counts = RuleCounts(shared_state, world, "stub counts")

    def all(self) -> list[Document]:
        """All stubs, the oldest first, secrets masked; `answered` counts their responses."""
        counts = self.counts.all()
        return [
            {**masked(stub), "id": _number(stub), "answered": counts.get(stub["id"], 0)}
            for stub in sorted(self._store.all(self._owner, STUBS).values(), key=_number)
        ]

    def get(self, number: int) -> Document | None:
        """A stub by its number, as `all` has it."""
        return next((stub for stub in self.all() if stub["id"] == number), None)

    def add(self, stub: Document) -> int:
        """Append a stub; returns its number."""
        self._store.create(self._owner, {STUBS: {}})
        last = max(map(int, self._store.all(self._owner, STUBS)), default=0)
        return next(number for number in count(last + 1) if self._put(number, stub))

    def remove(self, number: int) -> None:
        """Remove the stub of that number, if there is one."""
        self._store.delete(self._owner, STUBS, str(number))
        self.counts.drop(number)

    def clear(self) -> None:
        """Remove all stubs."""
        self._store.drop(self._owner)
        self.counts.clear()

    def may_answer(self, stubs: list[Document]) -> bool:
        """Whether one of these stubs has an answer left."""
        return _first_left(stubs, self.counts.all()) is not None

    def take(self, stubs: list[Document]) -> Document | None:
        """Count an answer of the first of these stubs that has one left; returns that stub."""
        taken: Document | None = None

        def edit(counts: dict[str, Any]) -> None:
            nonlocal taken
            taken = _first_left(stubs, counts)
            if taken is not None:
                counts[taken["id"]] = counts.get(taken["id"], 0) + 1

        self.counts.change(edit)
        return taken

    def _put(self, number: int, stub: Document) -> bool:
        """Store a stub under a number; False if another one has it."""
        new = {"id": str(number), **stub}
        stored = self._store.change(self._owner, STUBS, new["id"], lambda before: before or new)
        return stored is new


def _first_left(stubs: list[Document], counts: Mapping[str, int]) -> Document | None:
    return next((it for it in stubs if counts.get(it["id"], 0) < it.get("times", inf)), None)


def _number(stub: Document) -> int:
    return int(stub["id"])
