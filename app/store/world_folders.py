"""The folders of worlds in a state directory: their paths, and how one is replaced.

    DIR/worlds/<world>/<kind>/<nn>/<name>.json    the tables of an owner
    DIR/draft.<random>/<kind>/<nn>/<name>.json    a world that is being written
    DIR/next.<world>/<kind>/<nn>/<name>.json      a whole one, which takes its world's place
    DIR/removed.<random>                          what a thread or the next start removes

`nn` is one of 256 folders, so that none gets too many entries.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path, PurePath
from threading import Lock
from urllib.parse import unquote

from .atomic_write import FOLDER_MODE, sync_path, write_file
from .base import Owner

WORLDS = "worlds"
SUFFIX = ".json"
_NEXT = "next."
SYNC_THREADS = 8  # a file system writes its journal once for all that wait for it

_CODED = re.compile(rb"[^a-z0-9_-]")


@lru_cache(maxsize=16_384)
def owner_path(owner: Owner) -> str:
    """The path of an owner's file, from the folder of all worlds."""
    return f"{segment(owner.world)}/{_path_in_world(owner)}"


def owner_names(world_folder: Path, kind: str) -> Iterator[str]:
    """The names of all owners of a kind."""
    parent = f"{world_folder}/{segment(kind)}"
    for folder in _list_folder(parent):
        for name in _list_folder(f"{parent}/{folder}"):
            if name.endswith(SUFFIX):
                yield unquote(name.removesuffix(SUFFIX))


def _list_folder(folder: str) -> list[str]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return os.listdir(folder)
    return []


def segment(name: str) -> str:
    """A name as one path segment that can neither climb, hide nor collide.

    Capitals are written as codes: some file systems take `A` and `a` for the same.
    """
    return _CODED.sub(lambda match: b"%%%02x" % match[0][0], name.encode()).decode()


def write_draft(folder: Path, owners: Iterable[tuple[Owner, bytes]], *, fsync: bool) -> None:
    """Write the files of a world to a folder, which is not made if there are none."""
    files = []
    for owner, content in owners:
        files.append(f"{folder}/{_path_in_world(owner)}")
        write_file(files[-1], content, fsync=False)
    if fsync:
        folders = {str(parent) for file in files for parent in PurePath(file).parents[:3]}
        with ThreadPoolExecutor(SYNC_THREADS) as threads:
            list(threads.map(sync_path, [*files, *folders]))


def replace_world(root: Path, world: str, draft: Path, gap: Lock, *, fsync: bool) -> None:
    """Put a draft in the place of a world, or nothing if there is no draft.

    `gap` is held while the world has no folder. Raises OSError; the old world is there then,
    or the new one if only a folder could not be synced.
    """
    following = root / f"{_NEXT}{segment(world)}"
    try:
        if draft.exists():
            draft.rename(following)  # from here on, a start would finish it
            if fsync:
                sync_path(root)
        with gap:
            _move(root, segment(world))
    except BaseException:
        shutil.rmtree(following, ignore_errors=True)
        raise
    if fsync and (root / WORLDS).exists():
        sync_path(root / WORLDS)


def finish_replacements(root: Path) -> None:
    """Replace the worlds whose next folder was whole when the process was killed."""
    for path in root.glob(f"{_NEXT}*"):
        _move(root, path.name.removeprefix(_NEXT))


def _move(root: Path, name: str) -> None:
    """Set a world's folder aside, and put the next one in its place if there is one."""
    world, removed = root / WORLDS / name, root / f"removed.{secrets.token_hex(8)}"
    with suppress(FileNotFoundError):
        world.rename(removed)
    try:
        world.parent.mkdir(FOLDER_MODE, exist_ok=True)
        with suppress(FileNotFoundError):
            (root / f"{_NEXT}{name}").rename(world)
    except OSError:
        with suppress(FileNotFoundError):
            removed.rename(world)
        raise


def _path_in_world(owner: Owner) -> str:
    folder = blake2b(owner.name.encode(), digest_size=1).hexdigest()
    return f"{segment(owner.kind)}/{folder}/{segment(owner.name)}{SUFFIX}"
