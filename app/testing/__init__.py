"""What tests use: worlds of an emulator, and what they can be asked.

The pytest plugin hands these out; `emulated` does without pytest. pytest imports this
package in every run of the environment, so each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .admin_client import ControlError
    from .emulated import emulated
    from .faults import Fault, UnusedFaults
    from .host import Host, Server
    from .mongodb import Atlas, OpsManager
    from .opsramp import OpsRamp
    from .requests import Call, Requests
    from .stored_integrations import Installed, InstalledIntegration, Integration, Integrations
    from .world import World
    from .world_admin import NotEmulated

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
    "NotEmulated": "world_admin",
    "OpsManager": "mongodb",
    "OpsRamp": "opsramp",
    "Requests": "requests",
    "Server": "host",
    "UnusedFaults": "faults",
    "World": "world",
    "emulated": "emulated",
}

__all__ = [
    "Atlas",
    "Call",
    "ControlError",
    "Fault",
    "Host",
    "Installed",
    "InstalledIntegration",
    "Integration",
    "Integrations",
    "NotEmulated",
    "OpsManager",
    "OpsRamp",
    "Requests",
    "Server",
    "UnusedFaults",
    "World",
    "emulated",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value  # `emulated` is a module as well, which its import binds here
    return value
