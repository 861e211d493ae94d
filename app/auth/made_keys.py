"""Keys that are made, changed or deleted over an API.

What such a key is stands in a document of its world, so snapshots and states have it, and a
reset removes it. In no world there is only what leads to that document, without which no
request finds the key. Of a seed's key, all is in no world; its world's document goes over it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256

from ..store import Document, MissingOwner, Owner, Store
from ..store.base import Tables
from ..store.layout import (
    API_KEY,
    DEFAULT_WORLD,
    KEY,
    NO_WORLD,
    PLANTED,
    PLANTED_OWNER,
    STATE,
    WORLD,
)
from .api_keys import DELETED, ENTRIES, IN_WORLD, merged, owner_in_world, owner_of
from .tokens import remove_key

# What a world's document has of a seed's key.
_SHOWN = ("publicKey", "desc", "lastBlock", "roles")
_SEEDED_AT = "1970-01-01T00:00:00Z"  # when the entries of a seed's access list were made


def key_id(document: Document) -> str:
    """The id of a key; that of a seed's key is made of its public half."""
    return str(document.get("id") or sha256(document["publicKey"].encode()).hexdigest()[:24])


def create(store: Store, world: str, document: Document) -> bool:
    """Store a new key; False if there is one with its public half."""
    public_key = document["publicKey"]
    link = {IN_WORLD: True, "world": world}
    if not store.create(owner_of(public_key), {API_KEY: {public_key: link}}):
        return False
    store.put(owner_in_world(world, public_key), {API_KEY: {public_key: document}})
    if world != DEFAULT_WORLD and _record(store, world) is None:  # deleted meanwhile
        delete(store, world, public_key)
    return True


def change(
    store: Store, world: str, public_key: str, edit: Callable[[Document], Document]
) -> Document:
    """Replace what is stored of a key in its world; raises MissingOwner if it was deleted."""
    owner, key = owner_in_world(world, public_key), _linked(store, world, public_key)
    if "roles" in key:
        _link(store, world, public_key)
        own = {"id": key_id(key), ENTRIES: _entries(key)}
        own |= {name: key[name] for name in _SHOWN if name in key}
        store.create(owner, {API_KEY: {public_key: own}})

    def edit_own(own: Document | None) -> Document:
        if own is None or own.get(DELETED):
            raise MissingOwner(owner)
        return edit(own)

    return store.change(owner, API_KEY, public_key, edit_own)


def delete(store: Store, world: str, public_key: str) -> None:
    """Delete a key; a seed's key comes back with the next reset."""
    owner = owner_in_world(world, public_key)
    if "roles" in _linked(store, world, public_key):
        _link(store, world, public_key)
        deleted = {"publicKey": public_key, DELETED: True}
        store.put(owner, {API_KEY: {public_key: deleted}})
    else:
        store.drop(owner)
        unlink(store, world, public_key)


def every(store: Store, world: str) -> Iterator[Document]:
    """The keys of a world that sign by digest, in the order of their public halves."""
    for name in sorted({*store.names(world, API_KEY), *_seeded(store, world)}):
        own = store.get(owner_in_world(world, name), API_KEY, name)
        key = merged(_linked(store, world, name), own)
        if key is not None and "secretHash" not in key:
            yield {ENTRIES: _entries(key), **key, "id": key_id(key)}


def replace_world(
    store: Store,
    world: str,
    owners: Iterable[tuple[Owner, Tables]],
    keys: Mapping[str, Document] | None = None,
) -> None:
    """`Store.replace_world`, after which the keys in the new world are found, and no others.

    `keys` are the documents of its keys by public half.
    """
    keys = keys or {}
    for public_key, document in keys.items():
        _link(store, world, public_key, is_new="ha1" in document)
    before = {*store.names(world, API_KEY), *keys}
    try:
        store.replace_world(world, owners)
    finally:
        for public_key in before.difference(store.names(world, API_KEY)) if before else ():
            unlink(store, world, public_key)


def remove_all(store: Store, world: str, seeded: Iterable[str] = ()) -> None:
    """Remove the keys of a world that is being deleted, those that APIs made and the seed's."""
    for public_key in seeded:
        remove_key(store, public_key)
    for public_key in list(store.names(world, API_KEY)):
        store.drop(owner_in_world(world, public_key))
        unlink(store, world, public_key)


def unlink(store: Store, world: str, public_key: str) -> None:
    """Remove what leads to a key that was made over an API in a world."""
    key = _linked(store, world, public_key)
    if key and "roles" not in key:
        remove_key(store, public_key)


def _link(store: Store, world: str, public_key: str, *, is_new: bool = False) -> None:
    """Say of a key that its world has a document on it; make what says so if it `is_new`."""
    owner, link = owner_of(public_key), {IN_WORLD: True, "world": world}
    if is_new and store.create(owner, {API_KEY: {public_key: link}}):
        return
    if _linked(store, world, public_key):
        store.change(owner, API_KEY, public_key, lambda key: {**(key or {}), IN_WORLD: True})


def _linked(store: Store, world: str, public_key: str) -> Document:
    """What is stored of a key in no world, if it leads to the world."""
    key = store.get(owner_of(public_key), API_KEY, public_key) or {}
    return key if key.get("world") == world else {}


def _entries(key: Document) -> list[Document]:
    """The access list of a seed's key as entries."""
    return [{"cidrBlock": net, "created": _SEEDED_AT} for net in key.get("accessList", ())]


def _seeded(store: Store, world: str) -> Iterable[str]:
    """The public halves of a world's seeded keys; in states of older versions, of all worlds."""
    names: Iterable[str] = (_record(store, world) or {}).get("keys") or store.names(NO_WORLD, KEY)
    return names


def _record(store: Store, world: str) -> Document | None:
    """What is recorded of a world when it is made."""
    if world == DEFAULT_WORLD:
        return store.get(PLANTED_OWNER, STATE, PLANTED)
    return store.get(Owner(NO_WORLD, WORLD, world), WORLD, world)
