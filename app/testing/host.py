"""Servers on which tests create worlds."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import server
from .admin_client import AdminClient, WorldAdmin

if TYPE_CHECKING:
    from .emulator import Emulator
    from .mongodb import Atlas, OpsManager
    from .opsramp import OpsRamp
    from .world import Seed, WorldAccess, WorldT

# Settings of an emulator for tests, whatever the environment's OPSEMU_… variables say.
_SETTINGS = {
    "state": "memory:",
    "seed": "empty",
    "admin": "on",
    "admin_token": "",
    "admin_token_file": "",
    "external_url": "",
    "trust_proxy": False,
    "tls": False,
    "tls_san": "",
    "tls_cert": "",
    "tls_key": "",
}


class Host:
    """A server that creates worlds, each with keys of its own.

    `seed` is "empty" (one project without integrations), "demo", "server" (the server's
    own) or a document as in a seed file; `strict` worlds raise UnusedFaults at their end.
    """

    _token = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        raise NotImplementedError

    @property
    def admin_url(self) -> str:
        """The base URL of the admin API."""
        return f"{self.base_url}/__admin"

    @property
    def ca_file(self) -> str:
        """The path of the certificates that clients trust; "" for those of the system."""
        return os.environ.get("SSL_CERT_FILE", "")

    def ops_manager(self, seed: Seed = "empty", *, strict: bool = False) -> OpsManager:
        """Ops Manager in a new world."""
        from .mongodb import OpsManager

        return create_world(self, OpsManager, seed, strict=strict)

    def atlas(self, seed: Seed = "empty", *, strict: bool = False) -> Atlas:
        """Atlas in a new world."""
        from .mongodb import Atlas

        return create_world(self, Atlas, seed, strict=strict)

    def opsramp(self, seed: Seed = "empty", *, strict: bool = False) -> OpsRamp:
        """OpsRamp in a new world."""
        from .opsramp import OpsRamp

        return create_world(self, OpsRamp, seed, strict=strict)

    @cached_property
    def control(self) -> AdminClient:
        """The client of the admin API."""
        return AdminClient(self.admin_url, self._token, self.ca_file)

    def forget_control(self) -> None:
        """Close the connection to the admin API; the next call opens another."""
        if client := self.__dict__.pop("control", None):
            client.close()


class Server(Host):
    """An emulator that runs elsewhere: in another process, in a container."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        url = urlsplit(self._base_url)
        self.port = url.port or (443 if url.scheme == "https" else 80)

    @property
    def base_url(self) -> str:
        return self._base_url

    @property
    def url(self) -> str:
        """The base URL of Ops Manager, to which `/groups/…` is added."""
        from .mongodb import OpsManager

        return f"{self.base_url}{OpsManager.PATH}"


def create_world(
    host: Host, kind: type[WorldT], seed: Seed = "empty", *, strict: bool = False
) -> WorldT:
    """Create a world; `kind` says which API its handle is for."""
    body = {"document": seed} if isinstance(seed, dict) else {"seed": seed}
    access: WorldAccess = host.control.call("POST", "/worlds", {}, body)
    admin = WorldAdmin(host.control, access["name"])
    return kind(admin, host.base_url, access, strict=strict)


def new_emulator(**settings: Any) -> Emulator:
    """An emulator for tests, not yet started."""
    # `server` loads it now: without one of its own, a session saves a quarter of a second.
    return server.Emulator(**{**_SETTINGS, **settings})
