"""What changed beside the documents that clients write: a short log that pages follow."""

from secrets import token_hex
from typing import NamedTuple

import orjson

from ..store.shared_state import Log, LogSpec, SharedState
from .clock import NO_WORLD_YET

MAX_CHANGES = 1_000
_EPOCH = "epoch"  # in the shared state


class Change(NamedTuple):
    """Parts of a world that may have changed; an empty world stands for all of them."""

    number: int
    world: str
    parts: list[str]


_SPEC: LogSpec[Change] = LogSpec(
    MAX_CHANGES,
    1 << 20,
    lambda change: 200,
    lambda change: orjson.dumps(change[1:]),
    lambda number, content: Change(number, *orjson.loads(content)),
)


class Changes:
    """The latest changes of all worlds, for all servers of one state."""

    def __init__(self, shared_state: SharedState) -> None:
        self._shared_state = shared_state
        self.log: Log[Change] = shared_state.log(NO_WORLD_YET, "changes", _SPEC)

    def add(self, world: str, *parts: str) -> None:
        """Note that parts of a world, or of all worlds, may have changed."""
        self.log.add(lambda number: Change(number, world, [*parts]))

    @property
    def epoch(self) -> str:
        """A text that is another one once numbers of journal entries begin anew."""
        made = token_hex(4).encode()
        self._shared_state.change(NO_WORLD_YET, _EPOCH, lambda known: known or made)
        return (self._shared_state.read(NO_WORLD_YET, _EPOCH) or made).decode()
