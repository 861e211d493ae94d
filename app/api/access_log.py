"""The access log: one record of the logger `opsemu.access` for each request.

Secrets are masked as in the journal. A record's `msg` is an `AccessEntry`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from ..worlds.journal import Row
from ..worlds.world import Live

log = logging.getLogger("opsemu.access")


@dataclass(slots=True)
class AccessEntry:
    """What the access log says of a request; the line is made when a handler asks for it."""

    row: Row
    target: str
    reasons: list[str]

    def __str__(self) -> str:
        row = self.row
        about = f"{row.operation or '-'} world={row.world or '-'} key={row.key or '-'}"
        line = f"{row.method} {self.target} {row.status} {about} {row.took * 1000:.1f}ms"
        return " | ".join([line, *self.reasons])

    def members(self) -> dict[str, Any]:
        """The same as members of a JSON object."""
        row = self.row
        return {
            "method": row.method,
            "target": self.target,
            "status": row.status,
            "operation": row.operation,
            "world": row.world or None,
            "key": row.key or None,
            "milliseconds": round(row.took * 1000, 1),
            "id": row.id,
            "reasons": self.reasons,
        }


def write(row: Row, live: Live) -> None:
    """Log a request; a challenge that its client is about to answer only for debugging."""
    level = logging.INFO if row.scheme or row.status != 401 else logging.DEBUG
    if not log.isEnabledFor(level):
        return
    # The path of a served request is made of known names and holds no secret.
    is_plain = row.status < 400 and "?" not in row.target
    target = row.target if is_plain else live.secrets.mask_target(row.target)
    reasons = [live.secrets.mask_text(text) for text in (*row.reasons, *row.warnings)]
    entry = AccessEntry(row, target, reasons)
    # Not `log.log`: it searches the stack for its caller, which takes longer than the rest.
    log.handle(log.makeRecord(log.name, level, "", 0, entry, (), None))
