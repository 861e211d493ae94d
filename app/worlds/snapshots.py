"""A world's state: collected, replaced, kept under a name, compared, exported.

An exported state has the masks that the API shows in place of secrets. A mask of a mask is
the mask itself, so an imported state is answered like the exported one.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from .. import __version__
from ..auth.made_keys import replace_world
from ..store import NO_WORLD, Document, Owner, Store
from ..store.base import Tables
from ..store.layout import API_KEY, ORGANIZATION, SNAPSHOT
from ..store.tables import are_tables
from .redaction import masked
from .stored_tables import InvalidState, Kinds, check_state

FORMAT = 1  # of exported states
State = dict[str, Tables]  # by owner, as `kind/name`


def collect(store: Store, world: str) -> State:
    """Everything that a world holds, as it is stored."""
    return {
        f"{owner.kind}/{owner.name}": tables
        for owner in sorted(store.owners(world))
        if (tables := store.tables(owner)) is not None
    }


def replace(store: Store, world: str, state: State) -> None:
    """Replace everything that a world holds by a state, in one step; raises UnusableName."""
    places = ((place.partition("/"), tables) for place, tables in state.items())
    owners = [(Owner(world, kind, name), tables) for (kind, _, name), tables in places]
    keys = {
        owner.name: tables[API_KEY][owner.name] for owner, tables in owners if owner.kind == API_KEY
    }
    replace_world(store, world, owners, keys)


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


def differences(before: State, after: State) -> list[dict[str, Any]]:
    """The values that changed from one state to another: `path`, and `before` and `after`, masked.

    A secret that changed is listed even if its mask is the same.
    """
    return [
        {"path": "/".join(path), "before": mask(path, old), "after": mask(path, new)}
        for path, old, new in _compare((), before, after)
    ]


def export(state: State) -> dict[str, Any]:
    """A state to be kept elsewhere: secrets masked, keys sorted; `opsemu` is this version."""
    owners = mask((), state)
    owners = orjson.loads(orjson.dumps(owners, option=orjson.OPT_SORT_KEYS))
    return {"format": FORMAT, "opsemu": __version__, "owners": owners}


def mask(path: tuple[str, ...], value: Any) -> Any:
    """A part of a state with masks; its path begins with the owner, the table and the key."""
    if path and path[0].startswith(f"{ORGANIZATION}/"):
        return value  # no secrets, but names of projects, which may end in `token`
    if len(path) < 3 and isinstance(value, dict):
        return {name: mask((*path, name), part) for name, part in value.items()}
    return masked(value, *path[3:], owner=path[0])


def read(document: Document, kinds: Kinds) -> State:
    """The state in an exported document, checked; raises InvalidState."""
    version = document.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InvalidState("the document is no state: it has no format")
    if version > FORMAT:
        writer = document.get("opsemu", "a newer one")
        raise InvalidState(
            f"the state has format {version}, of opsemu {writer}; this one reads {FORMAT}"
        )
    owners = document.get("owners")
    if not isinstance(owners, dict) or not all(map(_is_owner, owners.items())):
        raise InvalidState("the document is no state: owners maps kind/name to tables of documents")
    return check_state(owners, kinds)


def _is_owner(item: tuple[str, Any]) -> bool:
    place, tables = item
    kind, _, name = place.partition("/")
    return bool(kind and name) and are_tables(tables)


def _owner(world: str, name: str) -> Owner:
    return Owner(NO_WORLD, SNAPSHOT, f"{world}/{name}")


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
