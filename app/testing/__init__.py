"""What tests hold in their hands: worlds of an emulator, and what may be asked of them.

The pytest plugin hands these out; `emulated` does without pytest.
"""

from .calls import Call, Requests
from .control import ControlError
from .emulated import emulated
from .faults import Fault, UnusedFaults
from .host import Host, Server
from .mongodb import Atlas, OpsManager
from .opsramp import OpsRamp
from .plane import NotEmulated
from .stored import Installed, InstalledIntegration, Integration, Integrations
from .world import World

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
