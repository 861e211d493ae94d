"""What processes know together beside the stored documents: journals, clocks, faults, counts."""

from .base import Board, Entries, Log
from .memory import MemoryBoard
from .open import open_board

__all__ = ["Board", "Entries", "Log", "MemoryBoard", "open_board"]
