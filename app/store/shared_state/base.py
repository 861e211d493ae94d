"""What a shared state has to do: values, counts and logs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Entry = TypeVar("Entry")
Edit = Callable[[bytes | None], bytes | None]
Listener = Callable[[], None]
Topics = frozenset[str] | None  # None: all topics


@dataclass(frozen=True)
class NonceUse:
    """That a nonce is used with a count; what is kept of it may be forgotten after `life` s."""

    nonce: bytes
    count: int
    life: float


@dataclass(frozen=True)
class LogSpec(Generic[Entry]):
    """How many entries (`rows`) and bytes (`size`) a log keeps, and how entries become bytes.

    `weigh` returns how many bytes an entry takes in memory. `encode` leaves out an entry's
    number, which `decode` gets. A listener may subscribe to one `topic` alone. Nobody asks for
    an entry by its number unless the log is `numbered`.
    """

    rows: int
    size: int
    weigh: Callable[[Entry], int]
    encode: Callable[[Entry], bytes]
    decode: Callable[[int, bytes], Entry]
    topic: Callable[[Entry], str] = lambda entry: ""
    numbered: bool = True


class Log(Protocol[Entry]):
    """The latest entries of one kind in a world, under numbers that grow and never repeat.

    The oldest entries are `dropped`, and counted, if there are too many entries or bytes.
    """

    @property
    def dropped(self) -> int: ...

    @property
    def is_closed(self) -> bool:
        """Whether the log was forgotten with its world; False where nobody can tell."""

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        """Append the entry that `make` returns for its number, and count a name."""

    def get(self, number: int) -> Entry | None:
        """An entry by its number."""

    def all(self, after: int = 0) -> list[Entry]:
        """All entries whose numbers are above `after`, the oldest first."""

    def remove(self, number: int) -> None:
        """Remove an entry, if it is still there; it does not count as dropped."""

    def clear(self) -> None:
        """Remove all entries, and set `dropped` to 0."""

    def version(self, topics: Topics = None) -> int:
        """A number that grows with each entry (on one of the topics) and never repeats."""

    def call_on_change(
        self, version: int, listener: Listener, topics: Topics = None
    ) -> Listener | None:
        """Call `listener` once when the version differs, which may be now.

        It is also called when the log is cleared, or forgotten with its world.
        Returns a function that cancels that; None if the caller has to poll `version`.
        """


class SharedState(Protocol):
    """Values, counts and logs that all servers of one state share.

    No stored document depends on it: it may be lost as a whole. A world's values and logs
    are forgotten with the world. Nonces are bytes, of which the first six are the
    milliseconds since the epoch at which they were issued; what is kept of one may be
    forgotten `life` seconds after that.
    """

    def read(self, world: str, name: str) -> bytes | None:
        """A value of a world, or None."""

    def change(self, world: str, name: str, edit: Edit) -> None:
        """Replace a value by what `edit` returns; it is called again if another was faster."""

    def change_later(self, world: str, name: str, edit: Edit) -> None:
        """Replace a value as `change` does, at the end of the request at the latest."""
        self.change(world, name, edit)

    def log(self, world: str, name: str, kind: LogSpec[Entry]) -> Log[Entry]:
        """A log of a world; what is added to it is there at the end of the request."""

    def mark_used(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        """Mark a nonce as used with this count; False if it was already."""

    def put_pending(self, nonce: bytes, content: bytes, life: float) -> None:
        """Keep `content` for the request that answers the challenge with this nonce."""

    def pop_pending(self, nonce: bytes) -> bytes | None:
        """What was kept for the nonce, which is forgotten; or None."""

    def count(self, name: str) -> int:
        """Count a name; returns the new count."""

    def counts(self) -> dict[str, int]:
        """All counts by name."""

    def worlds(self) -> list[str]:
        """The worlds that have a log."""

    def begin(self, operation: str, names: Mapping[str, str], nonce: NonceUse | None) -> None:
        """Begin a request in this thread, unless it has begun, and read ahead what it may need.

        That is what the last one of its operation has read, of the state's documents as well,
        for what the request is about: `names` are its `caller` and the arguments in its path.
        """
        return

    def enter(self, key: str, world: str) -> None:
        """Say which key and world the request turned out to be of."""
        return

    def end(self, *, learn: bool) -> None:
        """End the request in this thread, and write what is not written yet.

        With `learn` it is an example of what requests of its operation read, and not only if it
        is the first one.
        """
        return

    def forget(self, world: str) -> None:
        """Remove a world's values and logs."""

    def close(self) -> None:
        """Close connections; the next call connects again."""
