"""One line in the log for each call, as text or as JSON; secrets masked as in the journal."""

from __future__ import annotations

import logging
from datetime import datetime, timezone

import orjson

from .journal import Row
from .live import Live

log = logging.getLogger("opsemu.access")


def write(row: Row, live: Live) -> None:
    """Log a call; a challenge that its client is about to answer only for debugging."""
    level = logging.INFO if row.scheme or row.status != 401 else logging.DEBUG
    if not log.isEnabledFor(level):
        return
    secrets = live.secrets
    target = secrets.mask_target(row.target)
    told = [secrets.mask_text(text) for text in (*row.reasons, *row.warnings)]
    about = f"{row.operation or '-'} world={row.world or '-'} key={row.key or '-'}"
    line = f"{row.method} {target} {row.status} {about} {row.took * 1000:.1f}ms"
    call = {
        "method": row.method,
        "target": target,
        "status": row.status,
        "operation": row.operation,
        "world": row.world or None,
        "key": row.key or None,
        "milliseconds": round(row.took * 1000, 1),
        "id": row.id,
        "reasons": told,
    }
    log.log(level, "%s", " | ".join([line, *told]), extra={"call": call})


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "call", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def configure(form: str) -> None:
    """Log to stderr, as `text` or as `json`."""
    handler = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else text)
    logging.basicConfig(handlers=[handler], level=logging.INFO)
