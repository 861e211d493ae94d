"""Whoever runs an emulator, in this process or elsewhere, makes worlds in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from .admin_client import AdminClient
from .world_admin import WorldPlane

if TYPE_CHECKING:
    from .mongodb import Atlas, OpsManager
    from .opsramp import OpsRamp
    from .world import World

Kind = TypeVar("Kind", bound="World")
Seed = str | dict[str, Any]


class Host:
    """A server's door for tests: fresh worlds, each with keys of its own.

    `seed` is "empty" (one project without integrations), "demo", "server" (the server's
    own) or a document as a seed file has it. All verbs go through the control plane.
    """

    _control: AdminClient | None = None
    _token = ""

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        raise NotImplementedError

    @property
    def admin_url(self) -> str:
        """Where the control plane answers."""
        return f"{self.base_url}/__admin"

    def ops_manager(self, seed: Seed = "empty", *, strict: bool = False) -> OpsManager:
        """Ops Manager in a fresh world."""
        from .mongodb import OpsManager

        return self._fresh(OpsManager, seed, strict)

    def atlas(self, seed: Seed = "empty", *, strict: bool = False) -> Atlas:
        """Atlas in a fresh world."""
        from .mongodb import Atlas

        return self._fresh(Atlas, seed, strict)

    def opsramp(self, seed: Seed = "empty", *, strict: bool = False) -> OpsRamp:
        """OpsRamp in a fresh world."""
        from .opsramp import OpsRamp

        return self._fresh(OpsRamp, seed, strict)

    def forget_control(self) -> None:
        """Close the connection to the control plane; the next call opens another."""
        if self._control is not None:
            self._control.close()
            self._control = None

    @property
    def control(self) -> AdminClient:
        """The control plane's client."""
        if self._control is None:
            self._control = AdminClient(self.admin_url, self._token)
        return self._control

    def _fresh(self, kind: Callable[..., Kind], seed: Seed, strict: bool) -> Kind:
        body = {"document": seed} if isinstance(seed, dict) else {"seed": seed}
        made = self.control.call("POST", "/worlds", {}, body)
        return kind(WorldPlane(self.control, made["name"]), self.base_url, made, strict=strict)


class Server(Host):
    """An emulator that runs elsewhere: another process, a container."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token

        self.port = urlsplit(self._base_url).port or 80

    @property
    def base_url(self) -> str:
        return self._base_url

    @property
    def url(self) -> str:
        """Ops Manager's base URL, to which `/groups/…` is added."""
        return f"{self.base_url}/api/public/v1.0"
