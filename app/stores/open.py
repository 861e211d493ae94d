"""A store by its URL."""

from __future__ import annotations

from .base import StateError
from .tiny import Store

# How long a start may look for torn files: enough for some ten thousand owners.
VERIFY_SECONDS = 0.25


def open_store(url: str) -> Store:
    """The store behind `memory:` or `file:DIR`; raises StateError."""
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        from .memory import MemoryBackend

        return Store(MemoryBackend())
    if scheme == "file" and rest:
        from .files import FileBackend

        store = Store(FileBackend(rest))
        store.verify(VERIFY_SECONDS)
        return store
    raise StateError(f"state is 'memory:' or 'file:DIR', not {url!r}")
