"""A new Ops Manager, where automation, agents and backups take their time, and its client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import ADMIN, signed

DELAYS = {"automation_delay": 5, "agent_delay": 5, "backup_delay": 5}


class Client:
    """Calls below the API's URL; `probes` sends each without a body before, as the operator."""

    def __init__(self, server: Emulator, session: requests.Session) -> None:
        self.server = server
        self.session = session
        self.probes = False

    def __call__(
        self, method: str, path: str, body: Any = None, status: int = 200, base: str = ""
    ) -> Any:
        """The JSON of an answer, which must have the status; None if it is empty."""
        url = f"{base or self.server.url}{path}"
        if self.probes:
            probe = requests.request(method, url, timeout=9)
            assert (probe.status_code, probe.headers["WWW-Authenticate"][:6]) == (401, "Digest")
        answer = self.session.request(method, url, json=body, timeout=9)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def code(self, method: str, path: str, body: Any = None, status: int = 404) -> str:
        """The code of an error, which must have the status."""
        code: str = self(method, path, body, status)["errorCode"]
        return code

    def results(self, path: str) -> list[dict[str, Any]]:
        """The items of a list."""
        items: list[dict[str, Any]] = self("GET", path)["results"]
        return items

    def start_agents(self, group_id: str, *hosts: str) -> None:
        """Let servers come to a project."""
        for host in hosts:
            query = {"world": "default", "project": group_id}
            self.server.control.call("PUT", f"/servers/{host}", query, None)

    def wait(self, seconds: float) -> None:
        """Turn the clock."""
        self.server.world().advance(seconds)

    def reached(self, group: str) -> bool:
        """Whether all processes are at the goal, and none is beyond."""
        status = self("GET", f"{group}/automationStatus")
        rows = [row["lastGoalVersionAchieved"] for row in status["processes"]]
        assert max(rows, default=0) <= status["goalVersion"]
        return set(rows) <= {status["goalVersion"]}


@pytest.fixture(scope="package")
def slow_server() -> Iterator[Emulator]:
    """A server for all chains."""
    with Emulator(seed="demo", **DELAYS) as running:
        yield running


@pytest.fixture
def call(slow_server: Emulator) -> Iterator[Client]:
    """A global owner's calls; the clock stands still."""
    slow_server.reset()
    slow_server.world().freeze("2026-11-28T08:00:00Z")
    with signed(ADMIN) as session:
        yield Client(slow_server, session)
