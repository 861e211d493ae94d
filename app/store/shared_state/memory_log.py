"""A log of a single process."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Generic

from .base import Entry, LogSpec, Topics

_numbers = count(1)


class MemoryLog(Generic[Entry]):
    """A log that keeps its entries as they are."""

    def __init__(self, kind: LogSpec[Entry], count: Callable[[str], int]) -> None:
        self.dropped = 0
        self._count = count
        self._kind = kind
        self._size = 0
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._latest: dict[str | None, int] = {}
        self._listeners: defaultdict[str | None, list[Callable[[], None]]] = defaultdict(list)
        self._lock = Lock()

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        kind, entries = self._kind, self._entries
        with self._lock:
            number = next(_numbers)
            entry = entries[number] = make(number)
            self._size += kind.weigh(entry)
            while len(entries) > kind.rows or self._size > kind.size:
                self._size -= kind.weigh(entries.popitem(last=False)[1])
                self.dropped += 1
            topic = kind.topic(entry)
            self._latest[None] = self._latest[topic] = number
            listeners = self._pop_listeners(topic) if self._listeners else ()
        if counted is not None:
            self._count(counted)
        for listener in listeners:
            listener()
        return entry

    def get(self, number: int) -> Entry | None:
        return self._entries.get(number)

    def all(self) -> list[Entry]:
        with self._lock:
            return list(self._entries.values())

    def remove(self, number: int) -> None:
        with self._lock:
            entry = self._entries.pop(number, None)
            if entry is not None:
                self._size -= self._kind.weigh(entry)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = self.dropped = 0

    def version(self, topics: Topics = None) -> int:
        return max((self._latest.get(topic, 0) for topic in topics or (None,)), default=0)

    def call_on_change(
        self, version: int, listener: Callable[[], None], topics: Topics = None
    ) -> Callable[[], None]:
        with self._lock:
            is_due = self.version(topics) != version
            for topic in () if is_due else topics or (None,):
                self._listeners[topic].append(listener)
        if is_due:
            listener()
        return lambda: self._forget(listener)

    def _pop_listeners(self, topic: str) -> list[Callable[[], None]]:
        return [*self._listeners.pop(topic, ()), *self._listeners.pop(None, ())]

    def _forget(self, listener: Callable[[], None]) -> None:
        with self._lock:
            for topic, listeners in list(self._listeners.items()):
                kept = [each for each in listeners if each is not listener]
                self._listeners[topic] = kept
                if not kept:
                    del self._listeners[topic]
