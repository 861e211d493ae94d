"""The inbox of a world: what its alerts have sent, to whom, and what was answered.

A delivery is an owner of its own, whose name is the alert's and a number: it can be made only
once, however often a killed server tries again.
"""

from collections.abc import Iterator
from typing import Any

from ..store import Document, MissingOwner, Owner, Store
from ..store.layout import DELIVERY
from ..store.tables import parse

WAITING = "waiting"  # for an answer of a receiver that is called


def owner(world: str, delivery_id: str) -> Owner:
    """The owner of a delivery."""
    return Owner(world, DELIVERY, delivery_id)


def add(store: Store, world: str, delivery: Document) -> bool:
    """Keep a delivery; False if it is there already."""
    name = delivery["id"]
    return store.create(owner(world, name), {DELIVERY: {name: delivery}})


def find(store: Store, world: str, delivery_id: str) -> Document | None:
    """A delivery, or None."""
    return store.get(owner(world, delivery_id), DELIVERY, delivery_id)


def all_of(store: Store, world: str, **wanted: str) -> list[Document]:
    """The deliveries with these members, the oldest first."""
    return sorted(
        (each for each in _all(store, world) if wanted.items() <= each.items()),
        key=lambda each: (each["at"], each["alert"], each["number"]),
    )


def answer(store: Store, world: str, delivery_id: str, state: str, **more: Any) -> Document | None:
    """Keep what became of a delivery; None if it was deleted meanwhile."""
    place = owner(world, delivery_id)
    try:
        return store.change(
            place, DELIVERY, delivery_id, lambda old: {**(old or {}), "state": state, **more}
        )
    except MissingOwner:
        return None


def trim(store: Store, world: str, most: int) -> None:
    """Delete the oldest deliveries that wait for nothing, until `most` are left."""
    excess = sum(1 for _ in store.names(world, DELIVERY)) - most
    if excess > 0:
        finished = [each["id"] for each in all_of(store, world) if each["state"] != WAITING]
        for name in finished[:excess]:
            store.drop(owner(world, name))


def clear(store: Store, world: str) -> None:
    """Delete all deliveries."""
    for name in list(store.names(world, DELIVERY)):
        store.drop(owner(world, name))


def _all(store: Store, world: str) -> Iterator[Document]:
    owners = [owner(world, name) for name in store.names(world, DELIVERY)]
    for place, content in zip(owners, store.backend.read_many(owners), strict=True):
        if content is not None:  # else deleted meanwhile
            yield from parse(content, store.backend.place(place))[DELIVERY].values()
