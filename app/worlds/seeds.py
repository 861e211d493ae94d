"""Seeds, which fill a fresh store; a seed is checked whole before anything is stored."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from marshmallow import Schema, ValidationError, fields

from ..auth import made_keys
from ..auth.api_keys import owner_of
from ..config import Config
from ..store import Document, Owner, Store, open_store
from ..store.base import Tables
from ..store.layout import API_KEY, DEFAULT_WORLD, PLANTED, PLANTED_OWNER, SETTINGS, STATE, STUBS
from ..store.tables import parse, serialize
from . import settings
from .clock import SEED_WORLD, Clocks, WorldTime
from .fault_rules import InvalidRule
from .known_names import name_unknown_fields
from .random_source import RandomSource
from .redaction import MAX_DEPTH, is_too_deep
from .seed_errors import Mistakes, SeedError, check_unique
from .seed_files import read_document
from .stored_tables import all_messages
from .stub_schema import Served, StubBody, check_unserved
from .stubs import seeded_owners

# A checked seed: the rows of its sections by the sections' names, `stubs` and `settings`.
Seed = dict[str, Any]
Sections = dict[str, fields.Field[Any]]


class SeedPart(Protocol):
    """A vendor's module about its sections of a seed.

    SECTIONS are fields of the seed's schema by name. The metadata `unique` of a field names
    the attribute that must be unique in the section.
    """

    SECTIONS: Sections

    def load(self, seed: Seed, time: WorldTime, mistakes: Mistakes) -> None:
        """Replace rows by what is stored of them; `with mistakes` keeps each SeedError."""

    def owners(self, seed: Seed, time: WorldTime) -> Iterable[tuple[Owner, Tables]]:
        """The owners to create, and their tables."""

    def keys(self, seed: Seed, world: str) -> Iterable[Document]:
        """The documents of keys that lead to a world."""

    def fresh_keys(self, seed: Seed, random: RandomSource) -> Seed:
        """The sections with new keys."""

    def access(self, seed: Seed) -> Document:
        """What a client needs to know to call the vendor's API."""


