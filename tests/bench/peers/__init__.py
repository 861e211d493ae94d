"""What is measured side by side; a peer is one class or row here, by what it runs on."""

from .base import Missing, Peer, Place
from .java import JAVA_PEERS
from .limits import LIMITS
from .node import NODE_PEERS
from .ours import OUR_PEERS
from .python import PYTHON_PEERS

PEERS: tuple[Peer, ...] = (
    *OUR_PEERS,
    *LIMITS,
    *JAVA_PEERS,
    *NODE_PEERS,
    *PYTHON_PEERS,
)

__all__ = ["PEERS", "Missing", "Peer", "Place"]
