"""Whether a pattern or a fault rule can ever match a request of a world, by the names in it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from opsemu.schemas import REGISTRY

from ..auth.api_keys import find_key
from ..store import Owner, Store
from ..store.layout import DEFAULT_WORLD, PROJECT, TENANT
from .known_names import METHODS, UnknownName, nearest, unknown

_MAX_PROJECTS = 1000  # that are compared with a name
_ID = re.compile("[0-9a-fA-F]{24}")
# What faults and stubs without a name are called in the journal.
_UNNAMED = {"fault": re.compile(r"rule \d+", re.ASCII), "stub": re.compile(r"stub \d+", re.ASCII)}
_QUERY = re.compile(r"\?[^/=]*=")
_WILDCARD = re.compile(r"[*?\[]")


def check_path(path: str, roots: Sequence[str]) -> None:
    """Raise UnknownName if a pattern matches no path below one of the roots."""
    head = _WILDCARD.split(path)[0]
    if _QUERY.search(path):
        why, better = "a path has no query", path.partition("?")[0]
    elif any(root.startswith(head) or head.startswith(root) for root in roots):
        return
    elif "://" in path:
        why, better = "a path has no host", urlsplit(path).path or "/*"
    else:
        why, better = f"paths begin with {roots[0]!r}", f"*/{path.lstrip('/')}"
    raise UnknownName(f"no path can match {path!r}: {why}; did you mean {better!r}?")


class KnownNames(NamedTuple):
    """What the requests of a world can be called by.

    `keys` are the world's; `families` maps the name of each API family to its prefix,
    `open_paths` lie outside of these.
    """

    store: Store
    world: str
    keys: Collection[str]
    operations: Collection[str]
    families: Mapping[str, str]
    open_paths: Collection[str]

    def check(self, pattern: Mapping[str, Any]) -> None:
        """Raise UnknownName if no request can ever match a pattern or a rule."""
        closed: dict[str, tuple[Collection[str], str]] = {
            "operation": (self.operations, "opsemu operations"),
            "type": (REGISTRY, "opsemu types"),
            "method": (METHODS, ""),
            "dialect": (self.families, ""),
        }
        for member, (names, command) in closed.items():
            if member in pattern and pattern[member] not in names:
                raise UnknownName(unknown(member, pattern[member], names, command))
        if "path" in pattern:
            self._check_path(pattern["path"])
        if "project" in pattern:
            self._check_project(pattern["project"])
        if "key" in pattern:
            self._check_key(pattern["key"])

    def check_label(self, kind: str, label: str, names: Collection[str], command: str) -> None:
        """Raise UnknownName for what no fault or stub is called in the journal."""
        if label not in names and not _UNNAMED[kind].fullmatch(label):
            raise UnknownName(unknown(kind, label, names, command))

    def _check_path(self, path: str) -> None:
        # The faults and stubs of the default world are for what has no key, at any path.
        roots = ("/",) if self.world == DEFAULT_WORLD else ("/api/", *self.families.values())
        check_path(path, (*roots, *self.open_paths))

    def _check_project(self, project: str) -> None:
        """A project may be created later, and then has an id that nobody knows yet."""
        if _ID.fullmatch(project):
            return
        ids: dict[str, str] = {}  # by themselves, and by name
        for kind in (PROJECT, TENANT):
            for name in self.store.some_names(self.world, kind, _MAX_PROJECTS):
                document = self.store.get(Owner(self.world, kind, name), kind, name)
                ids |= {name: name, str((document or {}).get("name", name)): name}
                if name == project:
                    return
        written = ids.get(nearest(project, ids) or "", "")
        hint = f"; did you mean {written!r}?" if written else ""
        raise UnknownName(f"there is no project or tenant {project[:60]!r} in this world{hint}")

    def _check_key(self, public_key: str) -> None:
        """The keys of a world are made with it."""
        key = find_key(self.store, public_key)
        if public_key in self.keys or (key is not None and key.world == self.world):
            return
        sentence = unknown("key", public_key, self.keys, f"opsemu worlds show {self.world}")
        raise UnknownName(f"{sentence}; it leads to the world {key.world!r}" if key else sentence)
