"""The control plane as seen from one world, or its absence at a real deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from .admin_client import AdminClient


class NotEmulated(Exception):
    """What was asked for takes an emulator, and this is the real thing."""


class Plane(Protocol):
    """Where the questions about a world go."""

    is_emulated: bool

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer's JSON; raises ControlError, OSError, NotEmulated."""

    def wait(self, seconds: float, body: Any) -> Any:
        """The verdict on an expectation, once it holds or the time is over."""

    def end(self) -> None:
        """Give the world up."""


class WorldPlane:
    """The control plane as seen from a world, which ends with its handle unless it is lasting."""

    is_emulated = True

    def __init__(self, control: AdminClient, world: str, *, lasting: bool = False) -> None:
        self.world = world
        self._lasting = lasting
        self._control = control

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        return self._control.call(method, path, {"world": self.world, **query}, body)

    def wait(self, seconds: float, body: Any) -> Any:
        query = {"world": self.world, "timeout": seconds}
        return self._control.call_patiently(seconds, "/wait", query, body)

    def end(self) -> None:
        if not self._lasting:
            self._control.call("DELETE", f"/worlds/{self.world}", {})


def _raise(sentence: str) -> NoReturn:
    raise NotEmulated(sentence)


class NoPlane:
    """At a real deployment there is none: whatever is asked is refused."""

    is_emulated = False

    def __init__(self, url: str, refuse: Callable[[str], NoReturn] = _raise) -> None:
        self._url = url
        self._refuse = refuse

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        what = path.split("/")[1]
        self._refuse(f"{what}: only the emulator has them, and this is {self._url}")

    def wait(self, seconds: float, body: Any) -> Any:
        self.call("POST", "/requests")

    def end(self) -> None:
        pass