class Seeds:
    """Reads and plants seeds; `parts` are those of all vendors by name.

    `served` tells which operation a stub of a seed would stand in place of.
    """

    def __init__(
        self, parts: Mapping[str, SeedPart], served: Served = lambda method, path: None
    ) -> None:
        self._parts = parts
        self._served = served
        self._sections: Sections = {}
        for part in parts.values():
            self._sections |= part.SECTIONS

    @cached_property
    def schema(self) -> type[Schema]:
        """The schema of all seeds."""
        stubs = fields.List(fields.Nested(StubBody), load_default=list)
        members = {**self._sections, STUBS: stubs, SETTINGS: settings.SettingsField()}
        return Schema.from_dict(members, name="Seed")

    def load(self, name: str, rng_seed: str = "") -> Seed:
        """A built-in seed by name, or one in a file or folder (`seed_files`); raises SeedError."""
        return self.read(read_document(name), name, Clocks(rng_seed).time(SEED_WORLD))

    def read(self, document: Any, name: str, time: WorldTime) -> Seed:
        """Check the document of a seed that error messages call `name`.

        Raises a SeedError with all mistakes in the shape of the document, else in its content.
        """
        if is_too_deep(document):
            raise SeedError(f"seed {name}: it is nested more than {MAX_DEPTH} deep")
        mistakes, schema = Mistakes(), self.schema()
        seed: Seed = {}
        try:
            seed = schema.load(document)
        except ValidationError as error:
            name_unknown_fields(error.messages, schema)
            for sentence in all_messages(error.messages):
                with mistakes:
                    raise SeedError(sentence) from None
        mistakes.report(name)
        for section, field in self._sections.items():
            with mistakes:
                check_unique([row[field.metadata["unique"]] for row in seed[section]], section)
        for part in self._parts.values():
            part.load(seed, time, mistakes)
        for position, stub in enumerate(seed[STUBS]):
            with mistakes:
                self._check_stub(stub, f"{STUBS}[{position}]")
        with mistakes:
            check_unique([key["publicKey"] for key in self.keys(seed)], "all keys")
        mistakes.report(name)
        return seed

    def open_store(self, config: Config, seed: Seed | None = None) -> Store:
        """The configured store, seeded if it is fresh; raises StateError, SeedError."""
        seed = seed or self.load(config.seed)
        store = open_store(config.state)
        if not is_planted(store):
            # One by one: another server of the state may have done it, and been called since.
            for owner, tables in self._owners(seed, Clocks(config.rng_seed).time(DEFAULT_WORLD)):
                store.create(owner, tables)
            self.plant_keys(store, seed, DEFAULT_WORLD)
            keys = [key["publicKey"] for key in self.keys(seed)]
            planted = {"planted": True, "seed": config.seed, "keys": keys}
            store.create(PLANTED_OWNER, {STATE: {PLANTED: planted}})
        return store

    def plant_world(self, store: Store, seed: Seed, time: WorldTime) -> None:
        """Replace the world of `time` by all that a seed holds except its keys, in one step."""
        made_keys.replace_world(store, time.world, self._owners(seed, time))

    def state(self, seed: Seed, time: WorldTime) -> dict[str, Tables]:
        """What the world of `time` holds once it is planted, by owner as `kind/name`."""
        return {
            f"{owner.kind}/{owner.name}": parse(serialize(tables), str(owner))
            for owner, tables in self._owners(seed, time)
        }

    def plant_keys(self, store: Store, seed: Seed, world: str) -> None:
        """Create the keys of a seed, which lead to a world; existing ones stay as they are."""
        for key in self.keys(seed, world):
            store.create(owner_of(key["publicKey"]), {API_KEY: {key["publicKey"]: key}})

    def keys(self, seed: Seed, world: str = "") -> list[Document]:
        """The documents of a seed's keys."""
        return [key for part in self._parts.values() for key in part.keys(seed, world)]

    def _owners(self, seed: Seed, time: WorldTime) -> Iterator[tuple[Owner, Tables]]:
        yield from settings.owners(seed[SETTINGS], time.world)
        yield from seeded_owners(seed[STUBS], time.world)
        for part in self._parts.values():
            yield from part.owners(seed, time)

    def _check_stub(self, stub: Document, place: str) -> None:
        try:
            check_unserved(stub, self._served)
        except InvalidRule as error:
            raise SeedError(f"{place}.path: {error}") from None

    def give_roles(self, store: Store, public_keys: list[str], seed: Seed) -> None:
        """Give each key the roles of the seed's key that it was made of, else none.

        A key gets no rights by another name, nor keeps those that its seed has no more.
        """
        roles = {_origin(key): key["roles"] for key in self.keys(seed)}
        for public_key in public_keys:

            def edit(key: Document | None) -> Document:
                return {**(key or {}), "roles": roles.get(_origin(key or {}), [])}

            store.change(owner_of(public_key), API_KEY, public_key, edit)

    def with_fresh_keys(self, seed: Seed, random: RandomSource) -> Seed:
        """A copy of a seed with new keys."""
        fresh = dict(seed)
        for part in self._parts.values():
            fresh |= part.fresh_keys(seed, random)
        return fresh

    def world_access(self, seed: Seed) -> dict[str, Document]:
        """By vendor: keys with their private halves, and what they give access to."""
        return {vendor: part.access(seed) for vendor, part in self._parts.items()}


def is_planted(store: Store) -> bool:
    """Whether the store has got its seed."""
    return store.get(PLANTED_OWNER, STATE, PLANTED) is not None


def _origin(key: Document) -> tuple[bool, str]:
    """The seed's key that a key was made of; whether it signs by digest is a part of that."""
    return "ha1" in key, key.get("seedKey", "")
