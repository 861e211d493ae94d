"""`memory:`: state that ends with the process."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from threading import Lock

from .base import Backend, Owner


class MemoryBackend(Backend):
    """Bytes by owner in dictionaries; being bytes, they share no objects with callers."""

    def __init__(self) -> None:
        self._contents: dict[str, dict[str, dict[str, bytes]]] = {}
        self._lock = Lock()
        self._secret = os.urandom(32)

    def read(self, owner: Owner) -> bytes | None:
        return self._contents.get(owner.world, {}).get(owner.kind, {}).get(owner.name)

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        if self.read(owner) != before:
            return False
        contents = self._contents.setdefault(owner.world, {}).setdefault(owner.kind, {})
        if after is None:
            contents.pop(owner.name, None)
        else:
            contents[owner.name] = after
        return True

    def names(self, world: str, kind: str) -> Iterator[str]:
        return iter(list(self._contents.get(world, {}).get(kind, {})))

    def kinds(self, world: str) -> Iterator[str]:
        return iter(list(self._contents.get(world, {})))

    def replace_world(self, world: str, owners: Iterable[tuple[Owner, bytes]]) -> None:
        contents: dict[str, dict[str, bytes]] = {}
        for owner, content in owners:
            contents.setdefault(owner.kind, {})[owner.name] = content
        with self._lock:
            self._contents[world] = contents
            if not contents:
                del self._contents[world]

    def lock(self, owner: Owner) -> AbstractContextManager[object]:
        return self._lock

    def place(self, owner: Owner) -> str:
        return f"memory of {owner}"

    def secret(self) -> bytes:
        return self._secret
