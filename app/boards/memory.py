"""The board of a single process."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Any, Generic

from .base import MOST_CHALLENGES, MOST_NONCES, Edit, Entries, Entry, Log

_numbers = count(1)


class MemoryLog(Generic[Entry]):
    """A log that keeps its entries as they are."""

    def __init__(self, kind: Entries[Entry]) -> None:
        self.version = 0
        self.dropped = 0
        self._kind = kind
        self._size = 0
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._lock = Lock()
        self._listeners: list[Callable[[], None]] = []

    def add(self, make: Callable[[int], Entry]) -> Entry:
        kind, entries = self._kind, self._entries
        with self._lock:
            number = next(_numbers)
            entry = entries[number] = make(number)
            self._size += kind.weigh(entry)
            while len(entries) > kind.rows or self._size > kind.size:
                self._size -= kind.weigh(entries.popitem(last=False)[1])
                self.dropped += 1
            self.version = number
            listeners, self._listeners = self._listeners, []
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

    def call_on_change(self, version: int, listener: Callable[[], None]) -> None:
        with self._lock:
            if self.version == version:
                self._listeners.append(listener)
                return
        listener()


class MemoryBoard:
    """Values, counts and logs in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[str, dict[str, bytes]] = {}
        self._logs: dict[str, dict[str, Any]] = {}
        self._counts: Counter[str] = Counter()
        self._used: OrderedDict[bytes, int] = OrderedDict()
        self._expected: OrderedDict[bytes, bytes] = OrderedDict()

    def read(self, world: str, name: str) -> bytes | None:
        values = self._values.get(world)
        return values.get(name) if values else None

    def change(self, world: str, name: str, edit: Edit) -> None:
        with self._lock:
            values = self._values.setdefault(world, {})
            after = edit(values.get(name))
            if after is None:
                values.pop(name, None)
            else:
                values[name] = after

    def log(self, world: str, name: str, kind: Entries[Entry]) -> Log[Entry]:
        logs = self._logs.setdefault(world, {})
        found: Log[Entry] = logs.setdefault(name, MemoryLog(kind))
        return found

    def first_use(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        with self._lock:
            used = self._used.get(nonce, 0)
            if used >> count & 1:
                return False
            self._used[nonce] = used | 1 << count
            if not used:
                self._forget_nonces(now - life)
        return True

    def _forget_nonces(self, since: float) -> None:
        """Drop the oldest that nobody can need any more: two for each new one."""
        for _ in range(2):
            oldest = next(iter(self._used))
            issued = int.from_bytes(oldest[:6], "big") / 1000
            if len(self._used) <= MOST_NONCES and issued >= since:
                return
            del self._used[oldest]

    def expect(self, nonce: bytes, content: bytes, now: float, life: float) -> None:
        self._expected[nonce] = content
        if len(self._expected) > MOST_CHALLENGES:
            self._expected.popitem(last=False)

    def expected(self, nonce: bytes) -> bytes | None:
        return self._expected.pop(nonce, None)

    def count(self, name: str) -> int:
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    def worlds(self) -> list[str]:
        return list(self._logs)

    def forget(self, world: str) -> None:
        self._values.pop(world, None)
        self._logs.pop(world, None)

    def close(self) -> None:
        pass
