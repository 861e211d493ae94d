"""Files that are replaced whole, with mode 0600 in folders of mode 0700."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .base import StateUnavailable, UnusableName

FOLDER_MODE = 0o700
FILE_MODE = 0o600

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def replace_file(path: str | os.PathLike[str], content: bytes, *, fsync: bool) -> None:
    """Write a draft beside `path` and move it there in one step; make missing folders.

    After `kill -9` there is the old or the new content, never a part of it. With `fsync`,
    that holds after a loss of power as well, and once the folder was synced it is the new
    one. Nobody else may write to `path` meanwhile. Raises OSError, and leaves no draft then.
    """
    draft = f"{path}.draft"
    try:
        write_file(draft, content, fsync=fsync)
        os.replace(draft, path)
    except OSError:
        with suppress(OSError):
            os.unlink(draft)
        raise


def write_file(path: str, content: bytes, *, fsync: bool) -> None:
    """Write a file in place; make missing folders."""
    try:
        descriptor = os.open(path, _FLAGS, FILE_MODE)
    except FileNotFoundError:
        _make_folder(os.path.dirname(path), fsync)
        descriptor = os.open(path, _FLAGS, FILE_MODE)
    with open(descriptor, "wb") as file:
        file.write(content)
        if fsync:
            file.flush()
            os.fsync(descriptor)


def remove_file(path: str) -> None:
    """Remove a file, and a draft that a killed process left; neither has to exist."""
    for each in (f"{path}.draft", path):
        with suppress(FileNotFoundError):
            os.unlink(each)


def read_file(path: str) -> bytes | None:
    """A file's content, None if there is none; raises StateUnavailable."""
    with unavailable(path):
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
                return None
            raise


@contextmanager
def unavailable(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise StateUnavailable, or UnusableName, in place of an OSError."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            name = os.path.basename(error.filename)
            raise UnusableName(f"a name is too long for a file: {name[:60]}...") from None
        raise StateUnavailable(f"{error.filename or path}: {error.strerror}") from None


def sync_path(path: str | os.PathLike[str]) -> None:
    """Write a file's content or a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: str, fsync: bool) -> None:
    parent = os.path.dirname(folder)
    if not os.path.isdir(parent):
        _make_folder(parent, fsync)
    with suppress(FileExistsError):
        os.mkdir(folder, FOLDER_MODE)
        if fsync:
            sync_path(parent)
