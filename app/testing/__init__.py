"""The Python API for tests: worlds of an emulator, their requests, faults and clocks.

The pytest plugin provides them as fixtures; `emulated` works without pytest. pytest imports
this package in every run of the environment, so each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .admin_client import ControlError as ControlError
    from .admin_client import NotEmulated as NotEmulated
    from .emulated import emulated as emulated
    from .faults import Fault as Fault
    from .faults import UnusedFaults as UnusedFaults
    from .host import Host as Host
    from .host import Server as Server
    from .mongodb import Atlas as Atlas
    from .mongodb import OpsManager as OpsManager
    from .opsramp import OpsRamp as OpsRamp
    from .requests import Call as Call
    from .requests import Requests as Requests
    from .stored_integrations import Installed as Installed
    from .stored_integrations import InstalledIntegration as InstalledIntegration
    from .stored_integrations import Integration as Integration
    from .stored_integrations import Integrations as Integrations
    from .world import World as World

_MODULES = {
    "Atlas": "mongodb",
    "Call": "requests",
    "ControlError": "admin_client",
    "Fault": "faults",
    "Host": "host",
    "Installed": "stored_integrations",
    "InstalledIntegration": "stored_integrations",
    "Integration": "stored_integrations",
    "Integrations": "stored_integrations",
    "NotEmulated": "admin_client",
    "OpsManager": "mongodb",
    "OpsRamp": "opsramp",
    "Requests": "requests",
    "Server": "host",
    "UnusedFaults": "faults",
    "World": "world",
    "emulated": "emulated",
}

__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value  # importing the module `emulated` has bound that name to the module
    return value
