"""What a seed is made of: each vendor hands in its part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from ..store import Document, Owner
from ..store.base import Tables
from .clock import WorldTime
from .random_source import RandomSource

# A checked seed: the rows of its sections, by the sections' names.
Seed = dict[str, list[dict[str, Any]]]


class SeedError(Exception):
    """A seed that cannot be used; the message is one sentence that names the place."""


@dataclass(frozen=True)
class SeedPart:
    """The sections of a seed that belong to one vendor.

    `sections` are fields of the seed's schema by name. `identifiers` names for a section
    the attribute that must be unique in it. `load` replaces rows by what is stored of
    them; it raises SeedError, whose message begins with the name that it is given.
    `owners` are the owners to create and their tables. `keys` are key documents that lead
    to a world. `fresh_keys` are the sections with new keys. `access` is what a client
    needs to know to call the vendor's API.
    """

    vendor: str
    sections: Mapping[str, fields.Field[Any]]
    identifiers: Mapping[str, str]
    load: Callable[[Seed, str, WorldTime], None]
    owners: Callable[[Seed, WorldTime], Iterable[tuple[Owner, Tables]]]
    keys: Callable[[Seed, str], Iterable[Document]]
    fresh_keys: Callable[[Seed, RandomSource], Seed]
    access: Callable[[Seed], Mapping[str, Any]]


def check_unique(names: list[str], place: str) -> None:
    """Refuse a name that occurs twice in the list at `place`; raises SeedError."""
    for position, name in enumerate(names):
        if name in names[:position]:
            raise SeedError(f"{place}[{position}]: {name!r} is there twice")


def first_message(messages: Any, path: str = "") -> str:
    """The first of marshmallow's nested messages as `place: sentence`."""
    if isinstance(messages, dict):
        name, inner = next(iter(messages.items()))
        step = f"[{name}]" if isinstance(name, int) else f".{name}"
        return first_message(inner, path + ("" if name == "_schema" else step))
    sentence = messages[0] if isinstance(messages, list) else messages
    return f"{path.lstrip('.') or 'the whole'}: {sentence}"
