"""What is counted of the rules of a world, by their numbers, in the shared state."""

from collections.abc import Callable
from typing import Any

import orjson

from ..store.shared_state import SharedState


class RuleCounts:
    """JSON values by the numbers of rules; `name` is the value's name in the shared state."""

    def __init__(self, shared_state: SharedState, world: str, name: str) -> None:
        self._shared_state = shared_state
        self._world = world
        self._name = name

    def all(self) -> dict[str, Any]:
        """What is counted, by number."""
        return _rows(self._shared_state.read(self._world, self._name))

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Let `edit` change what is counted; it may be called several times."""

        def change(content: bytes | None) -> bytes | None:
            rows = _rows(content)
            edit(rows)
            return orjson.dumps(rows) if rows else None

        self._shared_state.change(self._world, self._name, change)

    def drop(self, number: int) -> None:
        """Forget what is counted of one rule."""
        self.change(lambda rows: rows.pop(str(number), None))

    def clear(self) -> None:
        """Forget everything."""
        self.change(dict.clear)


def _rows(content: bytes | None) -> dict[str, Any]:
    rows: dict[str, Any] = orjson.loads(content or b"{}")
    return rows
