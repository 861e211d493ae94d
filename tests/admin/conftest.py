"""Fixtures for tests of the admin API: worlds of their own on the running server."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from opsemu.cli.stderr_log import TextFormatter, json_formatter
from opsemu.server import Emulator
from tests.conftest import signed


@dataclass
class World:
    """A world, a session that signs as its owner, and the admin API of the world."""

    server: Emulator
    made: dict[str, Any]
    session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = signed(self.key)

    @property
    def name(self) -> str:
        return str(self.made["name"])

    @property
    def key(self) -> tuple[str, str]:
        """The owner's key."""
        first = self.made["mongodb"]["keys"][0]
        return first["publicKey"], first["privateKey"]

    @property
    def url(self) -> str:
        """The integrations of the world's first project."""
        return f"{self.server.url}/groups/{self.made['mongodb']['projects'][0]['id']}/integrations"

    def admin(self, method: str, path: str, **sent: Any) -> requests.Response:
        """A request to the admin API about this world."""
        query = {"world": self.name, **sent.pop("params", {})}
        return requests.request(
            method, f"{self.server.admin_url}{path}", params=query, timeout=20, **sent
        )

    def put(self, type_name: str, **attributes: Any) -> requests.Response:
        """Add an integration, or change it."""
        body = {"type": type_name, **attributes}
        return self.session.put(f"{self.url}/{type_name}", json=body)

    def shown(self, type_name: str) -> dict[str, Any]:
        """An integration as the API shows it."""
        found: dict[str, Any] = self.session.get(f"{self.url}/{type_name}").json()
        return found


@pytest.fixture
def new_world(server: Emulator) -> Iterator[Callable[..., World]]:
    """Make worlds; they end with the test."""
    made: list[World] = []

    def make(**body: Any) -> World:
        answer = requests.post(f"{server.admin_url}/worlds", json=body, timeout=20)
        assert answer.status_code == 201, answer.text
        made.append(World(server, answer.json()))
        return made[-1]

    yield make
    for world in made:
        world.session.close()
        requests.delete(f"{server.admin_url}/worlds/{world.name}", timeout=20)


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    """A world on the demo seed."""
    return new_world(seed="demo")


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as text and as JSON."""
    lines = io.StringIO()
    text, as_json = logging.StreamHandler(lines), logging.StreamHandler(lines)
    text.setFormatter(TextFormatter("%(asctime)s %(levelname)s %(message)s"))
    as_json.setFormatter(json_formatter())
    logger = logging.getLogger("opsemu")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(text)
    logger.addHandler(as_json)
    yield lines
    logger.removeHandler(text)
    logger.removeHandler(as_json)
    logger.setLevel(level)
