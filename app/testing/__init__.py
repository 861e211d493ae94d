"""The Python API for tests: worlds of an emulator, their requests, faults and clocks.

The pytest plugin provides them as fixtures; `emulated` works without pytest. pytest imports
this package in every run of the environment, so its modules are imported with the first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .admin_client import ControlError, NotEmulated
    from .alerts import Alert, Alerts, Inbox
    from .faults import Fault, UnusedFaults
    from .host import Host, Server
    from .mongodb import Atlas, Integration, Integrations, OpsManager
    from .opsramp import Installed, InstalledIntegration, OpsRamp
    from .requests import Call, Requests
    from .standalone import emulated
    from .stubs import Stub, Stubs
    from .world import World

__all__ = [
    "Alert",
    "Alerts",
    "Atlas",
    "Call",
    "ControlError",
    "Fault",
    "Host",
    "Inbox",
    "Installed",
    "InstalledIntegration",
    "Integration",
    "Integrations",
    "NotEmulated",
    "OpsManager",
    "OpsRamp",
    "Requests",
    "Server",
    "Stub",
    "Stubs",
    "UnusedFaults",
    "World",
    "emulated",
]

_MODULES = (
    "admin_client",
    "alerts",
    "faults",
    "host",
    "mongodb",
    "opsramp",
    "requests",
    "standalone",
    "stubs",
    "world",
)


def __getattr__(name: str) -> Any:
    for module in _MODULES if name in __all__ else ():
        value = getattr(import_module(f".{module}", __name__), name, None)
        if value is not None:
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
