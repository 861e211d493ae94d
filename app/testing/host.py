"""Whoever runs an emulator, in this process or elsewhere, makes worlds in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .control import Control
from .plane import WorldPlane

if TYPE_CHECKING:
    from .handles import Atlas, OpsManager


class Host:
    """A server's door for tests: fresh worlds, each with keys of its own.

    `seed` is "empty" (one project without integrations), "demo", "server" (the server's
    own) or a document as a seed file has it. All verbs go through the control plane.
    """

    _control: Control | None = None
    _token = ""

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        raise NotImplementedError

    @property
    def admin_url(self) -> str:
        """Where the control plane answers."""
        return f"{self.base_url}/__admin"

    def ops_manager(
        self, seed: str | dict[str, Any] = "empty", *, strict: bool = False
    ) -> OpsManager:
        """Ops Manager in a fresh world."""
        from .handles import OpsManager

        made = self._make(seed)
        return OpsManager(self._plane(made), self.base_url, made, strict=strict)

    def atlas(self, seed: str | dict[str, Any] = "empty", *, strict: bool = False) -> Atlas:
        """Atlas in a fresh world."""
        from .handles import Atlas

        made = self._make(seed)
        return Atlas(self._plane(made), self.base_url, made, strict=strict)

    def forget_control(self) -> None:
        """Close the connection to the control plane; the next call opens another."""
        if self._control is not None:
            self._control.close()
            self._control = None

    @property
    def control(self) -> Control:
        """The control plane's client."""
        if self._control is None:
            self._control = Control(self.admin_url, self._token)
        return self._control

    def _make(self, seed: str | dict[str, Any]) -> dict[str, Any]:
        body = {"document": seed} if isinstance(seed, dict) else {"seed": seed}
        made: dict[str, Any] = self.control.call("POST", "/worlds", {}, body)
        return made

    def _plane(self, made: dict[str, Any]) -> WorldPlane:
        return WorldPlane(self.control, made["name"])


class Server(Host):
    """An emulator that runs elsewhere: another process, a container."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token

    @property
    def base_url(self) -> str:
        return self._base_url

    @property
    def url(self) -> str:
        """Ops Manager's base URL, to which `/groups/…` is added."""
        return f"{self.base_url}/api/public/v1.0"
