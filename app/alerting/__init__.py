"""Alerts of MongoDB's projects: their life, and what they send to whom."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from ..api.services import Services
from ..store.layout import ALERT, DEFAULT_WORLD, NO_WORLD, WORLD

if TYPE_CHECKING:
    from .engine import Alerting

EXTENSION = "opsemu.alerting"  # the name of the application's Alerts


class Alerts:
    """Imports and makes the engine of alerts when it is first needed.

    Raises ConfigError for receivers that cannot be called.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._engine: Alerting | None = None
        self._base_url = ""
        self._lock = RLock()
        if services.config.deliver:
            _ = self.engine

    @property
    def engine(self) -> Alerting:
        """The alerts of all worlds."""
        from .engine import Alerting

        with self._lock:
            if self._engine is None:
                self._engine = Alerting(self._services)
                self._engine.start(self._base_url, [])
            return self._engine

    def start(self, base_url: str) -> None:
        """Go on with the alerts, and the deliveries, that a server before this one has left.

        `base_url` is the server's own address, for links.
        """
        self._base_url, store = base_url, self._services.store
        worlds = [DEFAULT_WORLD, *store.names(NO_WORLD, WORLD)]
        left = [world for world in worlds if next(store.names(world, ALERT), None) is not None]
        if left or self._engine:
            self.engine.start(base_url, left)

    def close(self) -> None:
        """Stop advancing and sending."""
        if self._engine:
            self._engine.close()
