"""The shared state that belongs to a store, by its URL."""

from __future__ import annotations

from ..open import load_redis
from .base import SharedState
from .memory import MemorySharedState


def open_shared_state(state: str) -> SharedState:
    """On Redis that of all its servers, else that of this process; raises StateError."""
    if state.partition(":")[0] in ("redis", "rediss"):
        shared_state: SharedState = load_redis("shared_state.redis", state).RedisSharedState(state)
        return shared_state
    return MemorySharedState()
