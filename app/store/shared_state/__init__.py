"""What processes know together beside the stored documents: journals, clocks, faults, counts."""

from .base import Board, Log, LogSpec, Topics
from .memory import MemoryBoard
from .open import open_board

__all__ = ["Board", "Log", "LogSpec", "MemoryBoard", "Topics", "open_board"]
