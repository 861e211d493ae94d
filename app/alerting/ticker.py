"""Looks at worlds again and again, for what their running clocks make due."""

import logging
from collections.abc import Callable
from threading import Event, Thread

TICK = 1.0  # seconds between two looks

log = logging.getLogger("opsemu")


class Ticker:
    """Calls `action` with each world that was added, on a thread that starts with the first."""

    def __init__(self, action: Callable[[str], None]) -> None:
        self._action = action
        self._worlds: set[str] = set()
        self._stop = Event()
        self._thread: Thread | None = None

    def add(self, world: str) -> None:
        """Look at a world from now on."""
        self._worlds.add(world)
        if self._thread is None:
            self._thread = Thread(target=self._run, name="opsemu-alerts", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop, until a world is added again."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stop.set()
            thread.join()
            self._stop.clear()

    def _run(self) -> None:
        while not self._stop.wait(TICK):
            for world in list(self._worlds):
                try:
                    self._action(world)
                except Exception as error:  # the state may be away: the next turn tries again
                    log.error("the alerts of world %s were not advanced: %r", world, error)
