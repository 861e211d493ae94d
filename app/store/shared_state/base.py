"""What a shared state has to do: values, counts and logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Entry = TypeVar("Entry")
Edit = Callable[[bytes | None], bytes | None]
Topics = frozenset[str] | None  # None: whatever it is about

# Above this many nonces in use the oldest counts are forgotten: memory stays bounded.
MAX_NONCES = 200_000
# Challenges that nobody has answered yet.
MAX_CHALLENGES = 2_000


@dataclass(frozen=True)
class LogSpec(Generic[Entry]):
    """How many entries (`rows`) and bytes (`size`) a log keeps, and how entries become bytes.

    `weigh` tells how many bytes an entry takes that is kept as an object. `encode` leaves out
    an entry's number, which `decode` is given. A listener may ask for one `topic` alone.
    """

    rows: int
    size: int
    weigh: Callable[[Entry], int]
    encode: Callable[[Entry], bytes]
    decode: Callable[[int, bytes], Entry]
    topic: Callable[[Entry], str] = lambda entry: ""


class Log(Protocol[Entry]):
    """The latest entries of one kind in a world, under numbers that grow and never repeat."""

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        """Append the entry made for its number; the oldest make room for it.

        `make` may be called twice, first with another number.

        A name that is `counted` along with it costs less than to count it by itself.
        """

    def get(self, number: int) -> Entry | None:
        """An entry by its number."""

    def all(self) -> list[Entry]:
        """All entries, the oldest first."""

    def remove(self, number: int) -> None:
        """Take an entry out, which may be gone already; it does not count as dropped."""

    def clear(self) -> None:
        """Forget all entries, and those dropped."""

    def version(self, topics: Topics = None) -> int:
        """A number that grows with each entry (on one of the topics), and never comes again."""

    @property
    def dropped(self) -> int:
        """How many entries had to make room."""

    def call_on_change(
        self, version: int, listener: Callable[[], None], topics: Topics = None
    ) -> Callable[[], None] | None:
        """Call `listener` once when the version differs, which may be now.

        Returns a function that cancels that; None if the log cannot notify, so that the
        caller has to poll `version`.
        """


class SharedState(Protocol):
    """Values, counts and logs that all servers of one state share.

    No stored document depends on it: it may be lost as a whole. A world's values and logs
    are forgotten with the world. Nonces are given as bytes, of which the first six are the
    milliseconds since the epoch at which they were issued.
    """

    def read(self, world: str, name: str) -> bytes | None:
        """A value of a world; the same object as long as it stays the same, where that is cheap."""

    def change(self, world: str, name: str, edit: Edit) -> None:
        """Put what `edit` makes of a value in its place; None forgets it.

        `edit` may be called more than once; nobody changes the value meanwhile.
        """

    def log(self, world: str, name: str, kind: LogSpec[Entry]) -> Log[Entry]:
        """A log of a world."""

    def mark_used(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        """Whether a nonce has not been used with this count; it is from here on.

        What was issued more than `life` seconds before `now` may be forgotten.
        """

    def put_pending(self, nonce: bytes, content: bytes, now: float, life: float) -> None:
        """Keep something for the request that will come with a nonce."""

    def pop_pending(self, nonce: bytes) -> bytes | None:
        """What was kept for the nonce, once."""

    def count(self, name: str) -> int:
        """One more of a name; how often that makes it."""

    def counts(self) -> dict[str, int]:
        """How often each name was counted."""

    def worlds(self) -> list[str]:
        """The worlds that have a log."""

    def forget(self, world: str) -> None:
        """Forget a world's values and logs."""

    def close(self) -> None:
        """Release what is held; the next call takes it up again."""
