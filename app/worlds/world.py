"""The present of a world: what servers know of it beside its state."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from threading import Lock

from ..config import Config
from ..store import Owner, Store
from ..store.shared_state import Board, Entries, Log
from .clock import NO_WORLD_YET
from .faults import Faults
from .journal import Journal, Row
from .rate_limits import RateLimits
from .redaction import MOST_KNOWN, KnownSecrets
from .request_counts import Tally

MOST_READ = 2_000
_TOLD: Entries[str] = Entries(
    MOST_KNOWN, 1 << 26, len, str.encode, lambda number, content: content.decode()
)


class Live:
    """A world's journal, faults, rate limits and known secrets."""

    def __init__(self, world: str, config: Config, store: Store, board: Board) -> None:
        self.world = world
        self.journal = Journal(board, world, config.journal_rows, config.journal_bytes)
        self.limits = RateLimits(board, world)
        self.faults = Faults(board, world)
        self._store = store
        self._secrets = KnownSecrets()
        self._is_read = False
        self._told: Log[str] = board.log(world, "secrets", _TOLD)
        self._heard = 0

    def learn(self, value: object) -> None:
        """Note the secrets in what the world was told, for all who serve it."""
        for text in self._secrets.learn(value):
            self._told.add(lambda _, text=text: text)  # type: ignore[misc]

    @property
    def secrets(self) -> KnownSecrets:
        """The secrets of the world, those that its state held from before included.

        Of a state with more than MOST_READ owners only so many are read: all would hold up
        everybody for seconds, and more would be known than are looked for.
        """
        if not self._is_read:
            for owner in islice(self._owners(), MOST_READ):
                self._secrets.learn(self._store.tables(owner))
            self._is_read = True
        latest = self._told.version()
        if latest != self._heard:
            self._secrets.know(self._told.all())
            self._heard = latest
        return self._secrets

    def _owners(self) -> Iterator[Owner]:
        """All that have something stored in the world, as they come."""
        for kind in self._store.backend.kinds(self.world) if self.world != NO_WORLD_YET else ():
            for name in self._store.names(self.world, kind):
                yield Owner(self.world, kind, name)


class Lives:
    """The presents of all worlds; that of no world is where unknown callers are."""

    def __init__(self, config: Config, store: Store, board: Board) -> None:
        self._config = config
        self._store = store
        self._board = board
        self.tally = Tally(board)
        self._lives: dict[str, Live] = {}
        self._lock = Lock()

    def of(self, world: str) -> Live:
        """The present of a world."""
        found = self._lives.get(world)
        if found is None:
            with self._lock:
                made = Live(world, self._config, self._store, self._board)
                found = self._lives.setdefault(world, made)
        return found

    def forget(self, world: str) -> None:
        """Begin anew."""
        self._board.forget(world)
        self._lives.pop(world, None)

    def all(self) -> list[Live]:
        """The presents of all worlds that have been seen."""
        return [self.of(world) for world in self._board.worlds()]

    def row(self, number: int) -> tuple[Live, Row] | None:
        """A row of any journal by its number, and where it is."""
        for live in self.all():
            row = live.journal.get(number)
            if row is not None:
                return live, row
        return None
