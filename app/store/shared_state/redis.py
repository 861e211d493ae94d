"""The shared state of all servers on one Redis or Valkey.

    <prefix>!counts, !numbers, !worlds   counts, the last number of an entry, worlds with a log
    <prefix>!nonce:…, !pending:…         of a nonce, until it expires
    <prefix>:{<world>}!values            the values of a world, by name
    <prefix>:{<world>}!log:<name>        the entries of a log, each after its number in 8 bytes
    <prefix>:{<world>}!head:<name>       its version, its size, and how many entries it dropped
    <prefix>:{<world>}!logs              the names of the logs

The keys of the store have no exclamation mark, but for `!draft:…`.
"""

from collections.abc import Callable
from typing import Generic

from ..redis_client import RedisClient
from .base import Edit, Entry, Listener, Log, LogSpec, Topics

_NUMBER = 8  # bytes before each entry, so that equal entries are two members of the set

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
# The version is a time in microseconds, so that it never repeats after the log was removed.
_ADD = """
local time = redis.call('TIME')
local version = math.max(
  tonumber(redis.call('HGET', KEYS[2], 'version') or 0) + 1, time[1] * 1000000 + time[2])
version = string.format('%.0f', version)
redis.call('HSET', KEYS[2], 'version', version, 'about ' .. ARGV[6], version)
redis.call('SADD', KEYS[3], ARGV[5])
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
local rows = redis.call('ZCARD', KEYS[1])
local size = redis.call('HINCRBY', KEYS[2], 'size', #ARGV[2] - 8)
local first = rows
while rows > tonumber(ARGV[3]) or size > tonumber(ARGV[4]) do
  local oldest = redis.call('ZPOPMIN', KEYS[1])[1]
  rows = rows - 1
  size = redis.call('HINCRBY', KEYS[2], 'size', 8 - #oldest)
  redis.call('HINCRBY', KEYS[2], 'dropped', 1)
end
return first
"""
_REMOVE = """
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])) do
  redis.call('ZREM', KEYS[1], entry)
  redis.call('HINCRBY', KEYS[2], 'size', 8 - #entry)
end
"""
_CLEAR = """
redis.call('UNLINK', KEYS[1])
redis.call('HDEL', KEYS[2], 'size', 'dropped')
"""


class RedisSharedState:
    """Values, counts and logs in Redis; raises StateError or StateUnavailable."""

    def __init__(self, url: str) -> None:
        self._client = RedisClient(url)

    def read(self, world: str, name: str) -> bytes | None:
        value: bytes | None = self._client.call("HGET", f"{self._client.key(world)}!values", name)
        return value

    def change(self, world: str, name: str, edit: Edit) -> None:
        keys = [f"{self._client.key(world)}!values"]
        while True:
            before = self.read(world, name)
            after = edit(before)
            if after == before or self._client.run(_SWAP, keys, name, before or b"", after or b""):
                return

    def log(self, world: str, name: str, kind: LogSpec[Entry]) -> Log[Entry]:
        return RedisLog(self._client, world, name, kind)

    def mark_used(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        key = f"{self._client.prefix}!nonce:{nonce.hex()}"
        return bool(self._client.run(_MARK_USED, [key], count, int(life) + 1))

    def put_pending(self, nonce: bytes, content: bytes, life: float) -> None:
        key = f"{self._client.prefix}!pending:{nonce.hex()}"
        self._client.call("SET", key, content, "EX", int(life) + 1)

    def pop_pending(self, nonce: bytes) -> bytes | None:
        key = f"{self._client.prefix}!pending:{nonce.hex()}"
        content: bytes | None = self._client.call("GETDEL", key)
        return content

    def count(self, name: str) -> int:
        return int(self._client.call("HINCRBY", f"{self._client.prefix}!counts", name, 1))

    def counts(self) -> dict[str, int]:
        counts = self._client.call("HGETALL", f"{self._client.prefix}!counts")
        return {name.decode(): int(count) for name, count in counts.items()}

    def worlds(self) -> list[str]:
        return sorted(self._client.members(f"{self._client.prefix}!worlds"))

    def forget(self, world: str) -> None:
        key = self._client.key(world)
        self._client.run(_FORGET, [f"{key}!values", f"{key}!logs", key])
        self._client.call("SREM", f"{self._client.prefix}!worlds", world)

    def close(self) -> None:
        self._client.close()


class RedisLog(Generic[Entry]):
    """A sorted set of entries, by number; it does not notify of changes."""

    is_closed = False

    def __init__(self, client: RedisClient, world: str, name: str, kind: LogSpec[Entry]) -> None:
        self._client = client
        self._world = world
        self._name = name
        self._kind = kind
        key = client.key(world)
        self._keys = (f"{key}!log:{name}", f"{key}!head:{name}", f"{key}!logs")

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        spec, number = self._kind, int(self._client.call("INCR", f"{self._client.prefix}!numbers"))
        entry = make(number)
        content = number.to_bytes(_NUMBER, "big") + spec.encode(entry)
        arguments = (number, content, spec.rows, spec.size, self._name, spec.topic(entry))
        if self._client.run(_ADD, self._keys, *arguments) == 1:
            self._client.call("SADD", f"{self._client.prefix}!worlds", self._world)
        if counted is not None:
            self._client.call("HINCRBY", f"{self._client.prefix}!counts", counted, 1)
        return entry

    def get(self, number: int) -> Entry | None:
        entries = self._client.call("ZRANGEBYSCORE", self._keys[0], number, number)
        return self._read(entries[0]) if entries else None

    def all(self, after: int = 0) -> list[Entry]:
        entries = self._client.call("ZRANGEBYSCORE", self._keys[0], f"({after}", "+inf")
        return [self._read(entry) for entry in entries]

    def remove(self, number: int) -> None:
        self._client.run(_REMOVE, self._keys, number)

    def clear(self) -> None:
        self._client.run(_CLEAR, self._keys)

    def version(self, topics: Topics = None) -> int:
        fields = [f"about {topic}" for topic in topics or ()] or ["version"]
        return max(int(n or 0) for n in self._client.call("HMGET", self._keys[1], *fields))

    @property
    def dropped(self) -> int:
        return int(self._client.call("HGET", self._keys[1], "dropped") or 0)

    def call_on_change(self, version: int, listener: Listener, topics: Topics = None) -> None:
        return None

    def _read(self, entry: bytes) -> Entry:
        return self._kind.decode(int.from_bytes(entry[:_NUMBER], "big"), entry[_NUMBER:])
