"""Files that are replaced whole, with mode 0600 in folders of mode 0700."""

import os
from contextlib import suppress

FOLDER_MODE = 0o700
FILE_MODE = 0o600

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def replace_file(path: str | os.PathLike[str], content: bytes, *, fsync: bool) -> None:
    """Write a draft beside `path` and move it there in one step; make missing folders.

    After `kill -9` there is the old or the new content, never a part of it. With `fsync`,
    once this returns, the new content survives a loss of power as well. Nobody else may write
    to `path` meanwhile.
    """
    draft, folder = f"{path}.draft", os.path.dirname(path)
    try:
        descriptor = os.open(draft, _FLAGS, FILE_MODE)
    except FileNotFoundError:
        _make_folder(folder, fsync)
        descriptor = os.open(draft, _FLAGS, FILE_MODE)
    with open(descriptor, "wb") as file:
        file.write(content)
        if fsync:
            file.flush()
            os.fsync(descriptor)
    os.replace(draft, path)
    if fsync:
        sync_folder(folder)


def remove_file(path: str, *, fsync: bool) -> None:
    """Remove a file, and a draft that a killed process left; neither has to exist."""
    for each in (path, f"{path}.draft"):
        with suppress(FileNotFoundError):
            os.unlink(each)
    if fsync:
        sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Write a folder's entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
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
            sync_folder(parent)
