"""What processes know together beside the stored documents: journals, clocks, faults, counts."""

from .base import Board, Entries, Log, Topics
from .memory import MemoryBoard
from .open import open_board

__all__ = ["Board", "Entries", "Log", "MemoryBoard", "Topics", "open_board"]
