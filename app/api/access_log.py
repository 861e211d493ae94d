"""The access log: one record of the logger `opsemu.access` for each request.

Secrets are masked as in the journal. A record's `msg` is an `AccessEntry`.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..worlds.journal import JournalEntry
from ..worlds.world import World
from .printable import printable

log = logging.getLogger("opsemu.access")


@dataclass(slots=True)
class AccessEntry:
    """What the access log says of a request; the line is made when a handler asks for it."""

    entry: JournalEntry
    target: str
    reasons: list[str]
    created: float = field(default_factory=time.time)  # seconds since the epoch, in real time

    def __str__(self) -> str:
        entry = self.entry
        about = f"{entry.operation or '-'} world={entry.world or '-'} key={entry.key or '-'}"
        line = (
            f"{entry.method} {self.target} {entry.status} {about} {entry.duration_s * 1000:.1f}ms"
        )
        return printable(" | ".join([line, *self.reasons]))

    def members(self) -> dict[str, Any]:
        """The same as members of a JSON object."""
        entry = self.entry
        return {
            "method": entry.method,
            "target": self.target,
            "status": entry.status,
            "operation": entry.operation,
            "world": entry.world or None,
            "key": entry.key or None,
            "milliseconds": round(entry.duration_s * 1000, 1),
            "id": entry.id,
            "reasons": self.reasons,
        }


_sinks: list[Callable[[AccessEntry], None]] = []


def send_to(*sinks: Callable[[AccessEntry], None]) -> None:
    """Give entries to `sinks` from now on, which is quicker than records; to none by default."""
    _sinks[:] = sinks


def record_of(entry: AccessEntry) -> logging.LogRecord:
    """The record of an entry."""
    # Not `log.log`: it searches the stack for its caller, which takes longer than the rest.
    return log.makeRecord(log.name, logging.INFO, "", 0, entry, (), None)


def write(entry: JournalEntry, world: World) -> None:
    """Log a request, also a challenge: whether its client answers it is not known yet."""
    if not log.isEnabledFor(logging.INFO):
        return
    # The path of a served request is made of known names, but a fake's, and holds no secret.
    is_named = entry.stub is None and not (entry.operation or "").startswith("deliver.")
    is_plain = entry.status < 400 and "?" not in entry.target and is_named
    target = entry.target if is_plain else world.secrets.mask_target(entry.target)
    reasons = [world.secrets.mask_text(text) for text in (*entry.reasons, *entry.warnings)]
    message = AccessEntry(entry, target, reasons)
    for sink in _sinks:
        sink(message)
    if not _sinks:
        log.handle(record_of(message))
