"""OpsRamp's demo tenant, an empty one, and a session that has a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from opsemu.opsramp import seeding
from opsemu.server import Emulator
from opsemu.store import Owner
from opsemu.worlds.random_source import RandomSource

KEY, SECRET = "opsemu-demo-key", "opsemu-demo-secret"
DEMO = "INTG-9c584c86-4ba9-4006-9ee2-c41a07b7c761"


class Client(requests.Session):
    """A session below a tenant's `integrations`, with a bearer token."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.url = f"{base_url}/api/v2/tenants/client_8/integrations"
        self.headers["Authorization"] = f"Bearer {self.token()}"

    def token(self, path: str = "/auth/oauth/token", **form: str) -> str:
        """A token for the demo key."""
        given = {"grant_type": "client_credentials", "client_id": KEY, "client_secret": SECRET}
        answer = requests.post(self.base_url + path, data=given | form, timeout=10)
        return str(answer.json()["access_token"])

    def request(self, method: str, path: str, *args: Any, **kwargs: Any) -> requests.Response:
        """Call an address: absolute, from the host, or below `integrations`."""
        if not path.startswith("http"):
            path = (self.base_url if path.startswith("/") else self.url + "/") + path
        return super().request(method, path, *args, timeout=10, **kwargs)


@pytest.fixture
def ramp(server: Emulator) -> Iterator[Client]:
    """A client of the demo tenant."""
    with Client(server.base_url) as client:
        yield client


@pytest.fixture
def given(server: Emulator) -> Callable[..., None]:
    """Put integrations and activity, as a seed writes them, in place of the tenant's."""

    def put(installed: tuple[Any, ...] = (), activity: tuple[Any, ...] = ()) -> None:
        owner = Owner("default", "tenant", "client_8")
        server.store.drop(owner)
        about = {"id": "client_8", "name": "Client", "deactivated": False}
        documents = [seeding.installed(body, RandomSource()) for body in installed]
        tables = seeding.tables({**about, "installed": documents, "activity": activity})
        server.store.create(owner, tables)

    return put


@pytest.fixture
def vacant(given: Callable[..., None], ramp: Client) -> Client:
    """A client of the tenant with nothing installed."""
    given()
    return ramp
