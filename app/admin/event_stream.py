"""What a stream of server-sent events tells: new journal entries, and what else has changed."""

import re
import time
from collections.abc import Callable
from typing import Any

import orjson

from ..store.shared_state import Log
from ..worlds.clock import NO_WORLD_YET
from ..worlds.journal import JournalEntry, entry_row
from ..worlds.manager import WorldError
from . import AdminApp

MAX_FIRST_ROWS = 1_000  # of the first event, and after the journal was emptied
MAX_ROWS = 100  # of a further event; a page shows no more at a glance
# Numbers that are looked at again: a digest challenge leaves the journal when it is answered,
# and one of two servers may be late with an entry.
OVERLAP = 100
BUSY = 1.0  # seconds between two events while there are more rows than MAX_ROWS
KEEP_ALIVE = 14.0  # seconds without an event, after which a comment is sent
ALL_PARTS = ("worlds", "faults", "clock", "snapshots", "stubs", "state", "alerts", "inbox")
_NUMBER = re.compile("[0-9]{1,18}")  # fits into 64 bits
REQUESTS = "requests"  # the part whose change is that entries are gone


class EventStream:
    """The events of one world for one client; `resume` is the id of the last event it has."""

    def __init__(self, admin: AdminApp, world: str, resume: str) -> None:
        self._admin = admin
        self._name = world
        self._worlds = admin.services.worlds
        epoch, _, number = resume.partition("-")
        self._epoch = self._worlds.changes.epoch
        self._is_reset = epoch != self._epoch or not _NUMBER.fullmatch(number)
        self._floor = self._last = 0 if self._is_reset else int(number)
        self._sent: set[int] = set()
        changes = self._worlds.changes.log.all()
        self._last_change = changes[-1].number if changes else 0
        self._logs: list[Log[Any]] = []
        self._versions: list[int] = []
        self._sent_at = 0.0
        self._is_busy = self._is_over = False

    def close(self) -> None:
        """Make room for another stream."""
        self._admin.streams.discard(self)

    def part(self) -> bytes | None:
        """Events since the last part; a comment if there was none for long."""
        if self._is_over:
            return None
        now = time.monotonic()
        if self._is_busy and now - self._sent_at < BUSY:
            return b""
        content = self._events()
        if not content and now - self._sent_at > KEEP_ALIVE:
            content = b":\n\n"
        self._sent_at = now if content else self._sent_at
        return content

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None] | None:
        """Call `listener` once, after something changed since the last part."""
        if self._is_over:
            listener()
        pairs = zip(self._logs, self._versions, strict=True)
        cancels = [log.call_on_change(version, listener) for log, version in pairs]
        known = [cancel for cancel in cancels if cancel is not None]

        def cancel_all() -> None:
            for cancel in known:
                cancel()

        return cancel_all if known else None

    def _events(self) -> bytes:
        world = self._worlds.get(self._name)
        unmatched = self._worlds.get(NO_WORLD_YET)
        logs: list[Log[Any]] = [world.journal, unmatched.journal, self._worlds.changes.log]
        versions = [log.version() for log in logs]  # first: what comes meanwhile is for later
        is_first = not self._logs
        is_replaced = not is_first and self._logs[0] is not logs[0]  # the world was reset
        if not is_first and not is_replaced and versions == self._versions:
            return b""
        self._logs, self._versions = logs, versions
        parts = self._changed() | ({*ALL_PARTS, REQUESTS} if is_replaced else set())
        # At first, too: it may have gone after the request was admitted.
        if ("worlds" in parts or is_first) and not self._exists():
            self._is_over = True
            return _event("changed", {"parts": ["worlds"]})
        if REQUESTS in parts:
            self._is_reset, self._floor, self._last, self._sent = True, 0, 0, set()
        new, removed = self._read_journals()
        if not is_first:
            parts |= {part for entry in new for part in _written(entry)}
        events = b""
        if new or removed or self._is_reset or is_first:
            events = self._requests(new, removed, MAX_FIRST_ROWS if is_first else MAX_ROWS)
        return events + (_event("changed", {"parts": sorted(parts)}) if parts else b"")

    def _changed(self) -> set[str]:
        """The parts that changed in this world or in all worlds."""
        changes = self._worlds.changes.log.all(self._last_change)
        self._last_change = changes[-1].number if changes else self._last_change
        return {part for each in changes if each.world in ("", self._name) for part in each.parts}

    def _exists(self) -> bool:
        try:
            return self._admin.worlds.record(self._name) is not None
        except WorldError:
            return False

    def _read_journals(self) -> tuple[list[JournalEntry], list[int]]:
        """Entries that are new, and the numbers of those that were sent and are there no more."""
        floor = max(self._floor, self._last - OVERLAP)
        journal = self._worlds.get(self._name).journal
        entries = [*journal.all(floor), *self._worlds.unmatched(self._name, floor)]
        new = sorted((e for e in entries if e.id not in self._sent), key=lambda entry: entry.id)
        removed = sorted(self._sent.difference(entry.id for entry in entries))
        self._last = max([self._last, *(entry.id for entry in new[-1:])])
        self._sent = {entry.id for entry in entries if entry.id > self._last - OVERLAP}
        return new, removed

    def _requests(self, new: list[JournalEntry], removed: list[int], most: int) -> bytes:
        """The event about journal entries: the latest ones that are new, and what is gone."""
        secrets = self._worlds.get(self._name).secrets
        shown = new[-(MAX_FIRST_ROWS if self._is_reset else most) :]
        about = {
            "reset": self._is_reset,
            "requests": [entry_row(entry, secrets) for entry in shown],
            "removed": removed,
            "dropped": len(new) - len(shown),
        }
        self._is_reset, self._is_busy = False, len(shown) < len(new)
        return b"id: %s-%d\n" % (self._epoch.encode(), self._last) + _event(REQUESTS, about)


def _written(entry: JournalEntry) -> set[str]:
    """What a request may have changed."""
    parts = {"faults"} if entry.fault else set()
    if entry.stub:
        parts.add("stubs")
    if entry.method not in ("GET", "HEAD") and entry.status < 400:
        parts |= {"state", "alerts", "inbox"}
    return parts


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(data))
