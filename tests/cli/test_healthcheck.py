"""`opsemu healthcheck`."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from opsemu.server import Emulator
from tests.cli.conftest import assert_fails
from tests.serving import PATIENCE, clean_environment


@pytest.mark.parametrize("settings", [{"admin": "off"}, {"profile": "cloud-manager"}])
def test_healthcheck_needs_neither_the_admin_api_nor_a_family(run, settings):
    with Emulator(**settings) as emulator:
        done = run("healthcheck", "--url", emulator.base_url)
    assert (done.returncode, done.stdout) == (0, f"{emulator.base_url} answers\n")


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
)
def test_healthcheck_is_not_taken_in_by_somebody_else(answer):
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        command = [sys.executable, "-m", "opsemu", "healthcheck", "--url", url]
        asking = subprocess.Popen(
            command, env=clean_environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        with other.accept()[0] as connection:
            connection.recv(1000)
            connection.sendall(answer)
        _, errors = asking.communicate(timeout=PATIENCE)
    assert asking.returncode == 1
    assert (errors.startswith(b"opsemu: "), errors.count(b"\n")) == (True, 1)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[", "file:///", ""])
def test_healthcheck_of_nothing_fails_in_one_line(run, url):
    assert_fails(run("healthcheck", "--url", url), 1)
