"""The shared state of all servers on one Redis or Valkey.

    <prefix>!counts, !numbers, !worlds   counts, the last number of an entry, worlds with a log
    <prefix>!nonce:…, !pending:…         of a nonce, until it expires
    <prefix>:{<world>}!values            the values of a world, by name
    <prefix>:{<world>}!log:<name>        the entries of a log, each after its number in 8 bytes
    <prefix>:{<world>}!head:<name>       its version, its size, and how many entries it dropped
    <prefix>:{<world>}!logs              the names of the logs

The keys of the store have no exclamation mark, but for `!draft:…`.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..redis_pipelines import RedisPipelines, as_command
from ..redis_reads import Command, Read
from .base import Edit, Entry, Log, LogSpec, NonceUse, SharedState
from .redis_log import RedisLog

_MARK_USED = """
if redis.call('SETBIT', KEYS[1], ARGV[1], 1) == 1 then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
# No value is an empty text.
_SWAP = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
"""
_FORGET = """
for _, name in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('UNLINK', KEYS[3] .. '!log:' .. name, KEYS[3] .. '!head:' .. name)
end
redis.call('UNLINK', KEYS[1], KEYS[2])
"""
_COUNTS = "return redis.call('HGETALL', KEYS[1])"


class RedisSharedState(SharedState):
    """Values, counts and logs in Redis; raises StateError or StateUnavailable."""

    def __init__(self, redis: RedisPipelines) -> None:
        self._redis = redis
        self._prefix = redis.client.prefix

    def read(self, world: str, name: str) -> bytes | None:
        value: bytes | None = self._redis.read(_value(world, name))
        return value

    def change(self, world: str, name: str, edit: Edit) -> None:
        while True:
            before = self.read(world, name)
            after = edit(before)
            if after == before or self._redis.change(*self._swap(world, name, before, after)):
                return

    def change_later(self, world: str, name: str, edit: Edit) -> None:
        before = self.read(world, name)
        after = edit(before)
        command = as_command(*self._swap(world, name, before, after))
        self._redis.later(command, refused=partial(self.change, world, name, edit))
        self._redis.put(_value(world, name), after)

    def _swap(
        self, world: str, name: str, before: bytes | None, after: bytes | None
    ) -> tuple[Any, ...]:
        keys = [f"{self._redis.key(world)}!values"]
        return (_SWAP, keys, name, before or b"", after or b"")

    def log(self, world: str, name: str, kind: LogSpec[Entry]) -> Log[Entry]:
        return RedisLog(self._redis, world, name, kind)

    def mark_used(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        return bool(self._redis.once(*self._mark(NonceUse(nonce, count, life))))

    def put_pending(self, nonce: bytes, content: bytes, life: float) -> None:
        self._redis.later(("SET", self._pending(nonce), content, "EX", int(life) + 1))

    def pop_pending(self, nonce: bytes) -> bytes | None:
        content: bytes | None = self._redis.once("GETDEL", self._pending(nonce))
        return content

    def count(self, name: str) -> int:
        return int(self._redis.client.call("HINCRBY", f"{self._prefix}!counts", name, 1))

    def counts(self) -> dict[str, int]:
        # By a script: the driver makes different things of the reply of a server and a cluster.
        keys = [f"{self._prefix}!counts"]
        counts = iter(self._redis.client.call(*as_command(_COUNTS, keys)))
        return {name.decode(): int(count) for name, count in zip(counts, counts, strict=True)}

    def worlds(self) -> list[str]:
        members = self._redis.client.call("SMEMBERS", f"{self._prefix}!worlds")
        return sorted(member.decode() for member in members)

    def begin(self, operation: str, names: Mapping[str, str], nonce: NonceUse | None) -> None:
        commands: list[Command] = [("INCR", f"{self._prefix}!numbers")]
        if nonce is not None:
            commands += [self._mark(nonce), ("GETDEL", self._pending(nonce.nonce))]
        self._redis.begin(operation, names, *commands)

    def enter(self, key: str, world: str) -> None:
        self._redis.enter(key=key, world=world)

    def end(self, *, learn: bool) -> None:
        self._redis.end(learn=learn)

    def forget(self, world: str) -> None:
        key = self._redis.key(world)
        self._redis.change(_FORGET, [f"{key}!values", f"{key}!logs", key])
        self._redis.client.call("SREM", f"{self._prefix}!worlds", world)

    def close(self) -> None:
        self._redis.close()

    def _mark(self, use: NonceUse) -> Command:
        keys = [f"{self._prefix}!nonce:{use.nonce.hex()}"]
        return as_command(_MARK_USED, keys, use.count, int(use.life) + 1)

    def _pending(self, nonce: bytes) -> str:
        return f"{self._prefix}!pending:{nonce.hex()}"


def _value(world: str, name: str) -> Read:
    return Read("HGET", world, "!values", name)
