"""The documents in which a world's state differs from another one, or from its seed."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..store import Document
from .snapshots import State, mask

Place = tuple[str, str, str]  # owner as `kind/name`, table, key


class Member(NamedTuple):
    """A member of a document with its two values, masked; None where it has none."""

    name: str
    before: Any
    after: Any


def changed_documents(before: State, after: State, again: State | None = None) -> list[Document]:
    """The documents that are not the same in both states, and the members that differ.

    `again` is the earlier state, made a second time: a member that is not the same in both is
    a time or an identifier that was made up, and says nothing. A secret that changed is listed
    even if its mask is the same.
    """
    old, new = dict(_documents(before)), dict(_documents(after))
    made_again = old if again is None else dict(_documents(again))
    rows = []
    for place in sorted({*old, *new}):
        there, here = old.get(place), new.get(place)
        members = _members(place, there or {}, here or {}, made_again.get(place, {}))
        if there is None or here is None or members:
            rows.append(_row(place, there, here, members))
    return rows


def _documents(state: State) -> Iterator[tuple[Place, Document]]:
    for owner, tables in state.items():
        for table, documents in tables.items():
            for key, document in documents.items():
                yield (owner, table, key), document


def _members(
    place: Place, before: Document, after: Document, again: Mapping[str, Any]
) -> list[Member]:
    return [
        Member(name, *(mask((*place, name), each.get(name)) for each in (before, after)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
        and (not again or again.get(name) == before.get(name))
    ]


def _row(
    place: Place, before: Document | None, after: Document | None, members: list[Member]
) -> Document:
    kind, _, name = place[0].partition("/")
    change = "added" if before is None else "removed" if after is None else "changed"
    return {
        "kind": kind,
        "owner": name,
        "table": place[1],
        "key": place[2],
        "change": change,
        "members": [member._asdict() for member in members],
    }
