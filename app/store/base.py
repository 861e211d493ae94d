"""The words of the store, and what a place for its bytes has to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

Document = dict[str, Any]
Tables = dict[str, dict[str, Document]]


class Owner(NamedTuple):
    """Whose database it is: a world, a kind (`project`, `organization`, …) and an identifier."""

    world: str
    kind: str
    name: str

    def __str__(self) -> str:
        return "/".join(self)


# The world of what is not in any world: a key's credentials choose the world.
NO_WORLD = "global"


class StateError(Exception):
    """State that cannot be used; the message is one sentence that names the place."""


class StateUnavailable(StateError):
    """State that cannot be had just now: its server does not answer, but may do so again."""


class MissingOwner(LookupError):
    """A change to an owner, the argument, that does not exist or no longer does."""


class Backend(Protocol):
    """A place for bytes by owner, whose every write is a compare-and-set.

    `blocks` says whether a read may wait for another machine, `waits` whether a change may
    wait for one, for the disk or for another process. What talks to a machine raises
    StateUnavailable where it does not answer.
    """

    blocks: bool
    waits: bool

    def read(self, owner: Owner) -> bytes | None:
        """The owner's bytes as last written, or None.

        A backend that does not block gives the same object for as long as they are unchanged.
        """

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        """Put `after` in the place of `before`, if that is what is there; None is no owner.

        To be called within `lock`. Once it says True, the change survives the process.
        """

    def lock(self, owner: Owner) -> AbstractContextManager[None]:
        """Keep others from changing the owner, so that a swap succeeds at the first try.

        It does nothing where others cannot be kept from it; they make the swap fail there.
        """

    def names(self, world: str, kind: str) -> Iterator[str]:
        """The names of all owners of a kind in a world, in no particular order."""

    def kinds(self, world: str) -> Iterator[str]:
        """The kinds of owners that a world may hold, in no particular order."""

    def remove_world(self, world: str) -> None:
        """Forget all owners of a world at once, at a cost that other worlds do not raise.

        A swap that began before it brings nothing back.
        """

    def place(self, owner: Owner) -> str:
        """Where the owner's bytes are, as an operator would look for them."""

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Every place with its bytes, as far as they could have come to harm."""

    def clear(self) -> None:
        """Forget everything."""

    def secret(self) -> bytes:
        """32 random bytes, the same for all who share the state."""

    def close(self) -> None:
        """Release what is held."""
