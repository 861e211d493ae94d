"""The board of all processes that share a state directory, in LMDB.

A change takes some microseconds, and a process that is killed in the midst of one
leaves nothing half-done. Whoever comes first begins with an empty board: what is on it
is about those who are there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from pathlib import Path

from .. import StateError
from .base import MOST_CHALLENGES, MOST_NONCES, Edit, Entries, Entry, Log
from .databases import Databases, Transaction
from .filelog import FileLog, delete, key_of, one_more
from .watching import Watcher

_BITMAP = 128  # bytes: a bit for each count of a nonce


class FileBoard:
    """A board in the folder `board` of a state directory; raises StateError."""

    def __init__(self, directory: str) -> None:
        folder = Path(directory).absolute() / "board"
        try:
            claim = _claim(folder)
        except OSError as error:
            raise StateError(f"state directory {folder.parent}: {error.strerror}") from None
        self._databases = Databases(folder)
        self._watcher = Watcher()
        weakref.finalize(self, _release, self._databases, claim)

    def read(self, world: str, name: str) -> bytes | None:
        with self._databases.reading("values") as reading:
            found: bytes | None = reading.get(key_of(world, name))
            return found

    def change(self, world: str, name: str, edit: Edit) -> None:
        key = key_of(world, name)
        with self._databases.writing("values") as writing:
            before = writing.get(key)
            after = edit(before)
            if after is None:
                writing.delete(key)
            elif after != before:
                writing.put(key, after)

    def log(self, world: str, name: str, kind: Entries[Entry]) -> Log[Entry]:
        return FileLog(self._databases, self._watcher, key_of(world, name), kind)

    def first_use(self, nonce: bytes, count: int, now: float, life: float) -> bool:
        with self._databases.writing("nonces") as writing:
            found = writing.get(nonce)
            used = int.from_bytes(found or b"", "big")
            if used >> count & 1:
                return False
            writing.put(nonce, (used | 1 << count).to_bytes(_BITMAP, "big"))
            if found is None:
                self._forget_old(writing, "nonces", MOST_NONCES, now - life)
        return True

    def expect(self, nonce: bytes, content: bytes, now: float, life: float) -> None:
        with self._databases.writing("expected") as writing:
            writing.put(nonce, content)
            self._forget_old(writing, "expected", MOST_CHALLENGES, now - life)

    def expected(self, nonce: bytes) -> bytes | None:
        with self._databases.reading("expected") as reading:
            if reading.get(nonce) is None:
                return None
        with self._databases.writing("expected") as writing:
            found: bytes | None = writing.pop(nonce)
            return found

    def count(self, name: str) -> int:
        with self._databases.writing("counts") as writing:
            return one_more(writing, name.encode())

    def counts(self) -> dict[str, int]:
        with self._databases.reading("counts") as reading:
            pairs = reading.cursor().iternext()
            return {name.decode(): int.from_bytes(number, "big") for name, number in pairs}

    def worlds(self) -> list[str]:
        found, start = [], b""
        with self._databases.reading("entries") as reading, reading.cursor() as cursor:
            while cursor.set_range(start):
                world = cursor.key().partition(b"\0")[0]
                found.append(world.decode())
                start = world + b"\1"  # past all that is the world's
        return found

    def forget(self, world: str) -> None:
        with self._databases.writing("values") as writing:
            for name in ("values", "entries"):
                delete(writing, self._databases.handle(name), key_of(world, ""))

    def close(self) -> None:
        self._databases.close()

    def _forget_old(self, writing: Transaction, name: str, most: int, since: float) -> None:
        """Drop the oldest, which come first, where nobody can need them: two for a new one."""
        surplus = writing.stat(self._databases.handle(name))["entries"] - most
        with writing.cursor() as cursor:
            for left in (surplus, surplus - 1):
                if not cursor.first():
                    return
                issued = int.from_bytes(cursor.key()[:6], "big") / 1000
                if left <= 0 and issued >= since:
                    return
                cursor.delete()


def _claim(folder: Path) -> int:
    """Be one of those who use the board; the first of them begins anew."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    claim = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    fcntl.flock(claim, fcntl.LOCK_SH)
    folder.mkdir(exist_ok=True)
    return claim


def _release(databases: Databases, claim: int) -> None:
    databases.close()
    os.close(claim)
