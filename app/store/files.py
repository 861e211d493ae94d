"""`file:DIR`, state that several processes may share and that survives being killed.

With `?fsync=off` a loss of power may tear it, and a write costs a fraction.

    DIR/opsemu.json                               the mark of a state directory
    DIR/secret                                    what servers on this directory share
    DIR/locks/<nn>                                one lock for each of 256 shards, and one for all
    DIR/worlds/<world>/<kind>/<nn>/<name>.json    one database per owner

A write goes to a draft, which then takes the place of the old file in one step, so a
reader finds either the old or the new content and never a part of it.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import orjson

from .base import Owner, StateError
from .drafts import remove, replace
from .seen import SeenFiles

_CODED = re.compile(rb"[^a-z0-9_-]")

FORMAT = 1
SUFFIX = ".json"

# What a claim leaves that was interrupted, or that another process is about to finish.
_UNFINISHED = {"locks", "opsemu.json.draft"}


class FileBackend:
    """Bytes by owner in files below a directory; raises StateError if it cannot be used."""

    blocks = False
    waits = True

    def __init__(self, directory: str, *, fsync: bool = True) -> None:
        self._fsync = fsync
        self._seen = SeenFiles()
        self.root = Path(directory).absolute()
        self.worlds = self.root / "worlds"
        try:
            self._claim()
        except OSError as error:
            raise StateError(f"state directory {self.root}: {error.strerror}") from None

    def read(self, owner: Owner) -> bytes | None:
        return self._seen.read(self.place(owner))

    def swap(self, owner: Owner, before: bytes | None, after: bytes | None) -> bool:
        if self.read(owner) != before:
            return False
        place = self.place(owner)
        if after is not None:
            self._seen.keep(place, replace(place, after, fsync=self._fsync), after)
        elif before is not None:
            remove(place)
        return True

    def names(self, world: str, kind: str) -> Iterator[str]:
        for path in (self.worlds / _segment(world) / _segment(kind)).glob(f"*/*{SUFFIX}"):
            yield unquote(path.name.removesuffix(SUFFIX))

    def kinds(self, world: str) -> Iterator[str]:
        for path in (self.worlds / _segment(world)).glob("*/"):
            yield unquote(path.name)

    def remove_world(self, world: str) -> None:
        if self._set_aside(self.worlds / _segment(world)):
            Thread(target=self._sweep, name="opsemu-sweep").start()

    @contextmanager
    def lock(self, owner: Owner) -> Iterator[None]:
        with self._locked("all", fcntl.LOCK_SH), self._locked(_shard(owner)):
            yield

    def place(self, owner: Owner) -> str:
        return f"{self.worlds}/{_path(owner)}"

    def contents(self) -> Iterator[tuple[str, bytes]]:
        for path in self.worlds.glob(f"*/*/*/*{SUFFIX}"):
            try:
                yield str(path), path.read_bytes()
            except FileNotFoundError:  # dropped since it was listed
                continue
            except OSError as error:
                raise StateError(f"{path}: {error.strerror}") from None

    def clear(self) -> None:
        self._set_aside(self.worlds)
        self._sweep()

    def secret(self) -> bytes:
        return (self.root / "secret").read_bytes()

    def close(self) -> None:
        pass

    def _set_aside(self, folder: Path) -> bool:
        """Take a folder away while nobody writes, so that no part of it is brought back."""
        with self._locked("all"):
            if not folder.exists():
                return False
            os.rename(folder, self.root / f"cleared.{secrets.token_hex(8)}")
            return True

    def _sweep(self) -> None:
        """Remove what was set aside."""
        for leftover in self.root.glob("cleared.*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextmanager
    def _locked(self, name: str, how: int = fcntl.LOCK_EX) -> Iterator[None]:
        # An own descriptor each time: flock then excludes threads, processes and forks alike.
        file = os.open(f"{self.root}/locks/{name}", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, how)
            yield
        finally:
            os.close(file)

    def _claim(self) -> None:
        """Make the directory ours, or see that it is."""
        self.root.mkdir(parents=True, exist_ok=True)
        mark = self.root / "opsemu.json"
        if not set(os.listdir(self.root)) <= _UNFINISHED and not mark.exists():
            raise StateError(f"{self.root} holds files that are not opsemu's")
        (self.root / "locks").mkdir(exist_ok=True)
        with self._locked("claim"):
            if not mark.exists():
                replace(str(mark), orjson.dumps({"format": FORMAT}) + b"\n", fsync=True)
            _check_mark(mark)
            if not (self.root / "secret").exists():
                replace(str(self.root / "secret"), os.urandom(32), fsync=True)


def _check_mark(mark: Path) -> None:
    try:
        found = orjson.loads(mark.read_bytes())["format"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise StateError(f"{mark} is torn or not opsemu's") from None
    if found != FORMAT:
        raise StateError(f"{mark} has format {found}, this opsemu reads {FORMAT}")


@lru_cache(maxsize=16_384)
def _path(owner: Owner) -> str:
    # Kept, and text rather than a Path: it is asked for several times in every request.
    world, kind, name = map(_segment, owner)
    return f"{world}/{kind}/{_shard(owner)}/{name}{SUFFIX}"


def _segment(name: str) -> str:
    """A name as one path segment that can neither climb, hide nor collide.

    Capitals are written as codes: some file systems take `A` and `a` for the same.
    """
    return _CODED.sub(lambda found: b"%%%02x" % found[0][0], name.encode()).decode()


def _shard(owner: Owner) -> str:
    return blake2b(owner.name.encode(), digest_size=1).hexdigest()
