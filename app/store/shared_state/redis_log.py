"""A log in Redis: a sorted set of entries, by number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from ..redis_client import RedisClient, Script
from .base import Entry, LogSpec, Topics

_NUMBER = 8  # bytes before each entry, so that equal entries are two members of the set

# The version is a time in microseconds, so that it never repeats after the log was removed.
_ADD = Script("""
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
""")
_REMOVE = Script("""
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])) do
  redis.call('ZREM', KEYS[1], entry)
  redis.call('HINCRBY', KEYS[2], 'size', 8 - #entry)
end
""")
_CLEAR = Script("""
redis.call('UNLINK', KEYS[1])
redis.call('HDEL', KEYS[2], 'size', 'dropped')
""")


class RedisLog(Generic[Entry]):
    """The latest entries of a world, added by all servers. It does not notify of changes."""

    def __init__(self, client: RedisClient, world: str, name: str, kind: LogSpec[Entry]) -> None:
        self._client = client
        self._world = world
        self._name = name
        self._kind = kind
        key = client.key(world)
        self._keys = (f"{key}!log:{name}", f"{key}!head:{name}")
        self._names = f"{key}!logs"

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        number = int(self._client.call("INCR", f"{self._client.prefix}!numbers"))
        entry = make(number)
        content = number.to_bytes(_NUMBER, "big") + self._kind.encode(entry)
        keys = (*self._keys, self._names)
        bounds = (self._kind.rows, self._kind.size)
        topic = self._kind.topic(entry)
        if self._client.run(_ADD, keys, number, content, *bounds, self._name, topic) == 1:
            self._client.call("SADD", f"{self._client.prefix}!worlds", self._world)
        if counted is not None:
            self._client.call("HINCRBY", f"{self._client.prefix}!counts", counted, 1)
        return entry

    def get(self, number: int) -> Entry | None:
        entries = self._client.call("ZRANGEBYSCORE", self._keys[0], number, number)
        return self._read(entries[0]) if entries else None

    def all(self) -> list[Entry]:
        return [self._read(entry) for entry in self._client.call("ZRANGE", self._keys[0], 0, -1)]

    def remove(self, number: int) -> None:
        self._client.run(_REMOVE, self._keys, number)

    def clear(self) -> None:
        self._client.run(_CLEAR, self._keys)

    def version(self, topics: Topics = None) -> int:
        if topics == frozenset():
            return 0
        fields = ["version"] if topics is None else [f"about {topic}" for topic in topics]
        numbers = self._client.call("HMGET", self._keys[1], *fields)
        return max(int(number or 0) for number in numbers)

    @property
    def dropped(self) -> int:
        return int(self._client.call("HGET", self._keys[1], "dropped") or 0)

    def call_on_change(
        self, version: int, listener: Callable[[], None], topics: Topics = None
    ) -> None:
        return None

    def _read(self, entry: bytes) -> Entry:
        return self._kind.decode(int.from_bytes(entry[:_NUMBER], "big"), entry[_NUMBER:])
