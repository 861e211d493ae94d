"""The parts of an application that live as long as it does."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.routing import Map

from ..auth.nonces import Nonces
from ..config import Config
from ..store import Store
from ..store.shared_state import SharedState
from ..worlds.clock import Clocks
from ..worlds.stub_schema import Served
from ..worlds.world import WorldRegistry
from .api_family import Dialect
from .parsed_cache import Readings
from .routes import Operation


@dataclass(frozen=True)
class Services:
    """What every request has at hand; `served` names the operation of a method and a path."""

    config: Config
    store: Store
    shared_state: SharedState
    readings: Readings
    nonces: Nonces
    dialects: tuple[Dialect, ...]
    clocks: Clocks
    worlds: WorldRegistry
    endpoints: Mapping[str, Operation]
    served: Served
    url_map: Map

    @property
    def operations(self) -> set[str]:
        """The names of all operations."""
        return {operation.name for operation in self.endpoints.values()}
