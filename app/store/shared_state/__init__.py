"""What all servers of one state know beside documents: journals, clocks, faults, counts."""

from .base import Log, LogSpec, NonceUse, SharedState, Topics
from .memory import MemorySharedState

__all__ = ["Log", "LogSpec", "MemorySharedState", "NonceUse", "SharedState", "Topics"]
