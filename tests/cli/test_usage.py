"""Help, and what becomes of a command line that makes no sense."""

from __future__ import annotations

import pytest

from tests.cli.conftest import assert_fails
from tests.serving import opsemu


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("serve", "--nonsense"),
        ("serve", "extra"),
        ("serve", "--port", "65536"),
        ("serve", "--port", "http"),
        ("serve", "--digest-uri", "lenient"),
        ("serve", "--webhook-secret", "half"),
        ("serve", "--nonce-life", "long"),
        ("serve", "--threads", "0"),
        ("serve", "--port"),
        ("types", "--all"),
    ],
)
def test_bad_usage_ends_in_64(run, arguments):
    assert_fails(run(*arguments), 64)


def test_a_variable_that_makes_no_sense_is_bad_usage(run):
    assert_fails(run("serve", OPSEMU_PORT="abc"), 64, "OPSEMU_PORT")


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "--help"), ("-h",), ("--version",)])
def test_help_is_no_failure(run, arguments):
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "opsemu" in done.stdout.lower()


@pytest.mark.parametrize(("group", "command"), [((), "serve"), (("fault",), "remove")])
def test_without_a_command_the_help_is_shown_and_nothing_has_failed(run, group, command):
    done = run(*group)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: opsemu" in done.stdout
    assert command in done.stdout


def test_bad_usage_of_the_real_command_ends_in_64_too():
    assert_fails(opsemu("serve", "--port", "x", OPSEMU_HOST="127.0.0.1"), 64, "--port")
