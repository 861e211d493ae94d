"""What the tests of the command line share."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from functools import partial

import pytest

from opsemu.cli.main import main


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


def assert_fails(done, code: int, *words: object) -> None:
    """The command ended with this code and one line on stderr that holds these words."""
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("opsemu: ")
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert str(word) in done.stderr
