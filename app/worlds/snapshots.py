"""A world's state: collected, replaced, kept under a name, compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from ..store import NO_WORLD, Owner, Store
from ..store.base import Tables
from ..store.layout import SNAPSHOT, TENANT
from .redaction import masked, masked_tenant

State = dict[str, Tables]  # by owner, as `kind/name`


class Difference(TypedDict):
    """A value that changed: where it is, and what it was, masked."""

    path: str
    before: Any
    after: Any


def collect(store: Store, world: str) -> State:
    """Everything that a world holds, as it is stored."""
    return {
        f"{owner.kind}/{owner.name}": tables
        for owner in store.owners(world)
        if (tables := store.tables(owner)) is not None
    }


def replace(store: Store, world: str, state: State) -> None:
    """Replace everything that a world holds by a state."""
    store.drop_world(world)
    for place, tables in state.items():
        kind, _, name = place.partition("/")
        store.put(Owner(world, kind, name), tables)


def differences(before: State, after: State) -> list[Difference]:
    """What changed from one state to another.

    A secret that changed is listed even if its mask is the same.
    """
    return [
        {"path": "/".join(path), "before": _masked_at(path, old), "after": _masked_at(path, new)}
        for path, old, new in _compare((), before, after)
    ]


def save(store: Store, world: str, name: str) -> None:
    """Keep the present state of a world as a snapshot, replacing one of the same name."""
    state = collect(store, world)
    tables: Tables = {"state": state, "about": {name: {"owners": len(state)}}}
    store.put(_owner(world, name), tables)


def saved(store: Store, world: str, name: str) -> State | None:
    """The state in a snapshot, or None."""
    tables = store.tables(_owner(world, name))
    return None if tables is None else tables["state"]


def names(store: Store, world: str) -> list[str]:
    """The names of a world's snapshots."""
    owners = (name.partition("/") for name in store.names(NO_WORLD, SNAPSHOT))
    return sorted(name for owner, _, name in owners if owner == world)


def forget(store: Store, world: str, name: str) -> None:
    """Delete a snapshot."""
    store.drop(_owner(world, name))


def _owner(world: str, name: str) -> Owner:
    return Owner(NO_WORLD, SNAPSHOT, f"{world}/{name}")


def _masked_at(path: tuple[str, ...], value: Any) -> Any:
    mask = masked_tenant if path[0].startswith(f"{TENANT}/") else masked
    return mask(value, path[-1])


def _compare(
    path: tuple[str, ...], before: Any, after: Any
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The deepest values that differ, each with its path."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _compare((*path, key), before.get(key), after.get(key))
    else:
        yield path, before, after
