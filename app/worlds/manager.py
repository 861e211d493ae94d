"""Creates, resets and deletes worlds: isolated universes, each with keys of its own."""

import re
import time
from typing import Any

from ..auth.made_keys import remove_all, replace_world
from ..store import NO_WORLD, Document, Owner, Store
from ..store.layout import DEFAULT_WORLD, NEW_WORLD, WORLD
from . import snapshots
from .clock import NO_WORLD_YET, SEED_WORLD, Clocks
from .seed_files import BUILT_IN
from .seeds import Seed, Seeds
from .world import WorldRegistry

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
# Names that the server itself uses.
RESERVED_NAMES = frozenset({DEFAULT_WORLD, NO_WORLD, SEED_WORLD})

UNFINISHED_SECONDS = 60.0  # after which a world that another server was making is given up

# Names of seeds: the server's own, and the built-in ones.
SERVER_SEED = "server"
SEEDS = (SERVER_SEED, *BUILT_IN)


class WorldError(Exception):
    """A world is missing or cannot be changed; `kind` is `missing`, `taken` or `fixed`."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class WorldManager:
    """Manages the worlds of a server; `server_seed` is the seed of its default world."""

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
        self.seeds = seeds
        self._rng_seed = rng_seed
        self._loaded = {SERVER_SEED: server_seed}

    def names(self) -> list[str]:
        """All worlds, the default one first."""
        names = {*self._store.names(NO_WORLD, WORLD)} - {NO_WORLD}
        return [DEFAULT_WORLD, *sorted(names)]

    def record(self, name: str) -> Document:
        """The `name`, `seed` and public `keys` of a world; raises WorldError."""
        if name == DEFAULT_WORLD:
            keys = self._public_keys(self._loaded[SERVER_SEED])
            return {"name": DEFAULT_WORLD, "seed": SERVER_SEED, "keys": keys}
        record = None if name == NO_WORLD else self._store.get(_owner(name), WORLD, name)
        if record is None:
            raise WorldError("missing", f"there is no world {name!r}")
        return record

    def create(self, name: str | None = None, seed: str | dict[str, Any] = "empty") -> Document:
        """Create a world with new keys; its identifiers are those of the seed.

        `seed` is one of SEEDS or a document; the name is random by default. Returns the
        `name`, and by vendor what leads into the world: the private halves of its keys are
        stored nowhere. Raises WorldError if the name cannot be had, SeedError.
        """
        checked = self.seed(seed)
        if name is not None:
            _check_name(name)
        random = self._clocks.random(name or NO_WORLD_YET)
        name = name or f"w{random.bytes(6).hex()}"
        fresh = self.seeds.with_fresh_keys(checked, random)
        keys = self._public_keys(fresh)
        if not self._claim(name, keys):
            raise WorldError("taken", f"there is a world {name!r} already")
        try:
            self.seeds.plant_world(self._store, fresh, self._clocks.time(name))
            self.seeds.plant_keys(self._store, fresh, name)
            record = {"name": name, "seed": seed, "keys": keys}
            self._store.create(_owner(name), {WORLD: {name: record}})
        except BaseException:
            self._remove(name, keys)
            raise
        self._store.drop(_owner(name, NEW_WORLD))
        self._worlds.hide_unmatched(name)
        return {"name": name, **self.seeds.world_access(fresh)}

    def remove_unfinished(self) -> None:
        """Remove the worlds whose server was killed while it made them."""
        shared = self._store.backend.read_may_block
        for name in list(self._store.names(NO_WORLD, NEW_WORLD)):
            self._give_up(name, UNFINISHED_SECONDS if shared else 0.0)

    def reset(self, name: str, *, empty: bool = False) -> None:
        """Replace what a world holds, but its seed's keys and tokens, by its seed or by nothing.

        Its clock is real again, its journal and its faults are empty. Raises WorldError.
        """
        seed = self.seed(self.record(name)["seed"])
        if empty:
            replace_world(self._store, name, ())
            self._forget(name)
        else:
            self._replace(name, seed)
        self._worlds.hide_unmatched(name)

    def reseed(self, name: str, document: dict[str, Any]) -> None:
        """Give a world another seed and reset it; its keys get their roles in the seed, or none.

        Raises WorldError for the default world, SeedError.
        """
        record, seed = self.record(name), self.seed(document)
        if name == DEFAULT_WORLD:
            raise WorldError("fixed", "the default world keeps the seed of the server")
        self._replace(name, seed)  # first: most can fail there
        self._store.change(_owner(name), WORLD, name, lambda _: {**record, "seed": document})
        self.seeds.give_roles(self._store, record["keys"], seed)
        self._worlds.hide_unmatched(name)

    def drop(self, name: str) -> None:
        """Delete a world and its keys; raises WorldError, also for the default world."""
        if name == DEFAULT_WORLD:
            raise WorldError("fixed", "the default world stays; reset it instead")
        keys = self.record(name)["keys"]
        for snapshot in snapshots.names(self._store, name):
            snapshots.forget(self._store, name, snapshot)
        self._remove(name, keys)

    def seed(self, seed: str | dict[str, Any]) -> Seed:
        """The seed of a name or in a document; raises SeedError."""
        if isinstance(seed, dict):
            return self.seeds.read(seed, "in the request", self._clocks.time(SEED_WORLD))
        if seed not in self._loaded:
            self._loaded[seed] = self.seeds.load(seed, self._rng_seed)
        return self._loaded[seed]

    def _replace(self, name: str, seed: Seed) -> None:
        # By a clock of its own: the world's is reset after the switch, if that succeeds.
        self.seeds.plant_world(self._store, seed, Clocks(self._rng_seed).time(name))
        self._forget(name)

    def _forget(self, name: str) -> None:
        self._clocks.forget(name)
        self._worlds.forget(name)

    def _claim(self, name: str, keys: list[str]) -> bool:
        """Reserve a name for a world to be made; False if it is in use."""
        self._give_up(name, UNFINISHED_SECONDS)
        claim = {"keys": keys, "since": time.time()}
        if not self._store.create(_owner(name, NEW_WORLD), {NEW_WORLD: {name: claim}}):
            return False
        is_taken = self._store.get(_owner(name), WORLD, name) is not None
        if is_taken:
            self._store.drop(_owner(name, NEW_WORLD))
        return not is_taken

    def _give_up(self, name: str, age: float) -> None:
        """Remove a world that was begun so many seconds ago and never finished."""
        claim = self._store.get(_owner(name, NEW_WORLD), NEW_WORLD, name)
        if claim is None or time.time() - claim["since"] < age:
            return
        if self._store.get(_owner(name), WORLD, name) is None:
            self._remove(name, claim["keys"])
        self._store.drop(_owner(name, NEW_WORLD))

    def _remove(self, name: str, keys: list[str]) -> None:
        remove_all(self._store, name, keys)
        self._store.drop_world(name)
        self._forget(name)
        # Last, so that what a failure leaves can be removed again.
        self._store.drop(_owner(name))
        self._store.drop(_owner(name, NEW_WORLD))
        remove_all(self._store, name)  # those that were made meanwhile

    def _public_keys(self, seed: Seed) -> list[str]:
        return [key["publicKey"] for key in self.seeds.keys(seed)]


def _check_name(name: str) -> None:
    """Raise WorldError for a name that no new world can have."""
    if name in RESERVED_NAMES:
        raise WorldError("taken", f"the server itself uses the name {name!r}: choose another one")
    if not NAME.fullmatch(name):
        raise WorldError("taken", f"the name {name!r} does not match {NAME.pattern}")


def _owner(name: str, kind: str = WORLD) -> Owner:
    return Owner(NO_WORLD, kind, name)
