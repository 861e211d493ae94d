"""The log of `opsemu serve`: a line for each call, none is lost, and no call waits for one."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from http.client import HTTPConnection

import pytest

from opsemu.api import access_log
from opsemu.api.access_log import AccessEntry
from opsemu.cli import stderr_log
from opsemu.worlds.journal import JournalEntry

from ..conftest import DEMO, OWNER, signed
from ..serving import OPSEMU, PATIENCE, Served, clean_environment

CALLS = 30
UNREAD_CALLS = 5_000
_TEXT = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO GET /api/public/v1\.0/groups/\w+/integrations "
    r"200 getIntegrations world=default key=opsowner \d+\.\dms"
)
_MEMBERS = (
    "time", "level", "message", "method", "target", "status", "operation", "world", "key",
    "milliseconds", "id", "reasons",
)  # fmt: skip


def _log_of_calls(served: Served) -> list[str]:
    """The lines of a server that was called and stopped at once, after that of the challenge."""
    with served, signed(OWNER) as session:
        for _ in range(CALLS):
            assert session.get(f"{served.url}/groups/{DEMO}/integrations").status_code == 200
        served.stop(signal.SIGTERM)
    challenge, *lines = served.log.splitlines()
    assert "401" in challenge
    return lines


def test_each_call_is_a_line_of_text_and_none_is_lost(tmp_path):
    lines = _log_of_calls(Served(tmp_path))
    assert len(lines) == CALLS
    assert all(_TEXT.fullmatch(line) for line in lines)


def test_each_call_is_a_json_object_and_none_is_lost(tmp_path):
    lines = [json.loads(line) for line in _log_of_calls(Served(tmp_path, "--log-format", "json"))]
    assert [(line["status"], line["operation"]) for line in lines] == [
        (200, "getIntegrations")
    ] * CALLS
    assert tuple(lines[0]) == _MEMBERS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", lines[0]["time"])


def test_no_call_waits_for_a_log_that_nobody_reads(tmp_path):
    port_file = tmp_path / "port"
    process = subprocess.Popen(
        [*OPSEMU, "serve", "--port", "0", "--port-file", str(port_file)],
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with process:
        deadline = time.monotonic() + PATIENCE
        while not port_file.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        client = HTTPConnection("127.0.0.1", int(port_file.read_text()), timeout=PATIENCE)
        for _ in range(UNREAD_CALLS):
            client.request("GET", "/nowhere")
            client.getresponse().read()
        client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


class Pipe:
    """What a handler writes to a pipe, of which the test decides when it is read."""

    def __init__(self) -> None:
        reading, self.descriptor = os.pipe()
        self.reader = os.fdopen(reading, "rb")
        formatter = logging.Formatter("%(levelname)s %(message)s")
        self.handler = stderr_log.BackgroundHandler(formatter, self.descriptor)

    def fill(self) -> int:
        """Fill the pipe; the number of bytes that it holds."""
        os.set_blocking(self.descriptor, False)
        size = 0
        with suppress(BlockingIOError):
            while True:
                size += os.write(self.descriptor, b"x")
        os.set_blocking(self.descriptor, True)
        return size

    def log(self, *messages: object) -> None:
        """Log messages."""
        for message in messages:
            self.handler.handle(logging.makeLogRecord({"msg": message, "levelname": "INFO"}))

    def lines(self, count: int) -> list[str]:
        """The next lines."""
        return [self.reader.readline().decode() for _ in range(count)]


@pytest.fixture
def pipe():
    pipe = Pipe()
    pipe.handler.start()
    yield pipe
    pipe.handler.stop()
    pipe.reader.close()
    os.close(pipe.descriptor)


def test_dropped_records_are_counted_and_the_count_is_logged(pipe, monkeypatch):
    monkeypatch.setattr(stderr_log, "MAX_QUEUED", 10)
    size = pipe.fill()
    pipe.log("first")
    deadline = time.monotonic() + PATIENCE
    while pipe.handler.records.qsize() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)  # the handler has begun to write by now
    pipe.log(*range(100))
    assert pipe.reader.read(size) == b"x" * size
    assert pipe.lines(12) == [
        "INFO first\n",
        *(f"INFO {number}\n" for number in range(10)),
        "WARNING 90 log records were dropped: stderr was not read\n",
    ]


def test_a_traceback_stands_behind_the_lines_of_earlier_calls(pipe):
    pipe.log("earlier", "Traceback", "later")
    pipe.handler.stop()
    assert pipe.lines(3) == ["INFO earlier\n", "INFO Traceback\n", "INFO later\n"]


def test_a_record_that_cannot_be_formatted_does_not_end_the_log(pipe, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)  # no complaint on stderr
    pipe.handler.handle(logging.makeLogRecord({"msg": "%d", "args": ("no number",)}))
    pipe.log("next")
    assert pipe.lines(1) == ["INFO next\n"]


@pytest.mark.parametrize(
    "formatter", [stderr_log.TextFormatter(), stderr_log.json_formatter()], ids=["text", "json"]
)
def test_an_entry_and_its_record_have_the_same_line(formatter, monkeypatch):
    monkeypatch.setattr(logging, "logThreads", False)
    request = JournalEntry(
        1.0, "w", "atlas-v2", "getOrg", "GET", "/x", "", "", "key", "Digest", 404
    )
    entry = AccessEntry(request, "/x", ["NO: it is not there"])
    record = access_log.record_of(entry)
    record.created, record.msecs = entry.created, entry.created % 1 * 1000
    handler = stderr_log.BackgroundHandler(formatter, -1)
    assert handler._line(entry) == handler.format(record)
    assert "NO: it is not there" in handler._line(entry)
