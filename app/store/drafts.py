"""Files that are replaced whole: a draft and what was there change names, in one step.

The old file is kept as the next draft. A file system spends far more on making and
removing a file than on writing into one that has its place on the disk already.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, NamedTuple

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
_WRITTEN = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC  # and not cut: its blocks are kept


class Mark(NamedTuple):
    """What tells a file from the one that was at its path before."""

    inode: int
    modified: int
    size: int

    @classmethod
    def of(cls, found: os.stat_result) -> Mark:
        """The mark of a file that was looked at."""
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


def replace(path: str, content: bytes, *, fsync: bool) -> Mark:
    """Put `content` where `path` is in one step that survives `kill -9`; its new mark.

    With `fsync` it survives a loss of power as well. Each file is newer than the last one
    at its path, as an inode and a size come again. Nobody else may write there meanwhile.
    """
    draft = draft_of(path)
    with _opened(draft) as file:
        file.write(content)
        file.truncate()
        moment = max(time.time_ns(), _modified(path) + 1)
        os.utime(file.fileno(), ns=(moment, moment))
        mark = Mark.of(os.fstat(file.fileno()))
        if fsync:
            os.fsync(file.fileno())
    if not exchange(draft, path):
        os.rename(draft, path)
    if fsync:
        # Before the next draft is written: on the disk it may still be what is at the path.
        _sync_folder(path)
    return mark


def read(path: str) -> tuple[Mark, bytes]:
    """A file's content and mark; raises FileNotFoundError.

    A reader who is slow may hold a file that has become a draft, and tells it by its mark.
    """
    while True:
        with open(path, "rb") as file:
            mark = Mark.of(os.fstat(file.fileno()))
            content = file.read()
        if Mark.of(os.stat(path)) == mark:
            return mark, content


def remove(path: str) -> None:
    """Remove a file and its draft; raises FileNotFoundError if there is no file."""
    os.unlink(path)
    with suppress(FileNotFoundError):
        os.unlink(draft_of(path))


def draft_of(path: str) -> str:
    """Where the next content of a file is written."""
    return path + ".draft"


def exchange(one: str, other: str) -> bool:
    """Let two files change their names in one step; False where that cannot be done."""
    names = _HERE, os.fsencode(one), _HERE, os.fsencode(other)
    return _rename is not None and _rename(*names, _EXCHANGE) == 0


def _opened(path: str) -> IO[bytes]:
    """A file to write from its beginning on, made with its folders if it is missing."""
    try:
        file = os.open(path, _WRITTEN, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, _WRITTEN, 0o666)
    return open(file, "wb")


def _sync_folder(path: str) -> None:
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return 0


def _found() -> Callable[..., int] | None:
    """Linux's `renameat2`, if the C library has it."""
    try:
        return ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return None


_rename = _found()
