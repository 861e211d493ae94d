"""A state directory: whose it is, which process holds it, and who may read it.

DIR/opsemu.json     marks a state directory, and names its format
DIR/lock            held for as long as a process uses the directory
DIR/process.json    the process that holds the lock
DIR/secret          32 random bytes
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from threading import Thread

import orjson
from filelock import FileLock, Timeout

from .atomic_write import FILE_MODE, FOLDER_MODE, replace_file
from .base import StateError

FORMAT = 1

# What a first start leaves that was interrupted, or that another process is about to finish.
_UNFINISHED = {"lock", "process.json", "process.json.draft", "opsemu.json.draft", "locks"}
# Folders to be removed: those set aside, and what opsemu 0.1 shared between processes.
_LEFTOVERS = ("removed.*", "cleared.*", "locks", "board", "board.lock")


class StateDirectory:
    """A directory that belongs to one process from `open` to `close`, or to its end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # Not thread-local: the thread that closes it need not be the one that opened it.
        self._lock = FileLock(root / "lock", timeout=0, mode=FILE_MODE, thread_local=False)

    @property
    def is_open(self) -> bool:
        """Whether this process holds the directory."""
        return self._lock.is_locked

    def open(self) -> None:
        """Take the directory, and make it if it is missing.

        Raises StateError if another process has it, if it is not opsemu's, or cannot be used.
        """
        try:
            self._make()
            self._acquire()
            try:
                self._write_process()
                self._check_format()
                self._make_private()
                self._make_secret()
            except BaseException:
                self._lock.release()
                raise
        except OSError as error:
            raise StateError(f"state directory {self.root}: {error.strerror}") from None
        _remove_later([path for pattern in _LEFTOVERS for path in self.root.glob(pattern)])

    def close(self) -> None:
        """Leave the directory to others."""
        self._lock.release()

    def secret(self) -> bytes:
        """32 random bytes, the same at each start."""
        return (self.root / "secret").read_bytes()

    def remove(self, folder: str) -> None:
        """Take a folder away in one step, and remove it in a thread; raises FileNotFoundError."""
        removed = self.root / f"removed.{secrets.token_hex(8)}"
        os.rename(folder, removed)
        _remove_later([removed])

    def _make(self) -> None:
        self.root.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        names = set(os.listdir(self.root))
        if not names <= _UNFINISHED and not (self.root / "opsemu.json").exists():
            raise StateError(f"{self.root} holds files that are not opsemu's")

    def _acquire(self) -> None:
        try:
            self._lock.acquire()
        except Timeout:
            raise StateError(
                f"state directory {self.root} is in use by {_holder(self.root / 'process.json')}; "
                "to share state between processes, use redis://"
            ) from None

    def _write_process(self) -> None:
        content = orjson.dumps({"pid": os.getpid(), "host": socket.gethostname()})
        # Not in the lock's file: filelock 3 empties that when others try to take it.
        replace_file(str(self.root / "process.json"), content + b"\n", fsync=False)

    def _check_format(self) -> None:
        mark = self.root / "opsemu.json"
        if not mark.exists():
            replace_file(str(mark), orjson.dumps({"format": FORMAT}) + b"\n", fsync=True)
        try:
            number = orjson.loads(mark.read_bytes())["format"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise StateError(f"{mark} is torn or not opsemu's") from None
        if number != FORMAT:
            raise StateError(f"{mark} has format {number}, this opsemu reads {FORMAT}")

    def _make_private(self) -> None:
        """Let nobody else read the directory; opsemu 0.1 left that to the umask."""
        _change_mode(self.root, FOLDER_MODE)
        if (self.root / "opsemu.json").stat().st_mode & 0o077:
            # The mark comes last, so that an interrupted walk is made again.
            for folder, _, names in os.walk(self.root, topdown=False):
                for name in names:
                    _change_mode(os.path.join(folder, name), FILE_MODE)
                _change_mode(folder, FOLDER_MODE)

    def _make_secret(self) -> None:
        secret = self.root / "secret"
        if not secret.exists():
            replace_file(str(secret), os.urandom(32), fsync=True)


def _holder(process: Path) -> str:
    try:
        holder = orjson.loads(process.read_bytes())
        return f"process {holder['pid']} on {holder['host']}"
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return "another process"


def _change_mode(path: str | Path, mode: int) -> None:
    # A mounted directory may belong to another user, and not every file system has modes.
    with suppress(FileNotFoundError, PermissionError):
        os.chmod(path, mode)


def _remove_later(paths: list[Path]) -> None:
    def remove() -> None:
        for path in paths:
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)

    if paths:
        Thread(target=remove, name="opsemu-remove").start()
