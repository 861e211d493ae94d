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
from logging.handlers import QueueHandler, QueueListener
from typing import Any

from ..api.access_log import AccessEntry

MAX_QUEUED = 10_000  # records
MAX_LINES = 500  # of one write
WRITE_INTERVAL = 0.02  # seconds in which records are collected for one write
FLUSH_TIMEOUT = 0.2  # seconds that the rest may take at exit


class BoundedQueueHandler(QueueHandler):
    """Puts records on a queue, and counts those for which it has no room."""

    def __init__(self) -> None:
        self.records: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.dropped = 0
        super().__init__(self.records)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """The record as it is: it stays in this process, and the listener formats it."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Put a record on the queue, without waiting."""
        if self.records.qsize() < MAX_QUEUED:
            self.records.put(record)
        else:
            self.dropped += 1


class BatchListener(QueueListener):
    """Writes the records of a handler to a file descriptor, those of a moment at once."""

    def __init__(
        self, handler: BoundedQueueHandler, formatter: logging.Formatter, descriptor: int
    ) -> None:
        super().__init__(handler.records)
        self._handler = handler
        self._formatter = formatter
        self._descriptor = descriptor
        self._lines: list[str] = []
        self._reported = 0  # of the dropped records

    def dequeue(self, block: bool) -> Any:
        """The next record, None at the end; writes the earlier ones before it waits."""
        records = self._handler.records
        if records.empty():
            self._report_dropped()
            self._write()
            record = records.get(block)
            time.sleep(WRITE_INTERVAL)
        else:
            record = records.get()
        if record is None:
            self._write()
        return record

    def handle(self, record: logging.LogRecord) -> None:
        """Format a record for the next write."""
        self._lines.append(self._formatter.format(record) + "\n")
        if len(self._lines) >= MAX_LINES:
            self._write()

    def stop(self) -> None:
        """Write what is queued, for at most FLUSH_TIMEOUT seconds."""
        # In a thread: whoever writes to a full pipe waits until it is read, maybe for ever.
        stopping = threading.Thread(target=super().stop, daemon=True)
        stopping.start()
        stopping.join(FLUSH_TIMEOUT)

    def _report_dropped(self) -> None:
        dropped = self._handler.dropped - self._reported
        if dropped:
            self._reported += dropped
            message = f"{dropped} log records were dropped: stderr was not read"
            fields = {"name": "opsemu", "levelname": "WARNING", "msg": message}
            self.handle(logging.makeLogRecord(fields))

    def _write(self) -> None:
        content = "".join(self._lines).encode(errors="backslashreplace")
        self._lines.clear()
        with suppress(OSError):  # nobody can read it any more
            while content:
                content = content[os.write(self._descriptor, content) :]


class TextFormatter(logging.Formatter):
    """A line of text; the time is formatted once a second."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; the short way for the access log, which has nearly all of them."""
        if isinstance(record.msg, AccessEntry):
            return f"{self.formatTime(record)} {record.levelname} {record.msg}"
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Local time, with milliseconds."""
        return f"{_second(int(record.created))},{int(record.msecs):03d}"


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))


def json_formatter() -> logging.Formatter:
    """Formats a record as a JSON object; the members of an access log entry are its own."""
    from pythonjsonlogger.orjson import OrjsonFormatter

    class JsonFormatter(OrjsonFormatter):
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
def log_to_stderr(log_format: str) -> Iterator[None]:
    """Log to stderr for the length of a block: `text`, or `json`, an object a line."""
    formatter = json_formatter() if log_format == "json" else TextFormatter()
    handler = BoundedQueueHandler()
    # The descriptor: Python waits at exit for whoever is writing to `sys.stderr` itself.
    listener = BatchListener(handler, formatter, sys.stderr.fileno() if sys.stderr else -1)
    # No formatter asks for these, and each record would look them up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    listener.start()
    try:
        yield
    finally:
        listener.stop()
