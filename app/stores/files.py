"""`file:DIR`, state that several processes may share and that survives being killed.

    DIR/opsemu.json                        the mark of a state directory
    DIR/secret                             what servers on this directory share
    DIR/locks/<nn>                         one lock for each of 256 shards
    DIR/<world>/<kind>/<nn>/<name>.json    one database per owner

A write goes to a temporary file, is fsynced and renamed over the old one, so a
reader finds either the old or the new content and never a part of it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote, unquote

import orjson

from .base import Owner, StateError

FORMAT = 1
SUFFIX = ".json"


class FileBackend:
    """Bytes by owner in files below a directory; raises StateError if it cannot be used."""

    def __init__(self, directory: str) -> None:
        self.root = Path(directory).absolute()
        try:
            self._claim()
        except OSError as error:
            raise StateError(f"state directory {self.root}: {error.strerror}") from None

    def read(self, owner: Owner) -> bytes | None:
        try:
            with open(self.path(owner), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def write(self, owner: Owner, content: bytes) -> None:
        replace(self.path(owner), content)

    def remove(self, owner: Owner) -> None:
        self.path(owner).unlink(missing_ok=True)

    def names(self, world: str, kind: str) -> Iterator[str]:
        for path in (self.root / _segment(world) / _segment(kind)).glob(f"*/*{SUFFIX}"):
            yield unquote(path.name.removesuffix(SUFFIX))

    @contextmanager
    def lock(self, owner: Owner) -> Iterator[None]:
        # An own descriptor each time: flock then excludes threads, processes and forks alike.
        with open(self.root / "locks" / _shard(owner), "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def place(self, owner: Owner) -> str:
        return str(self.path(owner))

    def contents(self) -> Iterator[tuple[str, bytes]]:
        for path in self.root.glob(f"*/*/*/*{SUFFIX}"):
            yield str(path), path.read_bytes()

    def clear(self) -> None:
        for entry in self.root.iterdir():
            if entry.is_dir() and entry.name != "locks":
                shutil.rmtree(entry)

    def secret(self) -> bytes:
        return (self.root / "secret").read_bytes()

    def close(self) -> None:
        pass

    def path(self, owner: Owner) -> Path:
        """Where the owner's database lies."""
        folder = self.root / _segment(owner.world) / _segment(owner.kind) / _shard(owner)
        return folder / (_segment(owner.name) + SUFFIX)

    def _claim(self) -> None:
        """Make the directory ours, or see that it is."""
        self.root.mkdir(parents=True, exist_ok=True)
        mark = self.root / "opsemu.json"
        if not mark.exists() and any(name != "locks" for name in os.listdir(self.root)):
            raise StateError(f"{self.root} holds files that are not opsemu's")
        (self.root / "locks").mkdir(exist_ok=True)
        with open(self.root / "locks" / "claim", "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not mark.exists():
                replace(self.root / "secret", os.urandom(32))
                replace(mark, orjson.dumps({"format": FORMAT}) + b"\n")
        _check_mark(mark)


def replace(path: Path, content: bytes) -> None:
    """Put `content` where `path` is in one step that survives `kill -9`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    with open(draft, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, path)


def _check_mark(mark: Path) -> None:
    try:
        found = orjson.loads(mark.read_bytes())["format"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise StateError(f"{mark} is torn or not opsemu's") from None
    if found != FORMAT:
        raise StateError(f"{mark} has format {found}, this opsemu reads {FORMAT}")


def _segment(name: str) -> str:
    """A name as one path segment that can neither climb, hide nor collide."""
    return quote(name, safe="").replace(".", "%2E")


def _shard(owner: Owner) -> str:
    return blake2b(owner.name.encode(), digest_size=1).hexdigest()
