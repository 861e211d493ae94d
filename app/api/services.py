"""The parts of an application that live as long as it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..auth.nonces import Nonces
from ..config import Config
from ..store import Store
from ..store.shared_state import SharedState
from ..worlds import settings
from ..worlds.clock import Clocks
from ..worlds.world import WorldRegistry
from .api_family import Dialect
from .parsed_cache import Readings
from .router import Router


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
    extensions: Mapping[str, Any]  # the application's, by name

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The server's settings that a world may have in its seed, by name."""
        return settings.of_server(self.config)

    @cached_property
    def operations(self) -> set[str]:
        """The names of all operations."""
        return {operation.name for operation in self.router.endpoints.values()}
