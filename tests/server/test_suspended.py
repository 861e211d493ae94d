"""Requests that wait for a change cost others nothing, and nothing once their client is gone."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import ExitStack

import pytest
import requests

from opsemu.server import Emulator
from opsemu.server.delivery import CheckQueue
from opsemu.worlds import verification

from ..conftest import DEMO, integrations
from ..serving import PATIENCE

NEVER = {"path": "*/nowhere"}


@pytest.fixture
def server():
    with Emulator(seed="demo") as emulator:
        yield emulator


@pytest.fixture
def journal(server):
    """The journal of requests with unknown credentials."""
    return server.services.worlds.get("default").journal


@pytest.fixture
def verdicts(monkeypatch):
    """The expectations that were compared with a journal, one for each time."""
    compared, verify = [], verification.verify

    def counted(entries, expectation):
        compared.append(expectation)
        return verify(entries, expectation)

    monkeypatch.setattr(verification, "verify", counted)
    return compared


def park(server, expectation, world="default") -> socket.socket:
    """A connection that waits for an expectation."""
    client = socket.create_connection((server.host, server.port), timeout=PATIENCE)
    body = json.dumps(expectation).encode()
    head = f"POST /__admin/wait?timeout=100&world={world} HTTP/1.1\r\nHost: localhost\r\n"
    client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return client


def until(condition) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def subscribed(journal) -> int:
    """How many listeners a journal has."""
    return sum(map(len, list(journal._subscriptions.values())))


@pytest.mark.parametrize("leave", [socket.socket.close, lambda client: client.shutdown(1)])
def test_a_wait_ends_with_its_connection(server, api, journal, verdicts, leave):
    clients = [park(server, NEVER) for _ in range(5)]
    until(lambda: subscribed(journal) == 5)
    for client in clients:
        leave(client)
    until(lambda: subscribed(journal) == 0)
    verdicts.clear()
    assert api.get(integrations(server, DEMO)).status_code == 200
    # Asked on the same loop, after what the request may have woken.
    assert requests.get(f"{server.admin_url}/health", timeout=PATIENCE).ok
    assert verdicts == []
    for client in clients:
        client.close()


def test_a_wait_goes_on_after_a_reset(server, api, journal):
    with park(server, {"operation": "getIntegrations", "status": 200}) as client:
        until(lambda: subscribed(journal) == 1)
        server.reset()
        assert api.get(integrations(server, DEMO)).status_code == 200
        assert b'"verified": true' in client.recv(65536)


def test_a_wait_ends_with_its_world(server):
    made = requests.post(f"{server.admin_url}/worlds", json={"name": "brief"}, timeout=PATIENCE)
    assert made.ok
    with park(server, NEVER, "brief") as client:
        until(lambda: subscribed(server.services.worlds.get("brief").journal) == 1)
        requests.delete(f"{server.admin_url}/worlds/brief", timeout=PATIENCE)
        assert client.recv(65536).startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_a_wait_for_an_empty_journal_ends_when_it_is_cleared(server, api, journal):
    assert api.get(integrations(server, DEMO)).status_code == 200
    with park(server, {"count": 0}) as client:
        until(lambda: subscribed(journal) == 1)
        requests.delete(f"{server.admin_url}/requests", timeout=PATIENCE)
        assert b'"verified": true' in client.recv(65536)


def test_equal_waits_share_a_verdict(server, api, journal, verdicts):
    count = 200
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(park(server, NEVER))
        until(lambda: subscribed(journal) == count)
        verdicts.clear()
        assert api.get(integrations(server, DEMO)).status_code == 200
        until(lambda: subscribed(journal) == count)
        # One for the challenge, one for the answer, and one should they overlap.
        assert len(verdicts) <= 3


def test_checks_take_turns_with_everything_else_on_the_loop():
    async def run():
        order, loop = [], asyncio.get_running_loop()
        checks = CheckQueue(loop)
        for number in range(3):
            checks.add(lambda number=number: order.append(number))
        await asyncio.sleep(0)
        for _ in range(4):
            order.append("other")
            await asyncio.sleep(0)
        return order

    assert asyncio.run(run()) == ["other", 0, "other", 1, "other", 2, "other"]


def test_a_check_that_fails_keeps_no_other_from_its_turn():
    async def run():
        called, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        checks = CheckQueue(loop)
        checks.add(lambda: 1 / 0)
        checks.add(called.set)
        await asyncio.wait_for(called.wait(), PATIENCE)

    asyncio.run(run())
