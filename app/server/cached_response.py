"""What the response cache keeps."""

from collections.abc import Callable
from typing import NamedTuple

from ..api.headers import Volatile
from ..api.reading_ahead import Subject
from ..auth.api_keys import Key
from ..store import Owner
from ..worlds.fault_rules import FaultTarget
from ..worlds.journal import JournalEntry

OVERHEAD = 2_000  # bytes of an entry without its texts and documents, about


class CachedResponse(NamedTuple):
    """A response and what it depends on; `head` has a `%s` for each of `volatile`."""

    key: Key
    authorization: str  # a token's; empty for a digest
    expires: float  # when the token does, by the world's clock
    subject: Subject
    target: str  # what a digest's `uri` has to be; with another one, Flask warns or refuses
    ha2: str  # a digest's hash of method and `uri`
    dependencies: tuple[list[Owner], list[bytes | None]]
    head: str
    volatile: list[Volatile]
    fault_target: FaultTarget
    make_entry: Callable[[float, float], JournalEntry]  # from its time and duration
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that the entry takes, about: its documents may be the store's own."""
        contents = sum(len(content or b"") for content in self.dependencies[1])
        return OVERHEAD + len(self.head) + len(self.body) + contents
