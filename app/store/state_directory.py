"""A state directory: whose it is, which process holds it, and who may read it.

DIR/opsemu.json     marks a state directory, and names its format
DIR/lock            held for as long as a process uses the directory
DIR/process.json    the process that holds the lock
DIR/secret          32 random bytes
DIR/ca-with-key.pem the certificate authority of `--tls`
"""

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

import orjson
from filelock import FileLock, Timeout

from .atomic_write import FILE_MODE, FOLDER_MODE, replace_file, sync_path
from .base import StateError
from .world_folders import finish_replacements

FORMAT = 1
SECRET_SIZE = 32  # bytes

# What a first start leaves that was interrupted, or that another process is about to finish.
_UNFINISHED = {"lock", "process.json", "process.json.draft", "opsemu.json.draft", "locks"}
REMOVED = "removed.*"  # folders that were set aside
# What a start removes: those, drafts, and what opsemu 0.1 shared between processes.
_LEFTOVERS = (REMOVED, "draft.*", "cleared.*", "locks", "board", "board.lock")
_INVALID = (orjson.JSONDecodeError, KeyError, TypeError)


class StateDirectory:
    """A directory that belongs to one process from `open` to `close`, or to its end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mark = root / "opsemu.json"
        self._process = root / "process.json"
        self._secret = root / "secret"
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
            self.root.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
            if not set(os.listdir(self.root)) <= _UNFINISHED and not self._mark.exists():
                raise StateError(f"{self.root} holds files that are not opsemu's")
            self._lock.acquire()
            try:
                self._prepare()
                finish_replacements(self.root)
            except BaseException:
                self._lock.release()
                raise
        except Timeout:
            raise StateError(
                f"state directory {self.root} is in use by {self._holder()}; "
                "to share state between processes, use redis://"
            ) from None
        except OSError as error:
            raise StateError(f"state directory {self.root}: {error.strerror}") from None
        self.remove_later(*_LEFTOVERS)

    def close(self) -> None:
        """Leave the directory to others."""
        self._lock.release()

    def secret(self) -> bytes:
        """32 random bytes, the same at each start."""
        return self._secret.read_bytes()

    def keep(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The content of a private file, which `make` returns the first time; raises StateError."""
        path = self.root / name
        try:
            if not path.exists():
                replace_file(path, make(), fsync=True)
                sync_path(self.root)
            return path.read_bytes()
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from None

    def check_write(self) -> None:
        """Write a small file; raises OSError."""
        # Not in the lock's file: filelock 3 empties that when others try to take it.
        process = {"pid": os.getpid(), "host": socket.gethostname()}
        replace_file(self._process, orjson.dumps(process) + b"\n", fsync=False)

    def remove_later(self, *patterns: str) -> None:
        """Remove what has these names, in a thread."""
        paths = [path for pattern in patterns for path in self.root.glob(pattern)]
        if paths:
            with suppress(RuntimeError):  # no more threads: the next start removes them
                Thread(target=_remove, args=(paths,), name="opsemu-remove").start()

    def _holder(self) -> str:
        try:
            holder = orjson.loads(self._process.read_bytes())
            return f"process {holder['pid']} on {holder['host']}"
        except (OSError, *_INVALID):
            return "another process"

    def _prepare(self) -> None:
        self.check_write()
        if not self._mark.exists():
            replace_file(self._mark, orjson.dumps({"format": FORMAT}) + b"\n", fsync=True)
        try:
            number = orjson.loads(self._mark.read_bytes())["format"]
        except _INVALID:
            raise StateError(f"{self._mark} is torn or not opsemu's") from None
        if number != FORMAT:
            raise StateError(f"{self._mark} has format {number}, this opsemu reads {FORMAT}")
        self._make_private()
        secret = self.keep(self._secret.name, lambda: os.urandom(SECRET_SIZE))
        if (size := len(secret)) < SECRET_SIZE:
            counts = f"{size} bytes instead of {SECRET_SIZE}"
            raise StateError(f"{self._secret} has {counts}; remove it to get a new one")

    def _make_private(self) -> None:
        """Let nobody else read the directory; opsemu 0.1 left that to the umask."""
        is_public = self._mark.stat().st_mode & 0o077
        paths = set(self.root.rglob("*")) if is_public else set()
        # The mark comes last, so that an interrupted walk is made again.
        for path in (self.root, *(paths - {self._mark}), self._mark):
            # A mounted directory may belong to another user, and not all file systems have modes.
            with suppress(FileNotFoundError, PermissionError):
                path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):  # another thread may be at it
            path.unlink()
