"""Two servers of one state, each a process of its own, and a world seen from both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ..admin.conftest import World
from ..redis_servers import fresh
from ..serving import Served

Pair = tuple[World, World]

SHARED = ["redis", "cluster"]


@pytest.fixture
def memory_url() -> str:
    """State in memory."""
    return "memory:"


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """State in a directory."""
    return f"file:{tmp_path / 'state'}"


@pytest.fixture
def unsynced_url(file_url: str) -> str:
    """State in a directory, written without fsync."""
    return f"{file_url}?fsync=off"


@pytest.fixture(params=["memory", "file", "unsynced", *SHARED])
def url(request: pytest.FixtureRequest) -> str:
    """Where the state is."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="module", params=["redis", "cluster"])
def shared_state(request: pytest.FixtureRequest) -> str:
    """A state that two servers share."""
    if request.param == "redis":
        return fresh(request.getfixturevalue("redis_server"))
    return fresh(request.getfixturevalue("redis_cluster")[0])


@pytest.fixture(scope="module")
def servers(
    shared_state: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Served]]:
    """Two servers on the state."""
    folder = tmp_path_factory.mktemp("served")
    options = ("--state", shared_state)
    with Served(folder, *options) as one, Served(folder, *options) as other:
        yield one, other


@pytest.fixture
def pair(servers: tuple[Served, Served]) -> Iterator[Pair]:
    """A world on the demo seed, made by the first server, as each of them shows it."""
    made = requests.post(f"{servers[0].admin_url}/worlds", json={"seed": "demo"}, timeout=20)
    first, second = (World(server, made.json()) for server in servers)
    yield first, second
    first.session.close()
    second.session.close()
    requests.delete(f"{servers[0].admin_url}/worlds/{first.name}", timeout=20)
