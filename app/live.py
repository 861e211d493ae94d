"""The present of a world: what a server knows of it in the process, beside its state."""

from __future__ import annotations

from threading import Lock

from .clock import OUTSIDE
from .config import Config
from .faults import Faults
from .journal import Journal, Row
from .limits import RateLimits
from .masking import KnownSecrets
from .stores import Store
from .tally import Tally


class Live:
    """A world's journal, faults, rate limits and known secrets."""

    def __init__(self, world: str, config: Config, store: Store) -> None:
        self.world = world
        self.journal = Journal(config.journal_rows, config.journal_bytes)
        self.limits = RateLimits()
        self.faults = Faults()
        self._store = store
        self._secrets = KnownSecrets()
        self._is_read = False

    def learn(self, value: object) -> None:
        """Note the secrets in what the world was told."""
        self._secrets.learn(value)

    @property
    def secrets(self) -> KnownSecrets:
        """All secrets of the world, those that its state held from before included."""
        if not self._is_read:
            self._is_read = True
            for owner in self._store.owners(self.world) if self.world != OUTSIDE else ():
                self._secrets.learn(self._store.tables(owner))
        return self._secrets


class Lives:
    """The presents of all worlds; that of no world is where unknown callers are."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self.tally = Tally()
        self._lives: dict[str, Live] = {}
        self._lock = Lock()

    def of(self, world: str) -> Live:
        """The present of a world."""
        found = self._lives.get(world)
        if found is None:
            with self._lock:
                found = self._lives.setdefault(world, Live(world, self._config, self._store))
        return found

    def forget(self, world: str) -> None:
        """Begin anew."""
        self._lives.pop(world, None)

    def all(self) -> list[Live]:
        """The presents of all worlds that have been seen."""
        return list(self._lives.values())

    def row(self, number: int) -> tuple[Live, Row] | None:
        """A row of any journal by its number, and where it is."""
        for live in self.all():
            row = live.journal.get(number)
            if row is not None:
                return live, row
        return None
