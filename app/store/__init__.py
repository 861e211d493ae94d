"""State: one small TinyDB database per owner, kept in memory, a directory or Redis."""

from .base import (
    Document,
    MissingOwner,
    Owner,
    StateError,
    StateUnavailable,
    UnusableName,
    shown_url,
)
from .layout import NO_WORLD
from .open import open_store
from .store import Store

__all__ = [
    "NO_WORLD",
    "Document",
    "MissingOwner",
    "Owner",
    "StateError",
    "StateUnavailable",
    "Store",
    "UnusableName",
    "open_store",
    "shown_url",
]
