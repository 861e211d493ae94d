"""The parts of an application that live as long as it does."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.routing import Map

from ..auth.nonces import Nonces
from ..config import Config
from ..store import Store
from ..store.shared_state import SharedState
from ..worlds.clock import Clocks
from ..worlds.world import WorldRegistry
from .api_family import Dialect
from .parsed_cache import Readings
from .router import Router
from .routes import Operation


@dataclass(frozen=True)
class Services:
    """What every request has at hand."""

    config: Config
    store: Store
    shared_state: SharedState
    readings: Readings
    nonces: Nonces
    dialects: tuple[Dialect, ...]
    clocks: Clocks
    worlds: WorldRegistry
    router: Router

    @property
    def url_map(self) -> Map:
        """All routes."""
        return self.router.url_map

    @property
    def endpoints(self) -> Mapping[str, Operation]:
        """The operations of all routes by Flask's endpoint."""
        return self.router.all_operations()

    @property
    def operations(self) -> set[str]:
        """The names of all operations."""
        return {operation.name for operation in self.endpoints.values()}
