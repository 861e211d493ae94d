"""What servers keep of a world beside its documents, and the registry of all worlds."""

from ..config import Config
from ..store import Store
from ..store.shared_state import SharedState
from .changes import Changes
from .clock import NO_WORLD_YET
from .faults import Faults
from .journal import JournalEntry, open_journal
from .known_secrets import KnownSecrets
from .rate_limits import RateLimits
from .request_counts import RequestCounts, count_name
from .stubs import Stubs
from .verification import Verdicts

MAX_OWNERS = 2_000  # whose stored secrets are read
_UNMATCHED = "unmatched"  # in the shared state: the latest number that is not shown any more


class World:
    """A world's journal, faults, stubs and rate limits, and the secrets of all worlds."""

    def __init__(
        self,
        world: str,
        config: Config,
        store: Store,
        shared_state: SharedState,
        secrets: KnownSecrets,
    ) -> None:
        self.world = world
        self.journal = open_journal(shared_state, world, config.journal_rows, config.journal_bytes)
        self.verdicts = Verdicts(self.journal)
        self.limits = RateLimits(shared_state, world)
        self.faults = Faults(shared_state, world)
        self.stubs = Stubs(store, shared_state, world)
        self._store = store
        self._secrets = secrets
        self._stored_are_known = False

    def record(self, entry: JournalEntry) -> None:
        """Append an entry to the journal, number it and count its request."""
        self.journal.add(entry.numbered, count_name(entry.dialect, entry.operation, entry.status))

    def add_secrets(self, value: object) -> None:
        """Add the secrets in a body or document, for all servers."""
        self._secrets.add_from(value)

    @property
    def secrets(self) -> KnownSecrets:
        """The secrets that are masked in texts, with those stored before this server started.

        Of the latter, only the secrets of MAX_OWNERS owners are read: to read all of a large
        state would block every request for seconds.
        """
        if not self._stored_are_known:
            is_world = self.world != NO_WORLD_YET
            for owner in self._store.some_owners(self.world, MAX_OWNERS) if is_world else ():
                for table in (self._store.tables(owner) or {}).values():
                    for document in table.values():
                        self._secrets.add_from(document, share=False)
            self._stored_are_known = True
        self._secrets.refresh()
        return self._secrets


class WorldRegistry:
    """All worlds by name; requests whose credentials are unknown are in NO_WORLD_YET."""

    def __init__(self, config: Config, store: Store, shared_state: SharedState) -> None:
        self._config = config
        self._store = store
        self._shared_state = shared_state
        self.request_counts = RequestCounts(shared_state)
        self.changes = Changes(shared_state)
        self._worlds: dict[str, World] = {}
        self.secrets = KnownSecrets(shared_state)

    def get(self, name: str) -> World:
        """A world by name; made on first use."""
        parts = (self._config, self._store, self._shared_state, self.secrets)
        return self._worlds.get(name) or self._worlds.setdefault(name, World(name, *parts))

    def forget(self, name: str) -> None:
        """Drop a world's journal, faults and rate limits."""
        self._shared_state.forget(name)
        self._worlds.pop(name, None)

    def unmatched(self, name: str, after: int = 0) -> list[JournalEntry]:
        """Requests of no world that came since this world was made, reset or its journal emptied.

        Nobody knows which world their client meant. Those up to number `after` are left out.
        """
        hidden = int(self._shared_state.read(name, _UNMATCHED) or 0)
        return self.get(NO_WORLD_YET).journal.all(max(hidden, after))

    def hide_unmatched(self, name: str) -> None:
        """Do not show the unmatched requests beside this world that came up to now."""
        entries = self.get(NO_WORLD_YET).journal.all()
        number = b"%d" % entries[-1].id if entries else None
        self._shared_state.change(name, _UNMATCHED, lambda _: number)

    def all(self) -> list[World]:
        """All worlds that have been called."""
        return [self.get(name) for name in self._shared_state.worlds()]

    def entry(self, number: int) -> tuple[World, JournalEntry] | None:
        """A journal entry of any world by its number, with its world."""
        for world in self.all():
            entry = world.journal.get(number)
            if entry is not None:
                return world, entry
        return None
