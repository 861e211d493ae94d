"""The tests of the suite, for each server; `suite_client.py` runs and times them.

Each test has isolated state, arranges one integration, lets the code under test make four calls
with a fresh session, and asserts what was received.
"""

from __future__ import annotations

import json
import re
import site
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from itertools import repeat
from typing import Any, NamedTuple

import requests
from requests.auth import HTTPDigestAuth

from .peers import PEERS, Peer, Server, cpu, memory, running
from .wrk import OWNER, SLACK, TIMEOUT

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678"
PAGER_DUTY = {"type": "PAGER_DUTY", "serviceKey": KEY}
HTTPSERVER, IN_PROCESS = "pytest-httpserver", "opsemu in process"
# By the name that the page uses, the row of peers.json; those without one are in this process.
NAMES = {
    **{IN_PROCESS: "", "opsemu serve": "opsemu, memory:", HTTPSERVER: ""},
    **{"WireMock": "WireMock default", "MockServer": "MockServer", "Mockoon": "Mockoon"},
    **{"moto server": "moto server", "json-server": "json-server"},
    **{"naive Flask mock": "naive Flask mock"},
}
CALLS = ("first call", "second call", "third call", "fourth call")
PHASES = ("start", "isolate", "arrange", *CALLS, "assert", "end", "stop")


class Code(NamedTuple):
    """The session and the URLs that a test hands to the code under test."""

    session: requests.Session
    list: str
    create: tuple[str, str]  # method and URL
    one: str

    def calls(self) -> Iterator[None]:
        """Make the four calls, and yield after each."""
        for method, url in (("GET", self.list), self.create, ("GET", self.one), ("GET", self.list)):
            body = {"headers": {"Content-Type": "application/json"}, "data": SLACK}
            options: dict[str, Any] = {} if method == "GET" else body
            self.session.request(method, url, timeout=TIMEOUT, **options).raise_for_status()
            yield


# Yields once it is isolated, then what it arranged; asserts, yields, and cleans up.
Test = Iterator[Code | None]


def new_session(row: dict[str, Any]) -> requests.Session:
    """A session as opsemu makes it, which looks for no proxies of the environment."""
    session = requests.Session()
    session.trust_env = False
    session.auth = HTTPDigestAuth(*OWNER) if row.get("auth") else None
    session.headers.update(row.get("headers", {}))
    return session


def opsemu_tests(host: Any) -> Iterator[Test]:
    """Tests with opsemu's own Python API, on an emulator of this process or another."""

    def test() -> Test:
        with host.ops_manager() as world:
            yield None
            world.integrations.put("PAGER_DUTY", serviceKey=KEY)
            url = f"{world.url}/groups/{world.group_id}/integrations"
            yield Code(world.session, url, ("POST", f"{url}/SLACK"), f"{url}/SLACK")
            world.requests.assert_called_once("createIntegration", type="SLACK")
            yield None

    return (test() for _ in repeat(None))


@contextmanager
def opsemu_in_process() -> Iterator[Iterator[Test]]:
    from opsemu.server import Emulator

    with Emulator(seed="empty") as emulator:
        yield opsemu_tests(emulator)


@contextmanager
def pytest_httpserver() -> Iterator[Iterator[Test]]:
    """What its fixture does, and one handler for all calls."""
    [packages] = PEERS[HTTPSERVER].home.glob("lib/python*/site-packages")
    site.addsitedir(str(packages))
    from pytest_httpserver import HTTPServer, RequestMatcher

    def test() -> Test:
        server.clear()
        yield None
        server.expect_request(re.compile("^/integrations")).respond_with_json(PAGER_DUTY)
        url = server.url_for("/integrations")
        with new_session({}) as session:
            yield Code(session, url, ("POST", f"{url}/SLACK"), f"{url}/SLACK")
            server.assert_request_made(RequestMatcher("/integrations/SLACK", "POST"))
            yield None

    server = HTTPServer("127.0.0.1", 0)
    server.start()
    try:
        yield (test() for _ in repeat(None))
    finally:
        server.stop()


def http_tests(server: Server) -> Iterator[Test]:
    """Tests by the requests of the peer's row, which `http.client` sends, as for opsemu."""
    row, base = server.peer.suite, f"http://127.0.0.1:{server.port}"
    headers = {"Content-Type": "application/json", **row.get("headers", {})}
    control = HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)

    def send(method: str, path: str, body: Any = None, pattern: str = "") -> None:
        control.request(method, path, None if body is None else json.dumps(body), headers)
        answer = control.getresponse()
        text = answer.read().decode()
        if answer.status >= 300 or not re.search(pattern, text):
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text}")

    def test() -> Test:
        for request in row.get("isolate", []):
            send(*request)
        yield None
        for request in row["arrange"]:
            send(*request)
        with new_session(row) as session:
            method, path = row["create"]
            yield Code(session, base + row["list"], (method, base + path), base + row["one"])
            send(*row["assert"])
            yield None
        for request in row.get("end", []):
            send(*request)

    return (test() for _ in repeat(None))


@contextmanager
def another_process(peer: Peer, figures: dict[str, float]) -> Iterator[Iterator[Test]]:
    with running(peer) as server:
        if peer.suite:
            yield http_tests(server)
        else:
            from opsemu.testing import Server as Host

            host = Host(f"http://127.0.0.1:{server.port}")
            yield opsemu_tests(host)
            host.forget_control()
        figures |= {"server CPU, s": cpu(server), "memory, MB": memory(server)}


def open_server(name: str, figures: dict[str, float]) -> AbstractContextManager[Iterator[Test]]:
    """Start a server; yields an endless iterator of tests."""
    if NAMES.get(name):
        return another_process(PEERS[NAMES[name]], figures)
    return opsemu_in_process() if name == IN_PROCESS else pytest_httpserver()
