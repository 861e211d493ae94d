"""An LMDB environment, which each process opens for itself."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import lmdb

# Its values may be memory views too, for those who ask for them; here they are bytes.
Transaction = Any
Handle = Any

MAP_SIZE = 4 << 30  # bytes at most; the file takes up only what was written
NAMES = ("values", "entries", "counts", "nonces", "expected")


class _Opened(NamedTuple):
    env: lmdb.Environment
    handles: dict[str, Handle]
    users: set[int]


_opened: dict[tuple[int, str], _Opened] = {}
_lock = Lock()


class Databases:
    """The databases in a folder.

    LMDB opens a folder once a process only, and has to be closed before that forks.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid = 0

    def reading(self, name: str) -> Transaction:
        """A transaction that sees one moment."""
        return self._env().begin(db=self._handles[name])

    def writing(self, name: str) -> Transaction:
        """A transaction that no other runs beside, in no process."""
        return self._env().begin(db=self._handles[name], write=True)

    def handle(self, name: str) -> Handle:
        """A further database, to be used within a transaction."""
        return self._handles[name]

    def close(self) -> None:
        """Release the environment; the next transaction opens it again."""
        with _lock:
            self._pid = 0
            key = os.getpid(), str(self._folder)
            opened = _opened.get(key)
            if opened is not None:
                opened.users.discard(id(self))
                if not opened.users:
                    del _opened[key]
                    opened.env.close()

    def _env(self) -> lmdb.Environment:
        if self._pid != os.getpid():
            with _lock:
                key = os.getpid(), str(self._folder)
                opened = _opened.get(key) or _opened.setdefault(key, _open(self._folder))
                opened.users.add(id(self))
                self._opened_env, self._handles = opened.env, opened.handles
                self._pid = key[0]
        return self._opened_env


def _open(folder: Path) -> _Opened:
    # Nothing is synced: what is here does not outlive the machine, and a process that is
    # killed harms nothing.
    env = lmdb.open(
        str(folder),
        map_size=MAP_SIZE,
        max_dbs=len(NAMES),
        sync=False,
        metasync=False,
        writemap=True,
        map_async=True,
    )
    # What a killed process was reading would be kept for it, and the file would grow.
    env.reader_check()
    return _Opened(env, {name: env.open_db(name.encode()) for name in NAMES}, set())
