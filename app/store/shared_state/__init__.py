"""What all servers of one state know beside documents: journals, clocks, faults, counts."""

from ..open import load_redis
from .base import Log, LogSpec, SharedState, Topics
from .memory import MemorySharedState

__all__ = ["Log", "LogSpec", "MemorySharedState", "SharedState", "Topics", "open_shared_state"]


def open_shared_state(state: str) -> SharedState:
    """On Redis that of all its servers, else that of this process; raises StateError."""
    if state.partition(":")[0] not in ("redis", "rediss"):
        return MemorySharedState()
    shared_state: SharedState = load_redis("shared_state.redis", state).RedisSharedState(state)
    return shared_state
