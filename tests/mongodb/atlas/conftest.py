"""Callers of each MongoDB family over one server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from opsemu.server import Emulator

from ...conftest import EMPTY, OWNER, VIEWER, signed

PREFIXES = {
    "ops-manager": "/api/public/v1.0",
    "atlas-v1": "/api/atlas/v1.0",
    "atlas-v2": "/api/atlas/v2",
}
ATLAS = ["atlas-v1", "atlas-v2"]
ACCEPT = "application/vnd.atlas.2023-01-01+json"


@dataclass
class Caller:
    """A session that signs, and the base URL that it calls."""

    url: str
    session: requests.Session

    def __call__(self, method: str, path: str, value: Any = None, **more: Any) -> Any:
        """The answer to a request for a path below the base URL."""
        return self.session.request(method, self.url + path, json=value, **more)

    def put(self, type_name: str, body: dict[str, Any]) -> requests.Response:
        """Write an integration of the empty project."""
        return self("PUT", f"/groups/{EMPTY}/integrations/{type_name}", {"type": type_name, **body})

    def get(self, type_name: str) -> Any:
        """An integration of the empty project."""
        return self("GET", f"/groups/{EMPTY}/integrations/{type_name}").json()

    def types(self) -> list[str]:
        """The types of the empty project's integrations, in the order of the list."""
        results = self("GET", f"/groups/{EMPTY}/integrations").json()["results"]
        return [each["type"] for each in results]


def caller(server: Emulator, family: str, key: tuple[str, str] = OWNER) -> Caller:
    """A caller of a family."""
    session = signed(key)
    session.headers["Accept"] = ACCEPT
    return Caller(server.base_url + PREFIXES[family], session)


@pytest.fixture
def callers(server: Emulator) -> Iterator[dict[str, Caller]]:
    """The owner's callers of all families, by their names."""
    found = {family: caller(server, family) for family in PREFIXES}
    yield found
    for each in found.values():
        each.session.close()


@pytest.fixture(params=PREFIXES)
def family(request: pytest.FixtureRequest) -> str:
    """Each family in turn."""
    return str(request.param)


@pytest.fixture
def call(callers: dict[str, Caller], family: str) -> Caller:
    """The owner's caller of each family in turn."""
    return callers[family]


@pytest.fixture
def v2(callers: dict[str, Caller]) -> Caller:
    """The owner's caller of Atlas v2."""
    return callers["atlas-v2"]


@pytest.fixture
def looker(server: Emulator, family: str) -> Iterator[Caller]:
    """The read-only key's caller of each family in turn."""
    found = caller(server, family, VIEWER)
    yield found
    found.session.close()
