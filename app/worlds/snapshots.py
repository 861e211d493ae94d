"""A world's state as one document: exported, imported, kept under a name, compared.

What leaves the process holds the masks that the API itself would show in place of
secrets. A mask is shown as itself, so an imported state answers like the exported one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsemu.schemas import REGISTRY

from .. import __version__
from ..mongodb.notifications import INTEGRATIONS
from ..store import NO_WORLD, Document, Owner, Store
from .redaction import HIDDEN, is_secret, mask

FORMAT = 1
KIND = "snapshot"
_TENANT = "tenant/"
_NEVER_SHOWN = frozenset({"password", "apiSecret", "secret", "certificate"})
_URL_TAIL = 4  # what Atlas shows of a URL's end

State = dict[str, dict[str, Any]]  # tables by `kind/name`


class BadState(Exception):
    """A document that is no state, or one of a newer opsemu; the message is one sentence."""


def collect(store: Store, world: str) -> State:
    """Everything that a world holds, as it is stored."""
    return {
        f"{owner.kind}/{owner.name}": tables
        for owner in store.owners(world)
        if (tables := store.tables(owner)) is not None
    }


def replace(store: Store, world: str, state: State) -> None:
    """Put a state in the place of all that a world holds."""
    store.drop_world(world)
    for place, tables in state.items():
        kind, _, name = place.partition("/")
        store.put(Owner(world, kind, name), tables)


def export(state: State) -> Document:
    """A state as a document to be kept: secrets masked, keys in a stable order."""
    return {"format": FORMAT, "opsemu": __version__, "owners": _ordered(masked(state))}


def read(document: dict[str, Any]) -> State:
    """The state in a document; raises BadState."""
    found = document.get("format")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise BadState("the document is no state: it has no format")
    if found > FORMAT:
        made = document.get("opsemu", "a newer one")
        raise BadState(f"the state has format {found}, of opsemu {made}; this one reads {FORMAT}")
    owners = document.get("owners")
    if not isinstance(owners, dict) or not all(map(_is_owner, owners.items())):
        raise BadState("the document is no state: owners maps kind/name to tables of documents")
    for place, tables in owners.items():
        for type_name, document in tables.get(INTEGRATIONS, {}).items():
            _check_shown(type_name, document, f"{place}/{INTEGRATIONS}")
    return owners


def _check_shown(type_name: str, document: Document, place: str) -> None:
    """Refuse an integration that no family could show; raises BadState."""
    try:
        REGISTRY[type_name]().show(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadState(f"{place}: {type_name} is not an integration as it is stored") from None


def masked(value: Any, name: str = "") -> Any:
    """A state with the masks of its secrets in place of them."""
    if isinstance(value, dict):
        return {
            key: _hidden(row) if key.startswith(_TENANT) else masked(row, key)
            for key, row in value.items()
        }
    if isinstance(value, list):
        return [masked(row, name) for row in value]
    return mask(name, value, _URL_TAIL) if isinstance(value, str) and is_secret(name) else value


def _hidden(value: Any, name: str = "") -> Any:
    """A tenant without what OpsRamp does not show; its tokens and keys it shows in clear."""
    if isinstance(value, dict):
        return {key: _hidden(row, key) for key, row in value.items()}
    if isinstance(value, list):
        return [_hidden(row, name) for row in value]
    return HIDDEN if isinstance(value, str) and name in _NEVER_SHOWN else value


def differences(before: State, after: State) -> list[dict[str, Any]]:
    """What changed from one state to another: rows of `path`, `before` and `after`, masked.

    A secret that changed without its mask changing is told apart, though not shown.
    """
    return [
        {"path": "/".join(path), "before": _shown(path, old), "after": _shown(path, new)}
        for path, old, new in _differences((), before, after)
    ]


def _shown(path: tuple[str, ...], value: Any) -> Any:
    show = _hidden if path[0].startswith(_TENANT) else masked
    return show(value, path[-1])


def save(store: Store, world: str, name: str) -> None:
    """Keep the present state of a world under a name, in place of what was kept so."""
    state = collect(store, world)
    tables = {"state": state, "about": {name: {"owners": len(state)}}}
    store.put(_owner(world, name), tables)


def saved(store: Store, world: str, name: str) -> State | None:
    """The state that was kept under a name, or None."""
    tables = store.tables(_owner(world, name))
    return None if tables is None else tables["state"]


def names(store: Store, world: str) -> list[str]:
    """The names under which states of a world are kept."""
    found = (name.partition("/") for name in store.names(NO_WORLD, KIND))
    return sorted(name for owner, _, name in found if owner == world)


def forget(store: Store, world: str, name: str) -> None:
    """Forget the state that was kept under a name."""
    store.drop(_owner(world, name))


def _owner(world: str, name: str) -> Owner:
    return Owner(NO_WORLD, KIND, f"{world}/{name}")


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(row) for row in value] if isinstance(value, list) else value


def _is_owner(item: tuple[Any, Any]) -> bool:
    place, tables = item
    kind, slash, name = place.partition("/")
    return (
        bool(kind and slash and name)
        and isinstance(tables, dict)
        and all(
            isinstance(table, dict) and all(isinstance(row, dict) for row in table.values())
            for table in tables.values()
        )
    )


def _differences(
    path: tuple[str, ...], before: Any, after: Any
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _differences((*path, key), before.get(key), after.get(key))
    else:
        yield path, before, after
