"""A log of a world on Redis or Valkey; shared_state/redis.py lists its keys."""

import time
from collections.abc import Callable
from typing import Generic

from ..redis_pipelines import RedisPipelines, as_command
from ..redis_reads import Read
from .base import Entry, Listener, LogSpec, Topics

_NUMBER = 8  # bytes before each entry, so that equal entries are two members of the set

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
while rows > tonumber(ARGV[3]) or size > tonumber(ARGV[4]) do
  local oldest = redis.call('ZPOPMIN', KEYS[1])[1]
  rows = rows - 1
  size = redis.call('HINCRBY', KEYS[2], 'size', 8 - #oldest)
  redis.call('HINCRBY', KEYS[2], 'dropped', 1)
end
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


class RedisLog(Generic[Entry]):
    """A sorted set of entries, by number; it does not notify of changes."""

    is_closed = False

    def __init__(self, redis: RedisPipelines, world: str, name: str, kind: LogSpec[Entry]) -> None:
        self._redis = redis
        self._prefix = redis.client.prefix
        self._world = world
        self._name = name
        self._kind = kind
        key = redis.key(world)
        self._keys = (f"{key}!log:{name}", f"{key}!head:{name}", f"{key}!logs")

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        spec, numbers = self._kind, f"{self._prefix}!numbers"
        # Who follows a log by its numbers misses what is added late, but for the journal's
        # entries, which are counted: there one looks again at the latest numbers.
        is_late = counted is not None or not spec.numbered
        increase = self._redis.once if is_late else self._redis.client.call
        number = int(increase("INCR", numbers)) if spec.numbered else time.time_ns()
        entry = make(number)
        content = number.to_bytes(_NUMBER, "big") + spec.encode(entry)
        arguments = (number, content, spec.rows, spec.size, self._name, spec.topic(entry))
        commands = [
            as_command(_ADD, self._keys, *arguments),
            ("SADD", f"{self._prefix}!worlds", self._world),
        ]
        if counted is not None:
            commands.append(("HINCRBY", f"{self._prefix}!counts", counted, 1))
        (self._redis.later if is_late else self._redis.now)(*commands)
        return entry

    def get(self, number: int) -> Entry | None:
        entries = self._redis.client.call("ZRANGEBYSCORE", self._keys[0], number, number)
        return self._read(entries[0]) if entries else None

    def all(self, after: int = 0) -> list[Entry]:
        part, numbers = f"!log:{self._name}", (f"({after}", "+inf")
        entries = self._redis.read(Read("ZRANGEBYSCORE", self._world, part, None, numbers))
        return [self._read(entry) for entry in entries]

    def remove(self, number: int) -> None:
        self._redis.later(as_command(_REMOVE, self._keys, number))

    def clear(self) -> None:
        self._redis.client.call(*as_command(_CLEAR, self._keys))

    def version(self, topics: Topics = None) -> int:
        fields = tuple(f"about {topic}" for topic in topics or ()) or ("version",)
        read = Read("HMGET", self._world, f"!head:{self._name}", None, fields)
        return max(int(number or 0) for number in self._redis.read(read))

    @property
    def dropped(self) -> int:
        return int(self._redis.client.call("HGET", self._keys[1], "dropped") or 0)

    def call_on_change(self, version: int, listener: Listener, topics: Topics = None) -> None:
        return None

    def _read(self, entry: bytes) -> Entry:
        return self._kind.decode(int.from_bytes(entry[:_NUMBER], "big"), entry[_NUMBER:])
