"""What a client sends reaches no terminal as it is: no escape sequence, no line of its own."""

from __future__ import annotations

import json
import logging

import pytest

from opsemu.api.printable import printable
from opsemu.cli.stderr_log import TextFormatter, json_formatter

ESCAPES = ["\x1b[31m", "\x07", "\x7f", "\x9b31m", "\u202e", "\u2028", "\x85", "a\nb", "a\rb"]
TEXT = TextFormatter("%(asctime)s %(levelname)s %(message)s")


def is_harmless(text: str) -> bool:
    """Whether a text of several lines has nothing in its lines that does not print."""
    return all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("text", [*ESCAPES, "\ud800", "\U000e0001"])
def test_what_does_not_print_is_escaped_as_in_json(text):
    assert printable(text).isprintable()
    assert json.loads(f'"{printable(text)}"') == text


@pytest.mark.parametrize("text", ["/api/v2?x=%1B", "Zürich, 東京 ✓", ""])
def test_what_prints_stays_as_it_is(text):
    assert printable(text) == text


@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("formatter", [TEXT, json_formatter()])
def test_a_log_record_is_one_line_that_prints(formatter, text):
    record = logging.makeLogRecord({"msg": "%s failed", "args": (text,), "levelname": "ERROR"})
    line = formatter.format(record)
    assert line.isprintable()


@pytest.mark.parametrize("formatter", [TEXT, json_formatter()])
def test_a_traceback_prints(formatter):
    try:
        raise ValueError("\x1b[31m\u202e")
    except ValueError as error:
        failure = (ValueError, error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "it failed", "exc_info": failure})
    assert is_harmless(formatter.format(record))


def test_no_call_writes_escapes_to_the_log_or_to_what_lists_the_journal(api, demo, run, caplog):
    caplog.set_level(logging.INFO, "opsemu.access")
    path = "%1B[31m%C2%9B31m%E2%80%AE%0A%C2%85x"
    assert api.get(f"{demo}/{path}").status_code == 400
    line = str(caplog.records[-1].msg)
    assert "An invalid enumeration value \\u001b[31m\\u009b31m\\u202e\\n\\u0085x was" in line
    assert line.isprintable()
    url = demo.partition("/api")[0]
    number = json.loads(run("journal", "list", "--json", "--url", url).stdout)["requests"][-1]["id"]
    for verb in (["list"], ["list", "--json"], ["explain", number], ["explain", number, "--json"]):
        done = run("journal", *verb, "--url", url)
        assert done.returncode == 0
        assert is_harmless(done.stdout)
        assert "\nx" not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["\x1b[31m"],
        ["journal", "list", "--\x9b31m"],
        ["journal", "explain", "\x1b[31m"],
        ["journal", "list", "--world", "\u202e\x1b[31m"],
        ["healthcheck", "--url", "http://127.0.0.1:1/\x1b[31m"],
        ["worlds", "create", "--name", "a\nb"],
    ],
)
def test_an_error_is_one_line_that_prints(server, run, arguments):
    url = [] if arguments[0] != "journal" else ["--url", server.base_url]
    done = run(*arguments, *url)
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert is_harmless(done.stdout + done.stderr)
