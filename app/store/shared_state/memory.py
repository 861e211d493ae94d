"""The shared state of a single process."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import count, takewhile
from threading import Lock
from typing import Any, Generic

from .base import Edit, Entry, Listener, Log, LogSpec, SharedState, Topics

MAX_NONCES = 200_000  # nonces whose used counts are kept; beyond, the oldest are forgotten
MAX_CHALLENGES = 2_000  # challenges without an answer that are kept

_numbers = count(1)


class MemorySharedState(SharedState):
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
        """Remove at most two nonces that were issued before `since` or are too many."""
        for _ in range(2):
            oldest = next(iter(self._used))
            issued = int.from_bytes(oldest[:6], "big") / 1000
            if len(self._used) <= MAX_NONCES and issued >= since:
                return
            del self._used[oldest]

    def put_pending(self, nonce: bytes, content: bytes, life: float) -> None:
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
        for log in self._logs.pop(world, {}).values():
            log.close()

    def close(self) -> None:
        pass


@dataclass(eq=False)
class _Subscription:
    """A listener of some topics, or of None for all of them."""

    listener: Listener
    topics: Collection[str | None]


class MemoryLog(Generic[Entry]):
    """A log that keeps its entries as they are."""

    def __init__(self, kind: LogSpec[Entry], count: Callable[[str], int]) -> None:
        self.dropped = 0
        self.is_closed = False
        self._count = count
        self._kind = kind
        self._size = 0
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._latest: dict[str | None, int] = {}
        self._subscriptions: dict[str | None, dict[_Subscription, None]] = {}  # by topic
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
            listeners = self._pop_listeners((None, topic)) if self._subscriptions else ()
        if counted is not None:
            self._count(counted)
        for listener in listeners:
            listener()
        return entry

    def get(self, number: int) -> Entry | None:
        return self._entries.get(number)

    def all(self, after: int = 0) -> list[Entry]:
        with self._lock:
            if not after:
                return list(self._entries.values())
            numbers = list(takewhile(lambda number: number > after, reversed(self._entries)))
            return [self._entries[number] for number in reversed(numbers)]

    def remove(self, number: int) -> None:
        with self._lock:
            entry = self._entries.pop(number, None)
            if entry is not None:
                self._size -= self._kind.weigh(entry)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = self.dropped = 0
            listeners = self._pop_listeners(list(self._subscriptions))
        for listener in listeners:
            listener()

    def close(self) -> None:
        """Call all listeners, and from now on each new one at once."""
        self.is_closed = True
        self.clear()

    def version(self, topics: Topics = None) -> int:
        return max((self._latest.get(topic, 0) for topic in topics or (None,)), default=0)

    def call_on_change(self, version: int, listener: Listener, topics: Topics = None) -> Listener:
        subscription = _Subscription(listener, topics or (None,))
        with self._lock:
            is_due = self.is_closed or self.version(topics) != version
            for topic in () if is_due else subscription.topics:
                self._subscriptions.setdefault(topic, {})[subscription] = None
        if is_due:
            listener()
        return lambda: self._cancel(subscription)

    def _pop_listeners(self, topics: Iterable[str | None]) -> list[Listener]:
        due = [each for topic in topics for each in self._subscriptions.get(topic, ())]
        for subscription in due:
            self._remove(subscription)
        return [subscription.listener for subscription in dict.fromkeys(due)]

    def _cancel(self, subscription: _Subscription) -> None:
        with self._lock:
            self._remove(subscription)

    def _remove(self, subscription: _Subscription) -> None:
        for topic in subscription.topics:
            subscriptions = self._subscriptions.get(topic, {})
            subscriptions.pop(subscription, None)
            if not subscriptions:
                self._subscriptions.pop(topic, None)
