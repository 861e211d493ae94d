"""What tests hold in their hands: worlds of an emulator, and what may be asked of them.

The pytest plugin hands these out; `emulated` does without pytest.
"""

from .calls import Call, Requests
from .control import ControlError
from .emulated import emulated
from .faults import Fault, UnusedFaults
from .handles import Atlas, OpsManager, World
from .host import Host, Server
from .plane import NotEmulated
from .stored import Integration, Integrations

__all__ = [
    "Atlas",
    "Call",
    "ControlError",
    "Fault",
    "Host",
    "Integration",
    "Integrations",
    "NotEmulated",
    "OpsManager",
    "Requests",
    "Server",
    "UnusedFaults",
    "World",
    "emulated",
]
