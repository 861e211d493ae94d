"""`redis://HOST:PORT/NUMBER`: state that any number of servers share.

    <prefix>:secret                    32 random bytes
    <prefix>:{<world>}                 the kinds of owners in a world
    <prefix>:{<world>}:<kind>          the names of a kind's owners
    <prefix>:{<world>}:<kind>:<name>   one database per owner

The braces keep a world in one slot of a cluster, so that a script can change an owner and
the sets that list it in one step. Scripts derive further keys of that slot from the sets.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import unquote

from .base import Backend, Owner
from .redis_client import RedisClient, coded

# An owner's bytes are never empty: an empty string stands for no owner.
_SWAP = """
local present = redis.call('GET', KEYS[1]) or ''
if present ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
  redis.call('SREM', KEYS[2], ARGV[4])
else
  redis.call('SET', KEYS[1], ARGV[2])
  if present == '' then
    redis.call('SADD', KEYS[3], ARGV[3])
    redis.call('SADD', KEYS[2], ARGV[4])
  end
end
return 1
"""

_REMOVE_WORLD = """
local gone = {KEYS[1]}
for _, kind in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local names = KEYS[1] .. ':' .. kind
  gone[#gone + 1] = names
  for _, name in ipairs(redis.call('SMEMBERS', names)) do
    gone[#gone + 1] = names .. ':' .. name
  end
end
for first = 1, #gone, 1000 do
  redis.call('UNLINK', unpack(gone, first, math.min(first + 999, #gone)))
end
"""


class RedisBackend(Backend):
    """Bytes by owner in Redis; raises StateError, and StateUnavailable if it does not answer."""

    read_may_block = True
    write_may_block = True

    def __init__(self, url: str) -> None:
        self.client = RedisClient(url)

    def close(self) -> None:
        self.client.close()

    def read(self, owner: Owner) -> bytes | None:
        content: bytes | None = self.client.call("GET", self.client.key(*owner))
        return content

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        world, kind, name = owner
        keys = [self.client.key(*names) for names in (owner, (world, kind), (world,))]
        arguments = (before or b"", after or b"", coded(kind), coded(name))
        return bool(self.client.run(_SWAP, keys, *arguments))

    def lock(self, owner: Owner) -> AbstractContextManager[object]:
        return nullcontext()

    def names(self, world: str, kind: str) -> Iterator[str]:
        return map(unquote, self.client.members(self.client.key(world, kind)))

    def kinds(self, world: str) -> Iterator[str]:
        return map(unquote, self.client.members(self.client.key(world)))

    def remove_world(self, world: str) -> None:
        self.client.run(_REMOVE_WORLD, [self.client.key(world)])

    def place(self, owner: Owner) -> str:
        return f"key {self.client.key(*owner)} of {self.client.shown}"

    def secret(self) -> bytes:
        key = f"{self.client.prefix}:secret"
        self.client.call("SET", key, os.urandom(32), "NX")
        secret: bytes = self.client.call("GET", key)
        return secret
