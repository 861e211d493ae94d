"""A world's state as a document that leaves the server: secrets masked, keys sorted.

The masks are those that the API shows. A mask of a mask is the mask itself, so an
imported state is answered like the exported one.
"""

from __future__ import annotations

from typing import Any, TypedDict

from opsemu.schemas import REGISTRY

from .. import __version__
from ..store import Document
from ..store.layout import INTEGRATIONS
from .redaction import masked
from .snapshots import State

FORMAT = 1


class ExportedState(TypedDict):
    """The document; `opsemu` is the version that wrote it."""

    format: int
    opsemu: str
    owners: State


class BadState(Exception):
    """A document that is no state, or one of a newer opsemu; the message is one sentence."""


def export(state: State) -> ExportedState:
    """A state to be kept elsewhere: secrets masked, keys sorted."""
    return {"format": FORMAT, "opsemu": __version__, "owners": _sorted(masked(state))}


def read(document: Document) -> State:
    """The state in an exported document; raises BadState."""
    version = document.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadState("the document is no state: it has no format")
    if version > FORMAT:
        writer = document.get("opsemu", "a newer one")
        raise BadState(
            f"the state has format {version}, of opsemu {writer}; this one reads {FORMAT}"
        )
    owners = document.get("owners")
    if not isinstance(owners, dict) or not all(map(_is_owner, owners.items())):
        raise BadState("the document is no state: owners maps kind/name to tables of documents")
    for place, tables in owners.items():
        for type_name, integration in tables.get(INTEGRATIONS, {}).items():
            _check_integration(type_name, integration, f"{place}/{INTEGRATIONS}")
    return owners


def _check_integration(type_name: str, document: Document, place: str) -> None:
    """Refuse an integration that no API family could show; raises BadState."""
    try:
        REGISTRY[type_name]().show(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadState(f"{place}: {type_name} is not an integration as it is stored") from None


def _is_owner(item: tuple[Any, Any]) -> bool:
    place, tables = item
    kind, _, name = place.partition("/")
    return bool(kind and name) and _is_table(tables) and all(map(_is_table, tables.values()))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
