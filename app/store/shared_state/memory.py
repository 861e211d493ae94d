"""The shared state of a single process."""

from __future__ import annotations

from collections import Counter, OrderedDict
from threading import Lock
from typing import Any

from .base import MAX_CHALLENGES, MAX_NONCES, Edit, Entry, Log, LogSpec
from .memory_log import MemoryLog


class MemorySharedState:
    """Values, counts and logs in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[str, dict[str, bytes]] = {}
        self._logs: dict[str, dict[str, Any]] = {}
        self._counts: Counter[str] = Counter()
        self._used: OrderedDict[bytes, int] = OrderedDict()
        self._pending: OrderedDict[bytes, bytes] = OrderedDict()

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

    def log(self, world: str, name: str, kind: LogSpec[Entry]) -> Log[Entry]:
        logs = self._logs.setdefault(world, {})
        log: Log[Entry] = logs.setdefault(name, MemoryLog(kind, self.count))
        return log

    def mark_used(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        with self._lock:
            used = self._used.get(nonce, 0)
            if used >> count & 1:
                return False
            self._used[nonce] = used | 1 << count
            if not used:
                self._forget_nonces(now - life)
        return True

    def _forget_nonces(self, since: float) -> None:
        """Remove at most two nonces that expired before `since` or are too many."""
        for _ in range(2):
            oldest = next(iter(self._used))
            issued = int.from_bytes(oldest[:6], "big") / 1000
            if len(self._used) <= MAX_NONCES and issued >= since:
                return
            del self._used[oldest]

    def put_pending(self, nonce: bytes, content: bytes, now: float, life: float) -> None:
        self._pending[nonce] = content
        if len(self._pending) > MAX_CHALLENGES:
            self._pending.popitem(last=False)

    def pop_pending(self, nonce: bytes) -> bytes | None:
        return self._pending.pop(nonce, None)

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
