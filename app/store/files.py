"""`file:DIR`: one JSON file per owner, in a directory that belongs to one process.

`?fsync=off` survives the process being killed; the default survives a loss of power as well.
"""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import islice
from pathlib import Path
from threading import Lock
from urllib.parse import unquote

from .atomic_write import read_file, remove_file, replace_file, sync_path, unavailable
from .base import Backend, Owner, StateError
from .state_directory import REMOVED, StateDirectory
from .tables import parse
from .world_folders import (
    SUFFIX,
    owner_names,
    owner_path,
    replace_world,
    segment,
    write_draft,
)

STRIPES = 64  # locks that owners share: writes to as many owners run at once
MAX_CACHED = 4_096  # owners that are kept in memory; beyond, the oldest are read again


class FileBackend(Backend):
    """Bytes by owner in files below a directory; raises StateError if it cannot be used."""

    write_may_block = True

    def __init__(self, directory: str, *, fsync: bool = True) -> None:
        self._fsync = fsync
        self._directory = StateDirectory(Path(directory).absolute())
        self._root = self._directory.root
        self._worlds = self._root / "worlds"
        self._cache: dict[Owner, bytes | None] = {}  # None: there is no such owner
        self._names: dict[tuple[str, str], set[str]] = {}  # by world and kind
        self._cache_lock = Lock()
        self._version = 0  # grows with each write
        self._locks = [Lock() for _ in range(STRIPES)]
        self._replacing = Lock()  # held while a world has no folder
        self.open()

    def open(self) -> None:
        if not self._directory.is_open:
            self._directory.open()
            self._clear_cache()  # another process may have written meanwhile

    def close(self) -> None:
        self._directory.close()

    def check_write(self) -> None:
        self._check_open()
        with unavailable(self._root):
            self._directory.check_write()

    def read(self, owner: Owner) -> bytes | None:
        try:
            return self._cache[owner]
        except KeyError:
            return self._load(owner)

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        self._check_open()
        if self.read(owner) != before:
            return False
        path = self.place(owner)
        with unavailable(path):
            if after is None:
                remove_file(path)
            else:
                replace_file(path, after, fsync=self._fsync)
            self._note(owner, after)
            if self._fsync:
                sync_path(os.path.dirname(path))
        return True

    def lock(self, owner: Owner) -> AbstractContextManager[object]:
        return self._locks[hash(owner) % STRIPES]

    def names(self, world: str, kind: str) -> Iterator[str]:
        names = self._names.get((world, kind))
        return iter(list(self._list(world, kind) if names is None else names))

    def some_names(self, world: str, kind: str, most: int) -> list[str]:
        with self._cache_lock:
            if (names := self._names.get((world, kind))) is not None:
                return list(islice(names, most))
        with self._replacing, unavailable(self._worlds):
            return list(islice(owner_names(self._worlds / segment(world), kind), most))

    def kinds(self, world: str) -> Iterator[str]:
        with self._replacing, unavailable(self._worlds):
            return iter([unquote(path.name) for path in (self._worlds / segment(world)).glob("*/")])

    def replace_world(self, world: str, owners: Iterable[tuple[Owner, bytes]]) -> None:
        self._check_open()
        draft = self._root / f"draft.{secrets.token_hex(8)}"
        try:
            with unavailable(draft), ExitStack() as stack:
                write_draft(draft, owners, fsync=self._fsync)
                for lock in self._locks:  # no writer brings a part of the old world back
                    stack.enter_context(lock)
                self._check_open()
                stack.callback(self._clear_cache)
                replace_world(self._root, world, draft, self._replacing, fsync=self._fsync)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            self._directory.remove_later(REMOVED)

    def place(self, owner: Owner) -> str:
        return f"{self._worlds}/{owner_path(owner)}"

    def verify(self, seconds: float) -> None:
        """Look for torn files for at most `seconds`, of which a fifth on the processor.

        Raises StateError naming the first; others are named when they are read.
        """
        started_at, deadline = time.thread_time(), time.monotonic() + seconds
        for path in self._worlds.glob(f"*/*/*/*{SUFFIX}"):
            try:
                parse(path.read_bytes(), str(path))
            except FileNotFoundError:  # dropped since it was listed
                continue
            except OSError as error:
                raise StateError(f"{path}: {error.strerror}") from None
            is_long = time.thread_time() - started_at > seconds / 5
            if is_long or time.monotonic() > deadline:
                return

    def secret(self) -> bytes:
        return self._directory.secret()

    def keep(self, name: str, make: Callable[[], bytes]) -> bytes:
        return self._directory.keep(name, make)

    def _note(self, owner: Owner, content: bytes | None) -> None:
        """Keep what was written."""
        with self._cache_lock:
            self._version += 1
            self._cache.pop(owner, None)
            self._keep(owner, content)
            names = self._names.get(owner[:2], set())
            names.discard(owner.name) if content is None else names.add(owner.name)

    def _load(self, owner: Owner) -> bytes | None:
        version, path = self._version, self.place(owner)
        content = read_file(path)
        if content is None:
            with self._replacing:  # its world may have been replaced just then
                content = read_file(path)
        with self._cache_lock:
            if version == self._version:  # else it may have been overwritten meanwhile
                self._keep(owner, content)
        return content

    def _list(self, world: str, kind: str) -> set[str]:
        version = self._version
        with self._replacing, unavailable(self._worlds):
            names = set(owner_names(self._worlds / segment(world), kind))
        with self._cache_lock:
            if version == self._version:
                self._names[world, kind] = names
        return names

    def _keep(self, owner: Owner, content: bytes | None) -> None:
        if len(self._cache) >= MAX_CACHED and owner not in self._cache:
            del self._cache[next(iter(self._cache))]
        self._cache[owner] = content

    def _clear_cache(self) -> None:
        with self._cache_lock:
            self._version += 1
            self._cache.clear()
            self._names.clear()

    def _check_open(self) -> None:
        if not self._directory.is_open:
            raise StateError(f"state directory {self._root} is closed")
