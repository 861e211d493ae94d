"""Worlds: isolated universes on one server, each with credentials, a seed and a present."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..api.context import Services
from ..auth.api_keys import owner_of
from ..store import NO_WORLD, Document, Owner
from ..store.layout import API_KEY, DEFAULT_WORLD
from . import snapshots
from .clock import NO_WORLD_YET, WorldTime
from .random_source import RandomSource
from .seeds import BUILT_IN, load_seed, plant_keys, plant_world, read_seed

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
    seed: dict[str, Any]


class Worlds:
    """The worlds of a server; `server_seed` is what its default world starts from."""

    def __init__(self, services: Services, server_seed: dict[str, Any]) -> None:
        self._services = services
        self._store = services.store
        self._seeds = {SERVER_SEED: server_seed}

    def names(self) -> list[str]:
        """All worlds, the default one first."""
        return [DEFAULT_WORLD, *sorted(self._store.names(NO_WORLD, KIND))]

    def record(self, name: str) -> Document:
        """What is known of a world: `name`, `seed` and public `keys`; raises WorldError."""
        if name == DEFAULT_WORLD:
            keys = _public_keys(self._seeds[SERVER_SEED])
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
        random = self._services.times.random(name or NO_WORLD_YET)
        name = name or f"w{random.bytes(6).hex()}"
        fresh = _with_fresh_keys(self.seed(seed), random)
        record = {"name": name, "seed": seed, "keys": _public_keys(fresh)}
        taken = name == DEFAULT_WORLD or not NAME.fullmatch(name)
        if taken or not self._store.create(_owner(name), {KIND: {name: record}}):
            raise WorldError("taken", f"the name {name!r} cannot be had")
        plant_keys(self._store, fresh, name)
        plant_world(self._store, fresh, self._time(name))
        return NewWorld(name, fresh)

    def reset(self, name: str, *, empty: bool = False) -> None:
        """Back to the world's seed, or to nothing but its keys; raises WorldError.

        The clock shows the real time again, the journal is empty, and there are no faults.
        Keys and tokens stay.
        """
        seed = self.seed(self.record(name)["seed"])
        self._services.times.forget(name)
        self._services.lives.forget(name)
        self._store.drop_world(name)
        if not empty:
            plant_world(self._store, seed, self._time(name))

    def reseed(self, name: str, document: dict[str, Any]) -> None:
        """Give a world another seed, and reset it; its keys may do there what the seed says.

        Raises WorldError for the default world, whose seed is the server's; SeedError.
        """
        record, seed = self.record(name), self.seed(document)
        if name == DEFAULT_WORLD:
            raise WorldError("fixed", "the default world keeps the seed of the server")
        self._store.change(_owner(name), KIND, name, lambda _: {**record, "seed": document})
        givens = seed["apiKeys"] + seed["serviceAccounts"]
        for public_key, given in zip(record["keys"], givens, strict=False):
            self._give_roles(public_key, given["roles"])
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
        self._services.times.forget(name)
        self._services.lives.forget(name)

    def seed(self, seed: str | dict[str, Any]) -> dict[str, Any]:
        """A seed by its name, or a document's, checked; raises SeedError."""
        if isinstance(seed, dict):
            return read_seed(seed, "in the request", self._time("seed"))
        if seed not in self._seeds:
            self._seeds[seed] = load_seed(seed, self._services.config.rng_seed)
        return self._seeds[seed]

    def _time(self, name: str) -> WorldTime:
        return self._services.times.time(name)

    def _give_roles(self, public_key: str, roles: list[Any]) -> None:
        self._store.change(
            owner_of(public_key), API_KEY, public_key, lambda key: {**(key or {}), "roles": roles}
        )


def access(seed: dict[str, Any]) -> dict[str, Any]:
    """What of a seed lets clients in: keys with their private halves, and where they lead."""
    names = ("publicKey", "privateKey", "clientId", "clientSecret", "desc")

    def shown(rows: list[dict[str, Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [{name: row[name] for name in names if name in row} for row in rows]

    return {
        "mongodb": {
            "keys": shown(seed["apiKeys"], names),
            "serviceAccounts": shown(seed["serviceAccounts"], names),
            "organizations": seed["organizations"],
            "projects": shown(seed["projects"], ("id", "name", "orgId")),
        },
        "opsramp": {"tenants": shown(seed["tenants"], ("id", "name", "keys"))},
    }


def _owner(name: str) -> Owner:
    return Owner(NO_WORLD, KIND, name)


def _public_keys(seed: dict[str, Any]) -> list[str]:
    keys = [key["publicKey"] for key in seed["apiKeys"]]
    keys += [account["clientId"] for account in seed["serviceAccounts"]]
    return keys + [key["key"] for tenant in seed["tenants"] for key in tenant["keys"]]


def _with_fresh_keys(seed: dict[str, Any], random: RandomSource) -> dict[str, Any]:
    fresh = [
        {**key, "publicKey": random.letters(8), "privateKey": random.uuid()}
        for key in seed["apiKeys"]
    ]
    accounts = [
        {
            **account,
            "clientId": f"mdb_sa_id_{random.bytes(12).hex()}",
            "clientSecret": f"mdb_sa_sk_{random.alphanumeric(40)}",
        }
        for account in seed["serviceAccounts"]
    ]
    tenants = [
        {**tenant, "keys": [_tenant_key(random) for _ in tenant["keys"]]}
        for tenant in seed["tenants"]
    ]
    return {**seed, "apiKeys": fresh, "serviceAccounts": accounts, "tenants": tenants}


def _tenant_key(random: RandomSource) -> dict[str, str]:
    return {"key": random.alphanumeric(32), "secret": random.alphanumeric(64)}
