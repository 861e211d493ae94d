"""State: one small TinyDB database per owner, kept in memory or in a directory."""

from .base import NO_WORLD, Document, MissingOwner, Owner, StateError, StateUnavailable
from .open import open_store
from .tiny import Store

__all__ = [
    "NO_WORLD",
    "Document",
    "MissingOwner",
    "Owner",
    "StateError",
    "StateUnavailable",
    "Store",
    "open_store",
]
