"""Two servers of one state, each a process of its own, and a world seen from both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from ..admin.conftest import World
from ..redis_servers import fresh
from ..serving import Served

STATES = ["file", "redis", "cluster"]
Pair = tuple[World, World]


@pytest.fixture(scope="module", params=STATES)
def state(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A state that two servers can share."""
    if request.param == "file":
        return f"file:{tmp_path_factory.mktemp('shared') / 'state'}"
    if request.param == "redis":
        return fresh(request.getfixturevalue("redis_server"))
    return fresh(request.getfixturevalue("redis_cluster")[0])


@pytest.fixture(scope="module")
def servers(
    state: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Served]]:
    """Two servers on the state."""
    folder = tmp_path_factory.mktemp("served")
    with Served(folder, "--state", state) as one, Served(folder, "--state", state) as other:
        yield one, other


@pytest.fixture
def pair(servers: tuple[Served, Served]) -> Iterator[Pair]:
    """A world on the demo seed, made by the first server, as each of them shows it."""
    made = requests.post(f"{servers[0].admin_url}/worlds", json={"seed": "demo"}, timeout=20)
    here, there = (World(server, made.json()) for server in servers)
    yield here, there
    here.session.close()
    there.session.close()
    requests.delete(f"{servers[0].admin_url}/worlds/{here.name}", timeout=20)
