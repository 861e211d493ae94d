"""What a backend of the store has to do, and the types and errors that all share."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, NamedTuple, Protocol

from .shared_state import MemorySharedState, SharedState

Document = dict[str, Any]
Tables = dict[str, dict[str, Document]]

_PASSWORD = re.compile(r"(?<=password=)[^&]*", re.IGNORECASE)


class Owner(NamedTuple):
    """Whose database it is: a world, a kind of `layout` and an identifier."""

    world: str
    kind: str
    name: str

    def __str__(self) -> str:
        return "/".join(self)


class StateError(Exception):
    """State that cannot be used; the message is one sentence that names the place."""


class StateUnavailable(StateError):
    """State that cannot be read or written at the moment: no answer, no room, no permission."""


class UnusableName(StateError):
    """An owner's name that the state has no place for."""


class MissingOwner(LookupError):
    """A change to an owner, the argument, that does not exist or no longer does."""


class Backend(Protocol):
    """A place for bytes by owner; every write is a compare-and-set.

    A read may wait for another machine if `read_may_block`, a write for one or for the disk
    if `write_may_block`. StateUnavailable is raised where a read or a write fails.
    """

    read_may_block: bool = False
    write_may_block: bool = False

    def open(self) -> None:
        """Use the state again after `close`; does nothing if it is open."""
        return

    def close(self) -> None:
        """Release locks and connections."""
        return

    def shared_state(self) -> SharedState:
        """What its servers share beside documents; by default that of this process alone."""
        return MemorySharedState()

    def read(self, owner: Owner) -> bytes | None:
        """The owner's bytes as last written, or None."""

    def read_many(self, owners: Iterable[Owner]) -> list[bytes | None]:
        """What `read` returns for each owner; one round trip for all of a world."""
        return [self.read(owner) for owner in owners]

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        """Replace the owner's bytes, if they equal `before`; None is no owner.

        Call it within `lock`. Once it returns True, the change survives the process.
        """

    def lock(self, owner: Owner) -> AbstractContextManager[object]:
        """Exclude other writers of the owner; on Redis, none of other servers."""

    def names(self, world: str, kind: str) -> Iterator[str]:
        """The names of all owners of a kind in a world, in no particular order."""

    def some_names(self, world: str, kind: str, most: int) -> list[str]:
        """At most so many of these names; of many owners, it does not cost a list of all."""
        return list(islice(self.names(world, kind), most))

    def kinds(self, world: str) -> Iterator[str]:
        """The kinds of owners that a world may hold, in no particular order."""

    def replace_world(self, world: str, owners: Iterable[tuple[Owner, bytes]]) -> None:
        """Replace everything that a world holds, in one step.

        Readers find the old or the new world, never a part of one. If it fails, or the process
        is killed before that step, the old world stays whole. A swap that began before brings
        nothing back. Raises UnusableName.
        """

    def check_write(self) -> None:
        """Write something small, where that can fail; raises StateUnavailable."""
        return

    def place(self, owner: Owner) -> str:
        """Where the owner's bytes are, for an operator: a path or a key."""

    def secret(self) -> bytes:
        """32 random bytes, the same for all who share the state."""

    def keep(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The secret of this name: what `make` returned first, if the state has files."""
        return make()


def shown_url(url: str) -> str:
    """The URL of a state with its password masked, for logs and messages."""
    scheme, slashes, rest = url.partition("://")
    if not slashes or scheme == "file":
        return url
    userinfo, at, address = rest.rpartition("@")
    # A slash belongs to a password that was not percent-encoded: hide the user name as well.
    user = "" if "/" in userinfo else userinfo.partition(":")[0]
    masked = f"{user}:****@" if at else ""
    return f"{scheme}://{masked}{_PASSWORD.sub('****', address)}"
