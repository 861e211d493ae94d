"""The commands of a request to Redis, in few round trips.

What a request will read is known from the last one of its operation: these reads, for its own
caller, world and project, are sent in one pipeline when it begins, and those after its first
change in one with that change. Whatever else it reads takes a round trip. What its client
need not wait for is sent in one pipeline at its end.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from threading import local
from typing import Any

from .redis_client import RedisClient, reply_of
from .redis_reads import (
    Command,
    Joined,
    Later,
    Read,
    Request,
    Stages,
    coded,
    join_reads,
    without_names,
    world_key,
)

MAX_PLANNED = 200  # reads of a stage
MAX_CALLERS = 10_000  # whose world is remembered
MAX_CACHED = 32  # reads of one pipeline whose commands are remembered


class RedisPipelines:
    """Commands to the server at a URL, gathered for the request that a thread is in.

    Each call raises StateUnavailable if it fails.
    """

    def __init__(self, url: str) -> None:
        self.client = RedisClient(url)
        self._thread = local()
        # By operation, by what names a request has, and the latest one.
        self._plans: dict[str, Stages] = {}
        self._callers: dict[str, dict[str, str]] = {}
        self._join_cached = lru_cache(maxsize=2048)(self._join)

    def key(self, world: str, *names: str) -> str:
        """A key of a world."""
        return ":".join((world_key(self.client.prefix, world), *map(coded, names)))

    def begin(self, operation: str, names: Mapping[str, str], *commands: Command) -> None:
        """Begin a request: read ahead, and send commands that it will ask for with `once`.

        One that has begun goes on.
        """
        if self._request is not None:
            return
        known = self._callers.get(names["caller"], {})
        keys = (operation, " ".join(names), "")
        plan = next((self._plans[each] for each in keys if each in self._plans), ())
        request = self._thread.request = Request(keys, {**known, **names}, plan)
        request.replies, replies = self._fetch(request.planned(), commands)
        request.sent = dict(zip(commands, replies, strict=True))

    def enter(self, **names: str) -> None:
        """Say more of what the request is about, and read ahead what depends on that."""
        request = self._request
        if request is None or request.names.items() >= names.items():
            return
        request.names |= names
        if planned := request.planned():
            request.replies, _ = self._fetch(planned)

    def made(self, name: str) -> None:
        """Say that the request makes an owner of this name."""
        if self._request is not None:
            self._request.names["made"] = name

    def end(self, *, learn: bool) -> None:
        """End the request: send what is left, and remember what it read for the next one."""
        request, self._thread.request = self._request, None
        if request is not None:
            if learn or request.keys[0] not in self._plans:
                self._learn(request)
            self._send_later(request.later)

    def read(self, read: Read) -> Any:
        """The reply to one read."""
        return self.read_many([read])[0]

    def read_many(self, reads: Sequence[Read]) -> list[Any]:
        """The replies to reads, in one round trip at most."""
        request = self._request
        if request is None:
            replies, _ = self._fetch(reads)
        else:
            request.asked[-1].update(dict.fromkeys(reads))
            if not all(each in request.replies for each in reads):
                # All else anew: no list may be older than what is looked up in it.
                request.replies, _ = self._fetch([*reads, *request.planned()])
            replies = request.replies
        return [reply_of(replies[each]) for each in reads]

    def change(self, script: str, keys: Sequence[str], *arguments: Any) -> Any:
        """The result of a script that changes something; false if it refused to.

        The server runs it atomically; its keys are in one world. What was read before it is
        read again.
        """
        request, command = self._request, as_command(script, keys, *arguments)
        if request is None:
            return self.client.call(*command)
        request.asked.append({})
        request.replies, (reply,) = self._fetch(request.planned(), [command])
        if not reply or isinstance(reply, Exception):
            request.asked.pop()
        return reply_of(reply)

    def put(self, read: Read, reply: Any) -> None:
        """Take this for the reply to a read, until something is changed."""
        if self._request is not None:
            self._request.replies[read] = reply

    def once(self, *command: Any) -> Any:
        """The reply to a command, which may have been sent when the request began."""
        request = self._request
        if request is not None and command in request.sent:
            return reply_of(request.sent.pop(command))
        return self.client.call(*command)

    def later(self, *commands: Command, refused: Callable[[], None] | None = None) -> None:
        """Send commands at the end of the request; `refused` is called if one has no effect."""
        request, pairs = self._request, [(command, refused) for command in commands]
        if request is None:
            self._send_later(pairs)
        else:
            request.later += pairs

    def now(self, *commands: Command) -> None:
        """Send commands in one round trip."""
        self._send_later([(command, None) for command in commands])

    def close(self) -> None:
        """Close the connections; the next call connects again."""
        self.client.close()

    @property
    def _request(self) -> Request | None:
        return getattr(self._thread, "request", None)

    def _send_later(self, pairs: list[Later]) -> None:
        replies = self.client.send([command for command, _ in pairs]) if pairs else []
        for reply, (_, refused) in zip(replies, pairs, strict=True):
            if not reply_of(reply) and refused is not None:
                refused()

    def _learn(self, request: Request) -> None:
        names = request.names
        plan = tuple(without_names(islice(each, MAX_PLANNED), names) for each in request.asked)
        self._plans |= dict.fromkeys(request.keys, plan)
        if len(self._callers) >= MAX_CALLERS:
            self._callers.clear()
        kept = names.keys() & {"key", "world"}
        self._callers[names["caller"]] = {name: names[name] for name in kept}

    def _fetch(
        self, reads: Sequence[Read], commands: Sequence[Command] = ()
    ) -> tuple[dict[Read, Any], list[Any]]:
        """Send commands, and reads after them; the replies to these and to those."""
        join = self._join_cached if len(reads) <= MAX_CACHED else self._join
        joined = join(tuple(reads))
        sent = [*commands, *(each.command for each in joined)]
        replies = self.client.send(sent) if sent else []
        answers: dict[Read, Any] = {}
        for each, reply in zip(joined, replies[len(commands) :], strict=True):
            is_one = isinstance(reply, Exception) or not each.is_joined
            items = [reply] * len(each.reads) if is_one else reply
            answers.update(zip(each.reads, items, strict=True))
        return answers, replies[: len(commands)]

    def _join(self, reads: tuple[Read, ...]) -> list[Joined]:
        return join_reads(reads, self.client.prefix)


def as_command(script: str, keys: Sequence[str], *arguments: Any) -> Command:
    """The command that runs a Lua script."""
    return ("EVAL", script, len(keys), *keys, *arguments)
