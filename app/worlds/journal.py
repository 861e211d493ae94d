"""The journal of a world: its latest requests, bounded, with a count of those dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import orjson

from ..store.shared_state import Log, LogSpec, SharedState, Topics
from . import request_counts

MAX_BODY = 64 * 1024  # bytes of each body that are kept
_OVERHEAD = 800  # bytes of an entry without its bodies and target, about


@dataclass
class JournalEntry:
    """One request and its response, unmasked; `journal_view.shown` masks its secrets.

    `at` is in seconds since the epoch by the world's clock. `round_trips` counts HTTP
    requests: a digest challenge and the request that answers it are one entry. `id` is set
    by the journal.
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
    request_body: bytes = b""
    request_type: str = ""
    response_body: bytes = b""
    response_type: str = ""
    agent: str = ""
    accept: str = ""
    duration_s: float = 0.0
    round_trips: int = 1
    id: int = 0

    @property
    def size(self) -> int:
        """The bytes that the entry takes, about."""
        return _OVERHEAD + len(self.request_body) + len(self.response_body) + len(self.target)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def numbered(self, number: int) -> JournalEntry:
        """The entry itself, with its number set."""
        self.id = number
        return self

    def serialize(self) -> bytes:
        """Two lengths in four bytes each, the other fields as JSON, and the two bodies."""
        facts = orjson.dumps([getattr(self, name) for name in _FACTS])
        lengths = b"".join(len(part).to_bytes(4, "big") for part in (facts, self.request_body))
        return b"".join((lengths, facts, self.request_body, self.response_body))

    @classmethod
    def parse(cls, number: int, content: bytes) -> JournalEntry:
        """The entry that `serialize` wrote."""
        facts, request = (int.from_bytes(content[at : at + 4], "big") for at in (0, 4))
        values: dict[str, Any] = dict(
            zip(_FACTS, orjson.loads(content[8 : 8 + facts]), strict=True)
        )
        values |= {name: tuple(values[name]) for name in ("reasons", "warnings")}
        bodies = content[8 + facts :]
        return cls(
            **values, request_body=bodies[:request], response_body=bodies[request:], id=number
        )


_NO_FACTS = ("request_body", "response_body", "id")
_FACTS = tuple(field.name for field in fields(JournalEntry) if field.name not in _NO_FACTS)


class Journal:
    """The latest entries of a world, at most `count` entries and `size` bytes."""

    def __init__(self, shared_state: SharedState, world: str, count: int, size: int) -> None:
        kind = LogSpec(
            count,
            size,
            lambda entry: entry.size,
            JournalEntry.serialize,
            JournalEntry.parse,
            lambda entry: entry.operation or "",
        )
        self._log: Log[JournalEntry] = shared_state.log(world, "journal", kind)

    def add(self, entry: JournalEntry) -> None:
        """Append an entry, number it and count it; the oldest are dropped to make room."""
        counted = request_counts.name(entry.dialect, entry.operation, entry.status)
        self._log.add(entry.numbered, counted)

    def remove(self, number: int) -> None:
        """Remove an entry that turned out to be a part of another; it was not dropped."""
        self._log.remove(number)

    def get(self, number: int) -> JournalEntry | None:
        """An entry by its number."""
        return self._log.get(number)

    def entries(self) -> list[JournalEntry]:
        """All entries, the oldest first."""
        return self._log.all()

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self.entries())

    def clear(self) -> None:
        """Remove all entries and reset `dropped`."""
        self._log.clear()

    @property
    def dropped(self) -> int:
        """The number of entries dropped to make room."""
        return self._log.dropped

    def version(self, operations: Topics = None) -> int:
        """A number that grows with each entry (of the operations, if given)."""
        return self._log.version(operations)

    def call_on_change(
        self, version: int, listener: Callable[[], None], operations: Topics = None
    ) -> Callable[[], None] | None:
        """Call `listener` once when the version differs; see `Log.call_on_change`."""
        return self._log.call_on_change(version, listener, operations)
