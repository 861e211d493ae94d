"""Listeners to logs that other processes write, too: somebody has to look again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import NamedTuple

from ..stores import StateUnavailable

PERIOD = 0.02  # seconds
PATIENCE = 300.0  # seconds after which nobody waits any more


class _Waiting(NamedTuple):
    listener: Callable[[], None]
    version: int
    until: float


class Watcher:
    """Looks at logs while there are listeners, in a thread that ends with the last of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Callable[[], int], list[_Waiting]] = {}
        self._thread: Thread | None = None

    def add(self, look: Callable[[], int], version: int, listener: Callable[[], None]) -> None:
        """Call once when `look`, which tells a log's version, tells another one than `version`."""
        waiting = _Waiting(listener, version, time.monotonic() + PATIENCE)
        with self._lock:
            self._waiting.setdefault(look, []).append(waiting)
            if self._thread is None:
                self._thread = Thread(target=self._watch, name="opsemu-watch", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        while True:
            time.sleep(PERIOD)
            for look in list(self._waiting):
                with suppress(StateUnavailable):  # who waits may wait until it is back
                    self._tell(look, look())
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return

    def _tell(self, look: Callable[[], int], version: int) -> None:
        now = time.monotonic()
        with self._lock:
            every = self._waiting.pop(look)
            rest = [each for each in every if each.version == version and each.until > now]
            if rest:
                self._waiting[look] = rest
        for each in every:
            if each.version != version:
                each.listener()
