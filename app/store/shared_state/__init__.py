"""What all servers of one state know beside documents: journals, clocks, faults, counts."""

from .base import Log, LogSpec, SharedState, Topics
from .memory import MemorySharedState
from .open import open_shared_state

__all__ = ["Log", "LogSpec", "MemorySharedState", "SharedState", "Topics", "open_shared_state"]
