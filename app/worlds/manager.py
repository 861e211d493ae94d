"""Worlds: isolated universes on one server, each with credentials, a seed and a present."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..auth.api_keys import DEFAULT_WORLD, TABLE, owner_of
from ..store import NO_WORLD, Document, Owner, Store
from . import snapshots
from .clock import NO_WORLD_YET, Clocks, WorldTime
from .seed_schema import Seed
from .seeds import BUILT_IN, Seeds
from .world import WorldRegistry

KIND = "world"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)

# What a seed may be called besides a document: the server's own, or a built-in one.
SERVER_SEED = "server"
SEEDS = (SERVER_SEED, *BUILT_IN)


class WorldError(Exception):
    """A world that cannot be had; `kind` is `missing`, `taken` or `fixed`."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True)
class NewWorld:
    """A world just made; nobody but its maker ever sees the private halves of its keys."""

    name: str
    seed: Seed


class Worlds:
    """The worlds of a server; `server_seed` is what its default world starts from."""

    def __init__(
        self,
        store: Store,
        clocks: Clocks,
        worlds: WorldRegistry,
        seeds: Seeds,
        server_seed: Seed,
        rng_seed: str = "",
    ) -> None:
        self._store = store
        self._clocks = clocks
        self._worlds = worlds
        self._seeds = seeds
        self._rng_seed = rng_seed
        self._loaded = {SERVER_SEED: server_seed}

    def names(self) -> list[str]:
        """All worlds, the default one first."""
        return [DEFAULT_WORLD, *sorted(self._store.names(NO_WORLD, KIND))]

    def record(self, name: str) -> Document:
        """What is known of a world: `name`, `seed` and public `keys`; raises WorldError."""
        if name == DEFAULT_WORLD:
            keys = self._public_keys(self._loaded[SERVER_SEED])
            return {"name": DEFAULT_WORLD, "seed": SERVER_SEED, "keys": keys}
        found = self._store.get(_owner(name), KIND, name)
        if found is None:
            raise WorldError("missing", f"there is no world {name!r}")
        return found

    def create(self, name: str | None = None, seed: str | dict[str, Any] = "empty") -> NewWorld:
        """A world with fresh keys of its own; the identifiers in it are those of the seed.

        `seed` is a name out of SEEDS or a document. Raises WorldError if the name is taken,
        SeedError.
        """
        random = self._clocks.random(name or NO_WORLD_YET)
        name = name or f"w{random.bytes(6).hex()}"
        fresh = self._seeds.with_fresh_keys(self.seed(seed), random)
        record = {"name": name, "seed": seed, "keys": self._public_keys(fresh)}
        taken = name == DEFAULT_WORLD or not NAME.fullmatch(name)
        if taken or not self._store.create(_owner(name), {KIND: {name: record}}):
            raise WorldError("taken", f"the name {name!r} cannot be had")
        self._seeds.plant_keys(self._store, fresh, name)
        self._seeds.plant_world(self._store, fresh, self._time(name))
        return NewWorld(name, fresh)

    def reset(self, name: str, *, empty: bool = False) -> None:
        """Back to the world's seed, or to nothing but its keys; raises WorldError.

        The clock shows the real time again, the journal is empty, and there are no faults.
        Keys and tokens stay.
        """
        seed = self.seed(self.record(name)["seed"])
        self._clocks.forget(name)
        self._worlds.forget(name)
        self._store.drop_world(name)
        if not empty:
            self._seeds.plant_world(self._store, seed, self._time(name))

    def reseed(self, name: str, document: dict[str, Any]) -> None:
        """Give a world another seed, and reset it; its keys may do there what the seed says.

        Raises WorldError for the default world, whose seed is the server's; SeedError.
        """
        record, seed = self.record(name), self.seed(document)
        if name == DEFAULT_WORLD:
            raise WorldError("fixed", "the default world keeps the seed of the server")
        self._store.change(_owner(name), KIND, name, lambda _: {**record, "seed": document})
        self._give_roles(record["keys"], self._seeds.keys(seed, name))
        self.reset(name)

    def drop(self, name: str) -> None:
        """End a world and its keys; raises WorldError, also for the default world."""
        if name == DEFAULT_WORLD:
            raise WorldError("fixed", "the default world stays; reset it instead")
        for public_key in self.record(name)["keys"]:
            self._store.drop(owner_of(public_key))
        for snapshot in snapshots.names(self._store, name):
            snapshots.forget(self._store, name, snapshot)
        self._store.drop(_owner(name))
        self._store.drop_world(name)
        self._clocks.forget(name)
        self._worlds.forget(name)

    def seed(self, seed: str | dict[str, Any]) -> Seed:
        """A seed by its name, or a document's, checked; raises SeedError."""
        if isinstance(seed, dict):
            return self._seeds.read(seed, "in the request", self._time("seed"))
        if seed not in self._loaded:
            self._loaded[seed] = self._seeds.load(seed, self._rng_seed)
        return self._loaded[seed]

    def _time(self, name: str) -> WorldTime:
        return self._clocks.time(name)

    def _public_keys(self, seed: Seed) -> list[str]:
        return [key["publicKey"] for key in self._seeds.keys(seed, "")]

    def _give_roles(self, public_keys: list[str], seeded: list[Document]) -> None:
        """Give each key the roles of the next seeded key of its kind."""
        for public_key in public_keys:
            key = self._store.get(owner_of(public_key), TABLE, public_key) or {}
            match = next((other for other in seeded if _kind(other) == _kind(key)), None)
            if match is not None:
                seeded.remove(match)
                self._change_roles(public_key, match["roles"])

    def _change_roles(self, public_key: str, roles: list[Any]) -> None:
        self._store.change(
            owner_of(public_key), TABLE, public_key, lambda key: {**(key or {}), "roles": roles}
        )


def _kind(key: Document) -> tuple[bool, bool]:
    """Whether the key signs by digest, and whether it is a tenant's."""
    return "ha1" in key, any("tenantId" in role for role in key.get("roles", ()))


def _owner(name: str) -> Owner:
    return Owner(NO_WORLD, KIND, name)
