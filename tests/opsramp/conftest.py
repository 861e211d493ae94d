"""OpsRamp's demo tenant, an empty one, and a session that has a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from opsemu.opsramp.seeded_integrations import installed as stored_installed
from opsemu.opsramp.seeding import tables as tenant_tables
from opsemu.server import Emulator
from opsemu.store import Owner
from opsemu.worlds.random_source import RandomSource

KEY, SECRET = "opsemu-demo-key", "opsemu-demo-secret"
DEMO = "INTG-9c584c86-4ba9-4006-9ee2-c41a07b7c761"


class Client(requests.Session):
    """A session with a bearer token; paths are relative to a tenant's `integrations`."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.url = f"{base_url}/api/v2/tenants/client_8/integrations"
        self.headers["Authorization"] = f"Bearer {self.token()}"

    def token(self, path: str = "/auth/oauth/token", **form: str) -> str:
        """A token for the demo key."""
        demo = {"grant_type": "client_credentials", "client_id": KEY, "client_secret": SECRET}
        response = requests.post(self.base_url + path, data=demo | form, timeout=10)
        return str(response.json()["access_token"])

    def request(self, method: str, path: str, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request to a URL, an absolute path, or a path below `integrations`."""
        if not path.startswith("http"):
            path = (self.base_url if path.startswith("/") else self.url + "/") + path
        return super().request(method, path, *args, timeout=10, **kwargs)


@pytest.fixture
def client(server: Emulator) -> Iterator[Client]:
    """A client of the demo tenant."""
    with Client(server.base_url) as client:
        yield client


@pytest.fixture
def seed_tenant(server: Emulator) -> Callable[..., None]:
    """Replace the tenant's integrations and activity by those of a seed."""

    def put(installed: tuple[Any, ...] = (), activity: tuple[Any, ...] = ()) -> None:
        owner = Owner("default", "tenant", "client_8")
        server.store.drop(owner)
        about = {"id": "client_8", "name": "Client", "deactivated": False}
        documents = [stored_installed(body, RandomSource()) for body in installed]
        tables = tenant_tables({**about, "installed": documents, "activity": activity})
        server.store.create(owner, tables)

    return put


@pytest.fixture
def empty_client(seed_tenant: Callable[..., None], client: Client) -> Client:
    """A client of the tenant without integrations."""
    seed_tenant()
    return client
