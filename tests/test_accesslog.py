"""The log of `opsemu serve`: a line for each call, in order, and none lost."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import signal

import pytest

from opsemu.api.access_log import Stderr, text_line

from .conftest import DEMO, OWNER, signed
from .serving import Served

CALLS = 30
_TEXT = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO GET /api/public/v1\.0/groups/\w+/integrations "
    r"200 getIntegrations world=default key=opsowner \d+\.\dms"
)


def _log_of_calls(served: Served) -> list[str]:
    """The lines of a server that was called and stopped at once, without those of challenges."""
    with served, signed(OWNER) as session:
        for _ in range(CALLS):
            assert session.get(f"{served.url}/groups/{DEMO}/integrations").status_code == 200
        served.stop(signal.SIGTERM)
    return served.log.splitlines()


def test_each_call_is_a_line_of_text_and_none_is_lost(tmp_path):
    lines = _log_of_calls(Served(tmp_path))
    assert len(lines) == CALLS
    assert all(_TEXT.fullmatch(line) for line in lines)


def test_each_call_is_a_json_object_and_none_is_lost(tmp_path):
    lines = [json.loads(line) for line in _log_of_calls(Served(tmp_path, "--log-format", "json"))]
    assert [(line["status"], line["operation"]) for line in lines] == [
        (200, "getIntegrations")
    ] * CALLS
    assert list(lines[0])[:4] == ["time", "level", "message", "method"]


@pytest.fixture
def written():
    """A handler, and what it has written."""
    handler = Stderr(text_line)
    handler.setStream(io.StringIO())
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler, handler.stream


def test_a_traceback_stands_behind_the_lines_of_earlier_calls(written):
    handler, stream = written

    async def turn() -> None:
        handler.put(logging.INFO, "earlier", {})
        handler.emit(logging.makeLogRecord({"msg": "Traceback"}))
        handler.put(logging.INFO, "later", {})

    asyncio.run(turn())
    handler.flush()
    lines = [line.rpartition(" ")[2] for line in stream.getvalue().splitlines()]
    assert lines == ["earlier", "Traceback", "later"]


def test_a_thread_without_a_loop_writes_at_once(written):
    handler, stream = written
    handler.put(logging.INFO, "done", {})
    assert stream.getvalue().endswith(" INFO done\n")
