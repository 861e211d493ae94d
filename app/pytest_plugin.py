"""The pytest plugin: an Ops Manager of one's own for each test.

Nothing of opsemu is imported before a test asks for it: the plugin is loaded in
every test run of the environment, also where it is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import requests

    from opsemu.server import Emulator


@dataclass(frozen=True)
class OpsManager:
    """What a test needs to call Ops Manager: address, an empty project, a key, a session.

    `url` is the API's base URL, to which `/groups/…` is added; `session` signs
    with digest as the project's owner.
    """

    url: str
    group_id: str
    public_key: str
    private_key: str
    session: requests.Session


@pytest.fixture(scope="session")
def ops_manager_server() -> Iterator[Emulator]:
    """The emulator that all tests of the session share."""
    from opsemu.server import Emulator

    # Whatever OPSEMU_STATE says: what these fixtures use is emptied for each test.
    with Emulator(state="memory:", seed="empty") as emulator:
        yield emulator


@pytest.fixture
def ops_manager(ops_manager_server: Emulator) -> Iterator[OpsManager]:
    """Ops Manager with one empty project, as if this test were the first."""
    import requests
    from requests.auth import HTTPDigestAuth

    from opsemu.seeds import first_access

    ops_manager_server.reset()
    access = first_access(ops_manager_server.seed)
    with requests.Session() as session:
        session.auth = HTTPDigestAuth(access.public_key, access.private_key)
        yield OpsManager(
            ops_manager_server.url,
            access.group_id,
            access.public_key,
            access.private_key,
            session,
        )
