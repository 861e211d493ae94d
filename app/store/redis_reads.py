"""Reads of Redis as data: their keys, their commands, and the names in them."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from .base import Owner

# Reads of one world, or of one key, that are sent as one command.
_JOINED = {"GET": "MGET", "HGET": "HMGET"}
MAX_AGAIN = 16  # reads after a change that nothing is known of
_NAME = "\0"  # before what a name is called by

Command = tuple[Any, ...]


class Read(NamedTuple):
    """A command that reads; its key is that of a world, `part`, and after a colon `name`.

    Of HGET, `name` is the field.
    """

    verb: str
    world: str
    part: str = ""
    name: str | None = None
    arguments: tuple[str | int, ...] = ()

    def key(self, prefix: str) -> str:
        """The key that it reads."""
        name = "" if self.name is None or self.verb == "HGET" else f":{coded(self.name)}"
        return f"{world_key(prefix, self.world)}{self.part}{name}"


Later = tuple[Command, Callable[[], None] | None]
Stages = tuple[tuple[Read, ...], ...]


class Joined(NamedTuple):
    """A command, and the reads that its reply is of; if `is_joined`, each has an item of it."""

    command: Command
    reads: list[Read]
    is_joined: bool


class Request:
    """What is known of a request; each change that it makes begins another stage.

    `names` are what it is about. `asked` are its reads by stage, `replies` those to what was
    read in this one, asked for or not; `sent` those to other commands.
    """

    def __init__(self, keys: tuple[str, ...], names: dict[str, str], plan: Stages) -> None:
        self.keys = keys  # of its plan
        self.names = names
        self.plan = plan
        self.asked: list[dict[Read, None]] = [{}]
        self.replies: dict[Read, Any] = {}
        self.sent: dict[Command, Any] = {}
        self.later: list[Later] = []

    def planned(self) -> list[Read]:
        """What this stage will read and was not asked for; by default what the last one read."""
        stage, asked = len(self.asked) - 1, self.asked[-1]
        if stage < len(self.plan):
            reads = with_names(self.plan[stage], tuple(self.names.items()))
        else:
            reads = [*self.asked[stage - 1]][-MAX_AGAIN:] if stage else []
        return [each for each in reads if each not in asked]


def document_read(owner: Owner) -> Read:
    """The read of an owner's bytes."""
    return Read("GET", owner.world, f":{coded(owner.kind)}", owner.name)


def join_reads(reads: tuple[Read, ...], prefix: str) -> list[Joined]:
    """The fewest commands for these reads, in the order of the first read of each."""
    groups: dict[tuple[Any, ...], list[Read]] = {}
    for read in dict.fromkeys(reads):
        group = {"GET": read[:2], "HGET": read[:3]}.get(read.verb, read)
        groups.setdefault(group, []).append(read)
    return [_joined(group, prefix) for group in groups.values()]


def _joined(reads: list[Read], prefix: str) -> Joined:
    verb, keys = reads[0].verb, dict.fromkeys(read.key(prefix) for read in reads)
    arguments = [read.name for read in reads] if verb == "HGET" else reads[0].arguments
    return Joined((_JOINED.get(verb, verb), *keys, *arguments), reads, verb in _JOINED)


def without_names(reads: Iterable[Read], names: Mapping[str, str]) -> tuple[Read, ...]:
    """The same reads for any world and any names: each is replaced by what it is the name of."""
    called = {value: _NAME + name for name, value in names.items() if value}
    called |= {names[name]: _NAME + name for name in ("key",) if name in names}
    worlds = {names[name]: _NAME + name for name in ("world",) if name in names}
    return tuple(
        read._replace(
            world=worlds.get(read.world, read.world),
            name=called.get(read.name or "", read.name),
        )
        for read in reads
    )


@lru_cache(maxsize=256)
def with_names(reads: tuple[Read, ...], pairs: tuple[tuple[str, str], ...]) -> list[Read]:
    """Such reads for these names; none of those that have a name which is not among them."""
    names = dict(pairs)
    filled = (
        read._replace(world=_name(read.world, names), name=read.name and _name(read.name, names))
        for read in reads
    )
    return [read for read in filled if _NAME not in f"{read.world}{read.name}"]


def world_key(prefix: str, world: str) -> str:
    """What all keys of a world begin with, and which are in one slot of a cluster so."""
    # An empty hash tag would not count as one; no name is encoded as a bare percent sign.
    return f"{prefix}:{{{coded(world) or '%'}}}"


def coded(name: str) -> str:
    """A name, percent-encoded, as a part of a key."""
    return quote(name, safe="")


def _name(text: str, names: Mapping[str, str]) -> str:
    return names.get(text[1:], text) if text.startswith(_NAME) else text
