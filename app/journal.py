"""The journal of a world: its latest calls, bounded, with a count of those let go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

MOST_BODY = 64 * 1024  # bytes of each body that are kept

_ids = count(1)


@dataclass
class Row:
    """One call as it was; what leaves the process of it is masked by `rows.shown`.

    `at` is in seconds by the world's clock, `took` in seconds. `exchanges` counts the
    requests it took: a digest challenge and its answer are one call.
    """

    at: float
    world: str
    dialect: str
    operation: str | None
    method: str
    target: str
    project: str
    type_name: str
    key: str
    scheme: str
    status: int
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fault: str | None = None
    sent: bytes = b""
    sent_type: str = ""
    answered: bytes = b""
    answered_type: str = ""
    agent: str = ""
    accept: str = ""
    took: float = 0.0
    exchanges: int = 1
    id: int = field(default_factory=lambda: next(_ids))

    @property
    def size(self) -> int:
        """About how many bytes the row holds."""
        return 800 + len(self.sent) + len(self.answered) + len(self.target)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


class Journal:
    """The latest rows of a world, at most `rows` of them and `size` bytes."""

    def __init__(self, rows: int, size: int) -> None:
        self.dropped = 0
        self.version = 0
        self._most = rows
        self._most_size = size
        self._size = 0
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._lock = Lock()
        self._listeners: list[Callable[[], None]] = []

    def add(self, row: Row) -> None:
        """Append a row; the oldest make room for it."""
        with self._lock:
            self._rows[row.id] = row
            self._size += row.size
            while len(self._rows) > self._most or self._size > self._most_size:
                self._size -= self._rows.popitem(last=False)[1].size
                self.dropped += 1
            self.version += 1
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()

    def take_back(self, number: int) -> None:
        """Remove a row that turned out to be a part of another."""
        with self._lock:
            row = self._rows.pop(number, None)
            if row is not None:
                self._size -= row.size

    def get(self, number: int) -> Row | None:
        """A row by its number."""
        return self._rows.get(number)

    def rows(self) -> list[Row]:
        """All rows, the oldest first."""
        with self._lock:
            return list(self._rows.values())

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows())

    def clear(self) -> None:
        """Forget all rows, and those dropped."""
        with self._lock:
            self._rows.clear()
            self._size = self.dropped = 0

    def call_on_change(self, version: int, listener: Callable[[], None]) -> None:
        """Call once when there is more than there was at `version`, which may be now."""
        with self._lock:
            if self.version == version:
                self._listeners.append(listener)
                return
        listener()
