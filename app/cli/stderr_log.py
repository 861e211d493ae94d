"""The log of `opsemu serve`: a thread writes it to stderr, so that no request waits for that.

If nobody reads stderr, records beyond MAX_QUEUED are dropped and counted; the log says how
many once it is read again.
"""

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from ..api import access_log
from ..api.access_log import AccessEntry
from ..api.printable import printable, printable_lines

MAX_QUEUED = 10_000  # records
MAX_LINES = 500  # of one write
WRITE_INTERVAL = 0.02  # seconds in which records are collected for one write
FLUSH_TIMEOUT = 0.2  # seconds that the rest may take at exit


class BackgroundHandler(logging.Handler):
    """Queues records; a thread writes them to a file descriptor, those of a moment at once."""

    def __init__(self, formatter: logging.Formatter, descriptor: int) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.records: queue.SimpleQueue[logging.LogRecord | AccessEntry | None]
        self.records = queue.SimpleQueue()
        self._descriptor = descriptor
        self._dropped = 0
        # A daemon: whoever writes to a full pipe waits until it is read, maybe for ever.
        self._thread = threading.Thread(target=self._run, daemon=True)

    def emit(self, record: logging.LogRecord | AccessEntry) -> None:
        """Put a record, or an entry of the access log, on the queue, without waiting."""
        if self.records.qsize() < MAX_QUEUED:
            self.records.put(record)
        else:
            self._dropped += 1

    def start(self) -> None:
        """Write records from now on, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued, for at most FLUSH_TIMEOUT seconds."""
        self.records.put(None)
        self._thread.join(FLUSH_TIMEOUT)

    def _run(self) -> None:
        lines: list[str] = []
        reported = 0  # of the dropped records
        while True:
            if self.records.empty():
                if dropped := self._dropped - reported:
                    reported += dropped
                    lines.append(self._drop_notice(dropped))
                self._write(lines)
                record = self.records.get()
                time.sleep(WRITE_INTERVAL)
            else:
                record = self.records.get()
            if record is None:
                break
            try:
                lines.append(f"{self._line(record)}\n")
            except Exception:
                self.handleError(logging.makeLogRecord({"msg": record}))
            if len(lines) >= MAX_LINES:
                self._write(lines)
        self._write(lines)

    def _line(self, record: logging.LogRecord | AccessEntry) -> str:
        if isinstance(record, logging.LogRecord):
            return self.format(record)
        if isinstance(self.formatter, TextFormatter):
            return self.formatter.format_entry(record, record.created)
        as_record = access_log.record_of(record)
        as_record.created, as_record.msecs = record.created, record.created % 1 * 1000
        return self.format(as_record)

    def _drop_notice(self, dropped: int) -> str:
        message = f"{dropped} log records were dropped: stderr was not read"
        fields = {"name": "opsemu", "levelname": "WARNING", "msg": message}
        return f"{self.format(logging.makeLogRecord(fields))}\n"

    def _write(self, lines: list[str]) -> None:
        content = "".join(lines).encode(errors="backslashreplace")
        lines.clear()
        with suppress(OSError):  # nobody can read it any more
            while content:
                content = content[os.write(self._descriptor, content) :]


class TextFormatter(logging.Formatter):
    """Text in the usual way, but quicker: the time is formatted once a second."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; the short way for the access log, which has nearly all of them."""
        if isinstance(record.msg, AccessEntry):
            return self.format_entry(record.msg, record.created)
        return super().format(record)

    def format_entry(self, entry: AccessEntry, created: float) -> str:
        """An entry of the access log as text."""
        return f"{_time(created)} INFO {entry}"

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return printable_lines(super().formatException(ei))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _time(record.created)


def _time(seconds: float) -> str:
    return f"{_second(int(seconds))},{int(seconds % 1 * 1000):03d}"


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))


def json_formatter() -> logging.Formatter:
    """Formats a record as a JSON object; the members of an access log entry are its own."""
    from pythonjsonlogger.orjson import OrjsonFormatter

    class JsonFormatter(OrjsonFormatter):
        def format(self, record: logging.LogRecord) -> str:
            return printable(super().format(record))

        def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
            moment = datetime.fromtimestamp(record.created, timezone.utc)
            return moment.isoformat(timespec="milliseconds")

        def add_fields(
            self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
        ) -> None:
            super().add_fields(log_data, record, message_dict)
            if isinstance(record.msg, AccessEntry):
                log_data.update(record.msg.members())

    names = {"asctime": "time", "levelname": "level", "exc_info": "traceback"}
    return JsonFormatter(["asctime", "levelname", "message"], rename_fields=names)


@contextmanager
def log_to_stderr(log_format: str, level: str) -> Iterator[None]:
    """Log to stderr for the length of a block: `text`, or `json`, an object a line.

    Records below `level` (`debug`, `info`, `warning`, `error`) are left out.
    """
    text = "%(asctime)s %(levelname)s %(message)s"
    formatter = json_formatter() if log_format == "json" else TextFormatter(text)
    # The descriptor: Python waits at exit for whoever is writing to `sys.stderr` itself.
    handler = BackgroundHandler(formatter, sys.stderr.fileno() if sys.stderr else -1)
    # No formatter asks for these, and each record would look them up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(handlers=[handler], level=level.upper())
    handler.start()
    access_log.send_to(handler.emit)
    try:
        yield
    finally:
        access_log.send_to()
        handler.stop()
