"""Servers on which tests create worlds: an emulator in this process or elsewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .admin_client import AdminClient, WorldAdmin
from .mongodb import Atlas, OpsManager
from .opsramp import OpsRamp
from .types import Seed, WorldAccess
from .world import WorldT

# Settings of an emulator for tests, whatever the environment's OPSEMU_… variables say.
TEST_SETTINGS: dict[str, Any] = {
    "state": "memory:",
    "seed": "empty",
    "admin": "on",
    "admin_token": "",
}


class Host:
    """A server that creates worlds, each with keys of its own.

    `seed` is "empty" (one project without integrations), "demo", "server" (the server's
    own) or a document as in a seed file.
    """

    _control: AdminClient | None = None
    _token = ""

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        raise NotImplementedError

    @property
    def admin_url(self) -> str:
        """The base URL of the admin API."""
        return f"{self.base_url}/__admin"

    def ops_manager(self, seed: Seed = "empty", *, strict: bool = False) -> OpsManager:
        """Ops Manager in a new world."""
        return create_world(self, OpsManager, seed, strict=strict)

    def atlas(self, seed: Seed = "empty", *, strict: bool = False) -> Atlas:
        """Atlas in a new world."""
        return create_world(self, Atlas, seed, strict=strict)

    def opsramp(self, seed: Seed = "empty", *, strict: bool = False) -> OpsRamp:
        """OpsRamp in a new world."""
        return create_world(self, OpsRamp, seed, strict=strict)

    @property
    def control(self) -> AdminClient:
        """The client of the admin API."""
        if self._control is None:
            self._control = AdminClient(self.admin_url, self._token)
        return self._control

    def forget_control(self) -> None:
        """Close the connection to the admin API; the next call opens another."""
        if self._control is not None:
            self._control.close()
            self._control = None


class Server(Host):
    """An emulator that runs elsewhere: in another process, in a container."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self.port = urlsplit(self._base_url).port or 80

    @property
    def base_url(self) -> str:
        return self._base_url

    @property
    def url(self) -> str:
        """The base URL of Ops Manager, to which `/groups/…` is added."""
        return f"{self.base_url}{OpsManager.PATH}"


def create_world(
    host: Host, kind: type[WorldT], seed: Seed = "empty", *, strict: bool = False
) -> WorldT:
    """Create a world; `kind` says which API its handle is for."""
    body = {"document": seed} if isinstance(seed, dict) else {"seed": seed}
    access: WorldAccess = host.control.call("POST", "/worlds", {}, body)
    admin = WorldAdmin(host.control, access["name"])
    return kind(admin, host.base_url, access, strict=strict)
