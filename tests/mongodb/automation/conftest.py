"""Projects with automation: one where all happens at once, and one where it takes 5 seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed

DELAYS = {"automation_delay": 5, "agent_delay": 5, "backup_delay": 5}


class Group:
    """The empty project as a client with an owner's key sees it."""

    def __init__(self, server: Emulator, session: requests.Session) -> None:
        self.server = server
        self.session = session
        self.url = f"{server.url}/groups/{EMPTY}"

    def call(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The JSON of an answer, which must have the status; None if it is empty."""
        answer = self.session.request(method, f"{self.url}{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str = "") -> Any:
        return self.call("GET", path)

    def results(self, path: str) -> list[dict[str, Any]]:
        """The items of a list."""
        found: list[dict[str, Any]] = self.get(path)["results"]
        return found

    def publish(self, config: dict[str, Any]) -> int:
        """Put an automation configuration; the version it got."""
        assert self.call("PUT", "/automationConfig", config) == {}
        version: int = self.get("/automationConfig")["version"]
        return version

    def error(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of an error."""
        answer = self.session.request(method, f"{self.url}{path}", json=body)
        return answer.status_code, answer.json()["errorCode"]

    def control(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """The JSON of an answer of the admin API about the default world."""
        return self.server.control.call(method, path, {"world": "default", **query}, body)

    def advance(self, seconds: float) -> None:
        """Move the clock of the world."""
        self.server.world().advance(seconds)


@pytest.fixture
def group(server: Emulator, api: requests.Session) -> Group:
    """The empty project."""
    return Group(server, api)


@pytest.fixture(scope="session")
def slow_emulator() -> Iterator[Emulator]:
    """A server where automation, agents and backup take 5 seconds each."""
    with Emulator(seed="demo", **DELAYS) as running:
        yield running


@pytest.fixture
def slow(slow_emulator: Emulator) -> Iterator[Group]:
    """The empty project where all takes 5 seconds; the clock stands still."""
    slow_emulator.reset()
    with signed(OWNER) as session:
        slow_emulator.world().freeze("2026-11-28T08:00:00Z")
        yield Group(slow_emulator, session)
