"""The journal of a world: its latest requests, bounded, with a count of those dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypedDict

import orjson

from ..store.shared_state import Log, LogSpec, SharedState
from .known_secrets import KnownSecrets

MAX_BODY = 64 * 1024  # bytes of each body that are kept
_OVERHEAD = 800  # bytes of an entry without its bodies and target, about
_TUPLES, _BODIES = ("reasons", "warnings"), ("request_body", "response_body")


@dataclass
class JournalEntry:
    """One request and its response, unmasked; `entry_view` masks its secrets.

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
    stub: str | None = None
    request_body: bytes = b""
    request_type: str = ""
    response_body: bytes = b""
    response_type: str = ""
    agent: str = ""
    accept: str = ""
    address: str = ""
    duration_s: float = 0.0
    round_trips: int = 1
    id: int = 0

    def size(self) -> int:
        """The bytes that the entry takes, about."""
        return _OVERHEAD + len(self.request_body) + len(self.response_body) + len(self.target)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def repeated(self) -> Callable[[float, float], JournalEntry]:
        """What makes entries of further requests like this one, from `at` and `duration_s`."""
        _, *same, _, _, _ = vars(self).values()  # in the order of the fields
        return lambda at, duration_s: JournalEntry(*[at, *same, duration_s])

    def numbered(self, number: int) -> JournalEntry:
        """The entry itself, with its number set."""
        self.id = number
        return self

    def serialize(self) -> bytes:
        """The entry as JSON, with bodies as Latin-1."""
        return orjson.dumps(self, default=lambda body: body.decode("latin-1"))

    @classmethod
    def parse(cls, number: int, content: bytes) -> JournalEntry:
        """The entry that `serialize` wrote."""
        values: dict[str, Any] = orjson.loads(content)
        values |= {name: tuple(values[name]) for name in _TUPLES}
        values |= {name: values[name].encode("latin-1") for name in _BODIES}
        return cls(**values | {"id": number})


def open_journal(shared_state: SharedState, world: str, count: int, size: int) -> Log[JournalEntry]:
    """The journal of a world, of at most `count` entries and `size` bytes, by operation."""
    spec: LogSpec[JournalEntry] = LogSpec(
        count,
        size,
        JournalEntry.size,
        JournalEntry.serialize,
        JournalEntry.parse,
        lambda entry: entry.operation or "",
    )
    return shared_state.log(world, "journal", spec)


class EntryRow(TypedDict):
    """An entry in a list; `exchanges` are round trips on the wire."""

    id: int
    at: str
    world: str | None
    dialect: str
    operation: str | None
    method: str
    target: str
    key: str | None
    status: int
    fault: str | None
    stub: str | None
    exchanges: int
    milliseconds: float


class EntryView(EntryRow):
    """An entry as JSON."""

    reasons: list[str]
    warnings: list[str]
    request: dict[str, Any]
    response: dict[str, Any]


def entry_row(entry: JournalEntry, secrets: KnownSecrets) -> EntryRow:
    """What a list shows of an entry, with its secrets masked."""
    return {
        "id": entry.id,
        "at": timestamp(entry.at),
        "world": entry.world or None,
        "dialect": entry.dialect,
        "operation": entry.operation,
        "method": entry.method,
        "target": secrets.mask_target(entry.target),
        "key": entry.key or None,
        "status": entry.status,
        "fault": entry.fault,
        "stub": entry.stub,
        "exchanges": entry.round_trips,
        "milliseconds": round(entry.duration_s * 1000, 1),
    }


def entry_view(entry: JournalEntry, secrets: KnownSecrets) -> EntryView:
    """An entry as JSON, with its secrets masked."""
    return {
        **entry_row(entry, secrets),
        "reasons": [secrets.mask_text(reason) for reason in entry.reasons],
        "warnings": [secrets.mask_text(warning) for warning in entry.warnings],
        "request": {
            "authorization": f"{entry.scheme} {entry.key}".strip() or None,
            "contentType": secrets.mask_text(entry.request_type) or None,
            "accept": secrets.mask_text(entry.accept) or None,
            "userAgent": secrets.mask_text(entry.agent) or None,
            "body": secrets.mask_body(entry.request_body, entry.request_type),
        },
        "response": {
            "contentType": entry.response_type or None,
            "body": secrets.mask_body(entry.response_body, entry.response_type),
        },
    }


def timestamp(seconds: float) -> str:
    """Seconds since the epoch as RFC 3339 in milliseconds."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
