"""Listeners to logs that other processes write, too: somebody has to look again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, NamedTuple

from .. import StateUnavailable
from .base import Log, Topics

PERIOD = 0.02  # seconds


class _Waiting(NamedTuple):
    listener: Callable[[], None]
    log: Log[Any]
    topics: Topics
    version: int


class Watcher:
    """Looks at logs while there are listeners, in a thread that ends with the last of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[_Waiting] = []
        self._thread: Thread | None = None

    def add(
        self, log: Log[Any], topics: Topics, version: int, listener: Callable[[], None]
    ) -> Callable[[], None]:
        """Call once when the log has another version; the answer cancels that."""
        waiting = _Waiting(listener, log, topics, version)
        with self._lock:
            self._waiting.append(waiting)
            if self._thread is None:
                self._thread = Thread(target=self._watch, name="opsemu-watch", daemon=True)
                self._thread.start()
        return lambda: self._forget([waiting])

    def _watch(self) -> None:
        while True:
            time.sleep(PERIOD)
            with suppress(StateUnavailable):  # who waits may wait until it is back
                self._tell()
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return

    def _tell(self) -> None:
        every, versions = list(self._waiting), {}
        for each in every:  # many wait for the same
            place = id(each.log), each.topics
            if place not in versions:
                versions[place] = each.log.version(each.topics)
        due = [each for each in every if versions[id(each.log), each.topics] != each.version]
        self._forget(due)
        for each in due:
            each.listener()

    def _forget(self, gone: list[_Waiting]) -> None:
        with self._lock:
            self._waiting = [each for each in self._waiting if each not in gone]
