"""One line in the log for each call, as text or as JSON; secrets masked as in the journal.

`opsemu serve` writes the lines itself, those of a moment together: a record of `logging`
and a write for each would cost as much as answering it. Elsewhere they are records of the
logger `opsemu.access`, for the program around to do with as it likes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import orjson

from ..worlds.journal import Row
from ..worlds.world import Live

log = logging.getLogger("opsemu.access")

PATIENCE = 0.02  # seconds that a line may wait for others

Line = Callable[[float, str, str, dict[str, Any]], str]


def write(row: Row, live: Live) -> None:
    """Log a call; a challenge that its client is about to answer only for debugging."""
    level = logging.INFO if row.scheme or row.status != 401 else logging.DEBUG
    if not log.isEnabledFor(level):
        return
    # An address that was served is made of what there is, and no secret is among that.
    is_plain = row.status < 400 and "?" not in row.target
    target = row.target if is_plain else live.secrets.mask_target(row.target)
    told = [live.secrets.mask_text(text) for text in (*row.reasons, *row.warnings)]
    about = f"{row.operation or '-'} world={row.world or '-'} key={row.key or '-'}"
    line = f"{row.method} {target} {row.status} {about} {row.took * 1000:.1f}ms"
    message = " | ".join([line, *told])
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
    if _serving:
        _serving[0].put(level, message, call)
    else:
        log.log(level, "%s", message, extra={"call": call})


class Stderr(logging.StreamHandler):  # type: ignore[type-arg]
    """The lines of calls, and records of anything else, in the order in which they come.

    What waits is written at the latest when the process ends: `logging` flushes then.
    """

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._waiting: deque[str] = deque()

    def put(self, level: int, message: str, call: dict[str, Any]) -> None:
        """Write a call's line, on a loop with the others of its moment."""
        line = self._line(time.time(), logging.getLevelName(level), message, call)
        self._waiting.append(line)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a thread
            self.flush()
        else:
            if len(self._waiting) == 1:
                loop.call_later(PATIENCE, self.flush)

    def flush(self) -> None:
        """Write what is waiting."""
        with self.lock or contextlib.nullcontext():
            lines = []
            while self._waiting:
                lines.append(self._waiting.popleft())
            with contextlib.suppress(OSError):  # there is nobody left to tell
                self.stream.write("".join(lines))
                super().flush()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record behind the lines before it."""
        self.flush()
        super().emit(record)


def text_line(moment: float, level: str, message: str, call: dict[str, Any]) -> str:
    """A line as `logging` would write it."""
    second, rest = divmod(moment, 1)
    return f"{_second(int(second))},{int(rest * 1000):03d} {level} {message}\n"


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))


def json_line(moment: float, level: str, message: str, call: dict[str, Any]) -> str:
    """A JSON object a line."""
    at = datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds")
    return orjson.dumps({"time": at, "level": level, "message": message, **call}).decode() + "\n"


class JsonLines(logging.Formatter):
    """A JSON object a line, of any record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        more = dict(getattr(record, "call", {}))
        if record.exc_info:
            more["traceback"] = self.formatException(record.exc_info)
        return json_line(record.created, record.levelname, record.getMessage(), more)[:-1]


# Where lines go while `opsemu serve` runs; empty elsewhere.
_serving: list[Stderr] = []


def configure(form: str) -> None:
    """Log to stderr, as `text` or as `json`."""
    handler = Stderr(json_line if form == "json" else text_line)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else text)
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    _serving[:] = [handler]
