"""`opsemu healthcheck`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from opsemu.cli import status
from opsemu.server import Emulator
from opsemu.store import StateUnavailable
from tests.cli.conftest import assert_fails
from tests.serving import PATIENCE

TOKEN = "0123456789abcdef"
EXTERNAL = "https://ops.example.com"


@contextmanager
def somebody_else(answer: bytes, *, closes: bool = True) -> Iterator[str]:
    """The address of a server that gives every client the same bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            kept = []
            with suppress(OSError):
                while client := listening.accept()[0]:
                    client.recv(1000)
                    client.sendall(answer)
                    if closes:
                        client.close()
                    kept.append(client)
            for client in kept:
                client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)


@pytest.mark.parametrize(
    "settings",
    [{}, {"profile": "cloud-manager"}, {"admin_token": TOKEN}, {"external_url": EXTERNAL}],
)
def test_healthcheck_asks_for_readiness_and_needs_no_token(run, settings):
    with Emulator(**settings) as emulator:
        done = run("healthcheck", "--url", emulator.base_url)
        assert emulator.services.worlds.request_counts.all() == []
    assert (done.returncode, done.stdout) == (0, f"{emulator.base_url} is ready\n")


def test_healthcheck_finds_the_port_of_the_admin_api(run):
    with Emulator(admin="own") as emulator:
        options = ("--admin", "own", "--admin-port", emulator.admin_port)
        done = run("healthcheck", "--url", emulator.base_url, *options)
        variables = {
            "OPSEMU_PORT": str(emulator.port),
            "OPSEMU_ADMIN": "own",
            "OPSEMU_ADMIN_PORT": str(emulator.admin_port),
        }
        assert run("healthcheck", **variables).stdout == done.stdout
    assert (done.returncode, done.stdout) == (0, f"{emulator.base_url} is ready\n")
    assert_fails(run("healthcheck", "--url", emulator.base_url, *options), 69)


@pytest.mark.parametrize("options", [(), ("--admin", "off"), ("--admin", "own")])
@pytest.mark.parametrize("admin", ["off", "own"])
def test_without_the_admin_api_an_answer_will_do(run, admin, options):
    with Emulator(admin=admin) as emulator:
        done = run("healthcheck", "--url", emulator.base_url, *options)
    assert (done.returncode, done.stdout) == (0, f"{emulator.base_url} answers\n")


def test_a_port_of_the_admin_api_that_is_not_used_is_not_asked(run):
    with Emulator() as emulator:
        done = run("healthcheck", "--url", emulator.base_url, OPSEMU_ADMIN_PORT="9")
    assert (done.returncode, done.stdout) == (0, f"{emulator.base_url} is ready\n")


def test_a_server_that_is_not_ready_is_not_healthy(run, monkeypatch):
    def fail(*_: object) -> bool:
        raise StateUnavailable("gone")

    with Emulator() as emulator:
        monkeypatch.setattr("opsemu.admin.status.is_planted", fail)
        done = run("healthcheck", "--url", emulator.base_url)
    assert_fails(done, 69, f"opsemu: {emulator.base_url} is not ready\n")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<p>",
        b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_healthcheck_is_not_taken_in_by_somebody_else(run, answer):
    with somebody_else(answer) as url:
        assert_fails(run("healthcheck", "--url", url), 69, url)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_healthcheck_does_not_wait_for_ever(run, monkeypatch, answer):
    monkeypatch.setattr(status, "HEALTH_TIMEOUT", 0.2)
    with somebody_else(answer, closes=False) as url:
        done = run("healthcheck", "--url", url)
    assert_fails(done, 69, f"opsemu: {url} did not answer in 0.2 seconds\n")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[", "file:///", ""])
def test_healthcheck_of_nothing_fails_in_one_line(run, url):
    assert_fails(run("healthcheck", "--url", url), 69)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8790", "http://127.0.0.1:9"),
        ("http://[::1]:8790", "http://[::1]:9"),
        ("http://[::1]", "http://[::1]:9"),
        ("https://ops.example.com/emulator", "https://ops.example.com:9"),
    ],
)
def test_the_port_of_the_admin_api_replaces_that_of_the_address(monkeypatch, url, expected):
    asked = []
    monkeypatch.setattr(
        status, "call_server", lambda *args: asked.append(args[0]) or {"status": "ready"}
    )
    assert status.ask_health(url, "own", 9) == f"{url} is ready"
    assert asked == [f"{expected}/__admin"]
