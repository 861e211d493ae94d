"""How verbs find their server, and what they say if it is not the one that was meant."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable

import click
import pytest

from opsemu.cli.verbs import cli
from opsemu.server import Emulator
from tests.cli.conftest import assert_fails
from tests.cli.test_healthcheck import somebody_else

TOKEN = "0123456789abcdef"
HINT = "does not answer: is opsemu running? start it with 'opsemu serve'\n"
# One of each kind of request.
VERBS = [
    ("reset",),
    ("worlds", "list"),
    ("fault", "add", "--status", "503"),
    ("count",),
    ("integrations",),
    ("env", "--world", "mine"),
]


def commands(command: click.Command = cli) -> list[click.Command]:
    """All commands that talk to a server."""
    below = getattr(command, "commands", {}).values()
    if below:
        return [each for group in below for each in commands(group)]
    return [command] if any(option.name == "url" for option in command.params) else []


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_every_verb_has_the_same_address_and_shows_its_variables(command):
    text = " ".join(command.get_help(click.Context(command)).split())
    assert "[env var: OPSEMU_URL; default: (http://OPSEMU_HOST:OPSEMU_PORT)]" in text
    for option in command.params:
        assert not option.envvar or f"env var: {option.envvar}" in text


@pytest.mark.parametrize("command", [each for each in commands() if each.name != "export"])
def test_every_verb_prints_json_if_asked(command):
    assert "--json" in [name for option in command.params for name in option.opts]


@pytest.mark.parametrize("arguments", VERBS)
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:1"])
def test_a_server_that_is_not_there_is_one_sentence_with_a_hint(run, arguments, url):
    done = run(*arguments, "--url", url)
    assert_fails(done, 69, f"opsemu: http://127.0.0.1:1 {HINT}")


def test_the_scheme_may_be_left_out(run, server):
    done = run("worlds", "list", "--url", f"localhost:{server.port}")
    assert (done.returncode, "default" in done.stdout.split()) == (0, True)
    assert run("healthcheck", OPSEMU_URL=f"localhost:{server.port}/").returncode == 0


@pytest.mark.parametrize("url", ["file:///etc", "http://127.0.0.1:x", "http://[", "ftp://host"])
def test_what_is_no_address_is_said_to_be_none(run, url):
    assert_fails(run("reset", "--url", url), 69, f"{url} is not an http:// or https:// address")


def test_a_password_in_the_address_is_not_repeated(run):
    for verb in (("reset",), ("healthcheck",), ("wait", "--timeout", "0"), ("env",)):
        done = run(*verb, "--url", "http://me:pa@ss@127.0.0.1:1")
        assert not re.search("me:|pa@|ss@", done.stdout + done.stderr), verb


def reply(status: str, content: str) -> bytes:
    """A response with a body."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode()


@pytest.mark.parametrize("arguments", VERBS)
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        reply("200 OK", "<p>Hello"),
        reply("200 OK", "[]"),
        reply("200 OK", '{"message": "hello"}'),
        reply("302 Found", ""),
        reply("401 Unauthorized", '{"error": 401, "detail": "no"}'),
        reply("404 Not Found", '{"detail": "nothing here"}'),
    ],
)
def test_another_server_is_said_to_be_another_one(run, arguments, answer):
    with somebody_else(answer) as url:
        done = run(*arguments, "--url", url)
    if done.returncode == 0:  # nothing is expected of the answer
        assert (arguments, answer[9:12]) == (("reset",), b"200")
        return
    assert_fails(done, 69, f"opsemu: {url} answers, but not as opsemu does")


def test_an_emulator_without_the_admin_api_is_one_sentence(run):
    with Emulator(admin="off") as emulator:
        done = run("worlds", "list", "--url", emulator.base_url)
    assert_fails(done, 69, "answers, but not as opsemu does", "without the admin API")


def test_verbs_of_a_server_with_an_admin_port_need_its_address(run):
    with Emulator(admin="own") as emulator:
        elsewhere = run("worlds", "list", "--url", emulator.base_url)
        there = run("worlds", "list", "--url", f"http://127.0.0.1:{emulator.admin_port}")
    assert_fails(elsewhere, 69, "with --admin own, --url is the address of the admin port")
    assert there.stdout == "default\n"
    assert "with --admin own" in " ".join(run("worlds", "list", "--help").stdout.split())


@pytest.mark.parametrize("options", [(), ("--token", f"{TOKEN}-wrong")])
def test_a_missing_or_wrong_token_is_one_sentence(run, options):
    with Emulator(admin_token=TOKEN) as emulator:
        done = run("worlds", "list", "--url", emulator.base_url, *options)
        assert run("worlds", "list", "--url", emulator.base_url, "--token", TOKEN).returncode == 0
    assert_fails(done, 1, "opsemu: the admin token is missing or wrong: give it by --token-file")


def test_https_where_http_is_spoken_is_one_sentence(run, server):
    url = server.base_url.replace("http:", "https:")
    assert_fails(run("worlds", "list", "--url", url), 69, f"{url} does not speak TLS: try http://")


def test_the_program_error_of_a_verb_is_not_taken_for_another_server(run, server, monkeypatch):
    def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("opsemu.cli.worlds._access", broken)
    with pytest.raises(KeyError, match="ours"):
        run("worlds", "show", "default", "--url", server.base_url)


def test_wait_returns_once_the_server_is_ready(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    emulator = Emulator(port=port)
    later(0.3, emulator.start)
    try:
        done = run("wait", "--timeout", "20", "--url", f"127.0.0.1:{port}")
    finally:
        emulator.stop()
    assert (done.returncode, done.stdout) == (0, f"http://127.0.0.1:{port} is ready\n")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_wait_gives_up_in_time(run, answer):
    with somebody_else(answer, closes=False) as url:
        assert_fails(run("wait", "--timeout", "0.3", "--url", url), 69, url, "not ready")
    assert_fails(run("wait", "--timeout", "0", "--url", "127.0.0.1:1"), 69, HINT)


def test_healthcheck_prints_json_if_asked(run, server):
    done = run("healthcheck", "--json", "--url", server.base_url)
    assert json.loads(done.stdout) == {"url": server.base_url, "status": "ready"}


def later(seconds: float, function: Callable[[], object]) -> None:
    """Call a function in a thread of its own."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
