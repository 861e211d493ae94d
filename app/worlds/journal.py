"""The journal of a world: its latest calls, bounded, with a count of those let go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import orjson

from ..store.shared_state import Log, LogSpec, SharedState, Topics
from . import request_counts

MOST_BODY = 64 * 1024  # bytes of each body that are kept
_BODIES = ("sent", "answered")


@dataclass
class Row:
    """One call as it was; what leaves the process of it is masked by `rows.shown`.

    `at` is in seconds by the world's clock, `took` in seconds. `exchanges` counts the
    requests it took: a digest challenge and its answer are one call. `id` is given by the
    journal.
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
    id: int = 0

    @property
    def size(self) -> int:
        """About how many bytes the row holds."""
        return 800 + len(self.sent) + len(self.answered) + len(self.target)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def numbered(self, number: int) -> Row:
        """The row, under its number from now on."""
        self.id = number
        return self

    def written(self) -> bytes:
        """The row as bytes: its short facts as JSON, then the bodies as they were."""
        facts = orjson.dumps([getattr(self, name) for name in _FACTS])
        lengths = (len(facts), len(self.sent))
        return b"".join((*(n.to_bytes(4, "big") for n in lengths), facts, self.sent, self.answered))

    @classmethod
    def read(cls, number: int, content: bytes) -> Row:
        """The row that was written so."""
        facts, sent = (int.from_bytes(content[at : at + 4], "big") for at in (0, 4))
        values: dict[str, Any] = dict(
            zip(_FACTS, orjson.loads(content[8 : 8 + facts]), strict=True)
        )
        values |= {name: tuple(values[name]) for name in ("reasons", "warnings")}
        bodies = content[8 + facts :]
        return cls(**values, sent=bodies[:sent], answered=bodies[sent:], id=number)


_FACTS = tuple(field.name for field in fields(Row) if field.name not in (*_BODIES, "id"))


def _operation(row: Row) -> str:
    return row.operation or ""


class Journal:
    """The latest rows of a world, at most `rows` of them and `size` bytes."""

    def __init__(self, shared_state: SharedState, world: str, rows: int, size: int) -> None:
        kind = LogSpec(rows, size, lambda row: row.size, Row.written, Row.read, _operation)
        self._log: Log[Row] = shared_state.log(world, "journal", kind)

    def add(self, row: Row) -> None:
        """Append a row, which gets its number, and count it; the oldest make room for it."""
        self._log.add(row.numbered, request_counts.name(row.dialect, row.operation, row.status))

    def take_back(self, number: int) -> None:
        """Remove a row that turned out to be a part of another."""
        self._log.remove(number)

    def get(self, number: int) -> Row | None:
        """A row by its number."""
        return self._log.get(number)

    def rows(self) -> list[Row]:
        """All rows, the oldest first."""
        return self._log.all()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows())

    def clear(self) -> None:
        """Forget all rows, and those dropped."""
        self._log.clear()

    @property
    def dropped(self) -> int:
        """How many rows had to make room for others."""
        return self._log.dropped

    def version(self, operations: Topics = None) -> int:
        """A number that grows with each row (of one of the operations)."""
        return self._log.version(operations)

    def call_on_change(
        self, version: int, listener: Callable[[], None], operations: Topics = None
    ) -> Callable[[], None] | None:
        """Call `listener` once when the version differs; see `Log.call_on_change`."""
        return self._log.call_on_change(version, listener, operations)
