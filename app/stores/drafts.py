"""Files that are replaced whole: a draft takes the place of what was there, in one step."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from typing import IO, NamedTuple

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE


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

    With `fsync` it survives a loss of power as well, or what was there before does. Each
    file is newer than the last one at its path: an inode and a size may come again.
    """
    draft = path + ".draft"
    with _opened(draft) as file:
        file.write(content)
        file.flush()
        moment = max(time.time_ns(), _modified(path) + 1)
        os.utime(file.fileno(), ns=(moment, moment))
        mark = Mark.of(os.fstat(file.fileno()))
        if fsync:
            os.fsync(file.fileno())
    # A rename makes ext4 write the file out, which fsync has done and nobody else asked for.
    if fsync or not exchange(draft, path):
        os.rename(draft, path)
    else:
        os.unlink(draft)
    return mark


def exchange(one: str, other: str) -> bool:
    """Let two files change their names in one step; False where that cannot be done."""
    names = _HERE, os.fsencode(one), _HERE, os.fsencode(other)
    return _rename is not None and _rename(*names, _EXCHANGE) == 0


def _opened(path: str) -> IO[bytes]:
    """A new file, whose folders are made if they are missing."""
    try:
        return open(path, "wb")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "wb")


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
