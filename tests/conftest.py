"""What all tests share: a running emulator on the demo seed, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from requests.auth import HTTPDigestAuth

from opsemu.server import Emulator
from opsemu.store import Owner, Store

pytest_plugins = ["pytester", "tests.redis_servers"]

DEMO = "c0ffeec0ffeec0ffeec0ffee"
EMPTY = "feedfacefeedfacefeedface"
HIDDEN = "deadbeefdeadbeefdeadbeef"
OWNER = ("opsowner", "00000000-0000-4000-8000-00000000c0de")
ADMIN = ("opsadmin", "00000000-0000-4000-8000-0000000ad111")
VIEWER = ("opsviewr", "00000000-0000-4000-8000-00000000cafe")


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """One server for the whole run."""
    with Emulator(seed="demo") as running:
        yield running


@pytest.fixture
def server(emulator: Emulator) -> Emulator:
    """The server, back at the demo seed."""
    emulator.reset()
    return emulator


@pytest.fixture
def api(server: Emulator) -> Iterator[requests.Session]:
    """A session that signs as the owner of the demo organization."""
    with signed(OWNER) as session:
        yield session


@pytest.fixture
def admin(server: Emulator) -> Iterator[requests.Session]:
    """A session that signs as the owner of Ops Manager."""
    with signed(ADMIN) as session:
        yield session


@pytest.fixture
def viewer(server: Emulator) -> Iterator[requests.Session]:
    """A session that signs with the read-only key."""
    with signed(VIEWER) as session:
        yield session


@pytest.fixture
def demo(server: Emulator) -> str:
    """The integrations of the demo project: PAGER_DUTY and SLACK."""
    return integrations(server, DEMO)


@pytest.fixture
def empty(server: Emulator) -> str:
    """The integrations of the empty project."""
    return integrations(server, EMPTY)


def signed(key: tuple[str, str]) -> requests.Session:
    """A session that signs with a key."""
    session = requests.Session()
    session.auth = HTTPDigestAuth(*key)
    return session


def integrations(server: Emulator, group_id: str) -> str:
    """The address of a project's integrations."""
    return f"{server.url}/groups/{group_id}/integrations"


def tear(store: Store, owner: Owner, content: bytes) -> None:
    """Put other bytes in the place of an owner's, as a fault of the disk would."""
    with store.backend.lock(owner):
        assert store.backend.swap(owner, store.backend.read(owner), content)
