"""`file:DIR`: one JSON file per owner, in a directory that belongs to one process.

    DIR/worlds/<world>/<kind>/<nn>/<name>.json    the tables of an owner

`nn` is one of 256 folders, so that none gets too many entries. `?fsync=off` survives the
process being killed; the default survives a loss of power as well.
"""

import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from urllib.parse import unquote

from .atomic_write import remove_file, replace_file, sync_folder
from .base import Backend, Owner, StateError
from .state_directory import StateDirectory
from .store import parse

SUFFIX = ".json"
STRIPES = 64  # locks that owners share: writes to as many owners run at once
MAX_CACHED = 4_096  # owners whose bytes are kept in memory; beyond, all are read again

_CODED = re.compile(rb"[^a-z0-9_-]")


class FileBackend(Backend):
    """Bytes by owner in files below a directory; raises StateError if it cannot be used."""

    write_may_block = True

    def __init__(self, directory: str, *, fsync: bool = True) -> None:
        self._fsync = fsync
        self._directory = StateDirectory(Path(directory).absolute())
        self._worlds = f"{self._directory.root}/worlds"
        self._cache: dict[Owner, bytes] = {}
        self._cache_lock = Lock()
        self._version = 0  # grows with each write
        self._locks = [Lock() for _ in range(STRIPES)]
        self.open()

    def open(self) -> None:
        if not self._directory.is_open:
            self._directory.open()
            self._clear_cache()  # another process may have written meanwhile

    def close(self) -> None:
        self._directory.close()

    def read(self, owner: Owner) -> bytes | None:
        content = self._cache.get(owner)
        return self._load(owner) if content is None else content

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        self._check_open()
        if self.read(owner) != before:
            return False
        if after is not None:
            replace_file(self.place(owner), after, fsync=self._fsync)
        elif before is not None:
            remove_file(self.place(owner), fsync=self._fsync)
        with self._cache_lock:
            self._version += 1
            self._cache.pop(owner, None)
            self._keep(owner, after)
        return True

    def lock(self, owner: Owner) -> AbstractContextManager[object]:
        return self._locks[hash(owner) % STRIPES]

    def names(self, world: str, kind: str) -> Iterator[str]:
        for path in Path(self._worlds, _segment(world), _segment(kind)).glob(f"*/*{SUFFIX}"):
            yield unquote(path.name.removesuffix(SUFFIX))

    def kinds(self, world: str) -> Iterator[str]:
        for path in Path(self._worlds, _segment(world)).glob("*/"):
            yield unquote(path.name)

    def remove_world(self, world: str) -> None:
        with ExitStack() as stack:
            for lock in self._locks:  # no writer brings a part of it back
                stack.enter_context(lock)
            self._check_open()
            with suppress(FileNotFoundError):
                self._directory.remove(f"{self._worlds}/{_segment(world)}")
                if self._fsync:
                    sync_folder(self._worlds)
            self._clear_cache()

    def place(self, owner: Owner) -> str:
        return f"{self._worlds}/{_path(owner)}"

    def verify(self, seconds: float) -> None:
        """Look for torn files for at most `seconds`; raises StateError naming the first."""
        deadline = time.monotonic() + seconds
        for path in Path(self._worlds).glob(f"*/*/*/*{SUFFIX}"):
            try:
                parse(path.read_bytes(), str(path))
            except FileNotFoundError:  # dropped since it was listed
                continue
            except OSError as error:
                raise StateError(f"{path}: {error.strerror}") from None
            if time.monotonic() > deadline:
                return

    def secret(self) -> bytes:
        return self._directory.secret()

    def _load(self, owner: Owner) -> bytes | None:
        version = self._version
        try:
            with open(self.place(owner), "rb") as file:
                content = file.read()
        except FileNotFoundError:
            return None
        with self._cache_lock:
            if version == self._version:  # else it may have been overwritten meanwhile
                self._keep(owner, content)
        return content

    def _keep(self, owner: Owner, content: bytes | None) -> None:
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        if content is not None:
            self._cache[owner] = content

    def _clear_cache(self) -> None:
        with self._cache_lock:
            self._version += 1
            self._cache.clear()

    def _check_open(self) -> None:
        if not self._directory.is_open:
            raise StateError(f"state directory {self._directory.root} is closed")


@lru_cache(maxsize=16_384)
def _path(owner: Owner) -> str:
    world, kind, name = map(_segment, owner)
    folder = blake2b(owner.name.encode(), digest_size=1).hexdigest()
    return f"{world}/{kind}/{folder}/{name}{SUFFIX}"


def _segment(name: str) -> str:
    """A name as one path segment that can neither climb, hide nor collide.

    Capitals are written as codes: some file systems take `A` and `a` for the same.
    """
    return _CODED.sub(lambda match: b"%%%02x" % match[0][0], name.encode()).decode()
