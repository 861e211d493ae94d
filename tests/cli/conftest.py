"""What the tests of the command line share."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from functools import partial

import pytest

from opsemu.cli.main import main
from tests.conftest import DEMO, signed


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process: as `opsemu`, but without the time it takes to start one."""
    for name in [name for name in os.environ if name.startswith("OPSEMU_")]:
        monkeypatch.delenv(name)

    def run(*arguments, stdin="", **variables):
        monkeypatch.setattr(sys, "argv", ["opsemu", *map(str, arguments)])
        content = io.BytesIO(stdin.encode())
        content.name = "<stdin>"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as exit:
            main()
        return subprocess.CompletedProcess(sys.argv, exit.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def serve(run):
    """Run `opsemu serve` where it must not come to serving: on a port that is taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield partial(run, "serve", "--port", taken.getsockname()[1])


@pytest.fixture
def world(server, run):
    """The access to a world on the demo seed."""
    done = run("worlds", "create", "--seed", "demo", "--json", "--url", server.base_url)
    document = json.loads(done.stdout)
    yield document
    run("worlds", "delete", document["name"], "--url", server.base_url)


@pytest.fixture
def opsemu(server, world, run):
    """Run a command about the world; what it prints."""

    def opsemu(*arguments, stdin="", code=0):
        server_options = ("--url", server.base_url, "--world", world["name"])
        done = run(*arguments, *server_options, stdin=stdin)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return opsemu


@pytest.fixture
def session(world):
    """A session that signs as the world's owner."""
    key = world["mongodb"]["keys"][0]
    with signed((key["publicKey"], key["privateKey"])) as session:
        yield session


@pytest.fixture
def url(server):
    """The integrations of the demo project."""
    return f"{server.url}/groups/{DEMO}/integrations"


def assert_fails(done, code: int, *words: object) -> None:
    """The command ended with this code and one line on stderr that holds these words."""
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("opsemu: ")
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert str(word) in done.stderr
