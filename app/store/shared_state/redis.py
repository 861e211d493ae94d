"""The shared state of all servers on one Redis or Valkey.

    <prefix>!counts, !numbers, !worlds   counts, the last number of an entry, worlds with a log
    <prefix>!nonce:…, !pending:…         of a nonce, until it expires
    <prefix>:{<world>}!values            the values of a world, by name
    <prefix>:{<world>}!log:<name>        the entries of a log, each after its number in 8 bytes
    <prefix>:{<world>}!head:<name>       its version, its size, and how many entries it dropped

The keys of the store have no exclamation mark.
"""

from __future__ import annotations

from ..redis_client import RedisClient, Script
from .base import Edit, Entry, Log, LogSpec
from .redis_log import RedisLog

_MARK_USED = Script("""
if redis.call('SETBIT', KEYS[1], ARGV[1], 1) == 1 then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
""")
# No value is an empty text.
_SWAP = Script("""
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
""")
_FORGET = Script("""
for _, name in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('UNLINK', KEYS[3] .. '!log:' .. name, KEYS[3] .. '!head:' .. name)
end
redis.call('UNLINK', KEYS[1], KEYS[2])
""")


class RedisSharedState:
    """Values, counts and logs in Redis; raises StateError, StateUnavailable if it is away."""

    def __init__(self, url: str) -> None:
        self._client = RedisClient(url)

    def read(self, world: str, name: str) -> bytes | None:
        value: bytes | None = self._client.call("HGET", self._client.key(world) + "!values", name)
        return value

    def change(self, world: str, name: str, edit: Edit) -> None:
        key = self._client.key(world) + "!values"
        while True:
            before = self.read(world, name)
            after = edit(before)
            if after == before or self._client.run(_SWAP, [key], name, before or b"", after or b""):
                return

    def log(self, world: str, name: str, kind: LogSpec[Entry]) -> Log[Entry]:
        return RedisLog(self._client, world, name, kind)

    def mark_used(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        key = f"{self._client.prefix}!nonce:{nonce.hex()}"
        return bool(self._client.run(_MARK_USED, [key], count, int(life) + 1))

    def put_pending(self, nonce: bytes, content: bytes, now: float, life: float) -> None:
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
