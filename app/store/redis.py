"""`redis://HOST:PORT/NUMBER`: state that any number of servers share.

    <prefix>:secret                    32 random bytes
    <prefix>:{<world>}                 the kinds of owners in a world
    <prefix>:{<world>}:<kind>          the names of a kind's owners
    <prefix>:{<world>}:<kind>:<name>   one database per owner
    <prefix>:{<world>}!draft:<random>  what a world will hold, until it is replaced

The braces keep a world in one slot of a cluster, so that a script can change an owner and
the sets that list it in one step. Scripts derive further keys of that slot from the sets.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import chain, islice
from urllib.parse import unquote

from .base import Backend, Owner, StateUnavailable
from .redis_pipelines import RedisPipelines
from .redis_reads import Read, coded, document_read
from .shared_state import SharedState
from .shared_state.redis import RedisSharedState

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

# Owners of a new world, by `kind:name`; they expire if the server that stages them is killed.
_STAGE = """
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""
# Redis refuses a script's first write if it is full: nothing is removed before that one.
_REPLACE_WORLD = """
local draft, kept = redis.call('HGETALL', KEYS[2]), {}
if #draft ~= 2 * ARGV[1] then return 0 end
for n = 1, #draft, 2 do
  local kind, name = string.match(draft[n], '(.*):(.*)')
  redis.call('SET', KEYS[1] .. ':' .. draft[n], draft[n + 1])
  redis.call('SADD', KEYS[1], kind)
  redis.call('SADD', KEYS[1] .. ':' .. kind, name)
  kept[kind], kept[draft[n]] = true, true
end
for _, kind in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local names = KEYS[1] .. ':' .. kind
  for _, name in ipairs(redis.call('SMEMBERS', names)) do
    if not kept[kind .. ':' .. name] then
      redis.call('UNLINK', names .. ':' .. name)
      redis.call('SREM', names, name)
    end
  end
  if not kept[kind] then redis.call('SREM', KEYS[1], kind) end
end
redis.call('UNLINK', KEYS[2])
return 1
"""
STAGE_SECONDS = 600  # in which a world must be staged and take its place
STAGED_AT_ONCE = 500  # owners


class RedisBackend(Backend):
    """Bytes by owner in Redis; raises StateError, and StateUnavailable if it does not answer."""

    read_may_block = True
    write_may_block = True

    def __init__(self, url: str) -> None:
        self.redis = RedisPipelines(url)

    def close(self) -> None:
        self.redis.close()

    def shared_state(self) -> SharedState:
        return RedisSharedState(self.redis)

    def read(self, owner: Owner) -> bytes | None:
        content: bytes | None = self.redis.read(document_read(owner))
        return content

    def read_many(self, owners: Iterable[Owner]) -> list[bytes | None]:
        return self.redis.read_many([*map(document_read, owners)])

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        world, kind, name = owner
        if before is None:
            self.redis.made(name)
        keys = [self.redis.key(*names) for names in (owner, (world, kind), (world,))]
        arguments = (before or b"", after or b"", coded(kind), coded(name))
        return bool(self.redis.change(_SWAP, keys, *arguments))

    def lock(self, owner: Owner) -> AbstractContextManager[object]:
        return nullcontext()

    def names(self, world: str, kind: str) -> Iterator[str]:
        return self._members(Read("SMEMBERS", world, f":{coded(kind)}"))

    def kinds(self, world: str) -> Iterator[str]:
        return self._members(Read("SMEMBERS", world))

    def _members(self, read: Read) -> Iterator[str]:
        return (unquote(member.decode()) for member in self.redis.read(read))

    def replace_world(self, world: str, owners: Iterable[tuple[Owner, bytes]]) -> None:
        key = self.redis.key(world)
        draft = f"{key}!draft:{secrets.token_hex(8)}"
        count, rest = 0, iter(owners)
        try:
            while batch := list(islice(rest, STAGED_AT_ONCE)):
                fields = [(f"{coded(owner.kind)}:{coded(owner.name)}", it) for owner, it in batch]
                self.redis.change(_STAGE, [draft], STAGE_SECONDS, *chain.from_iterable(fields))
                count += len(batch)
            is_replaced = self.redis.change(_REPLACE_WORLD, [key, draft], count)
        except BaseException:
            with suppress(StateUnavailable):
                self.redis.client.call("UNLINK", draft)
            raise
        if not is_replaced:
            raise StateUnavailable(f"state server {self.redis.client.shown}: lost what it was sent")

    def check_write(self) -> None:
        self.secret()

    def place(self, owner: Owner) -> str:
        return f"key {self.redis.key(*owner)} of {self.redis.client.shown}"

    def secret(self) -> bytes:
        key = f"{self.redis.client.prefix}:secret"
        # A server that is full, read-only or cannot save refuses this, also if the key exists.
        self.redis.client.call("SET", key, os.urandom(32), "NX")
        secret: bytes = self.redis.client.call("GET", key)
        return secret
