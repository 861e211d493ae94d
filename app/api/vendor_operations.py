"""The operations that the vendors have, whether they are served or not.

A file of `data/operations` is a list: in `resources` are paths below the prefix of each family
that names the list, in `elsewhere` complete paths. `declined` has the reasons for what is not
served, each for resources and patterns of paths; `absent` is what a family of the list lacks, and
`grades` what its paths rest on there.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, MapAdapter

from .api_family import Dialect
from .context import RequestContext
from .flask_routing import MatchOnlyRule

UNPLANNED = "not built so far"
_PARAMETER = re.compile(r"\{[^}]*\}")
_MAX_DEPTH = 30  # more segments than any path has
_SECTIONS = ("declined", "absent", "resources", "elsewhere", "grades")
_NO_LIST: dict[str, Any] = {section: {} for section in _SECTIONS}
_HINT = "a stub can answer it: `opsemu stub add --path …`"
_SENTENCE = "not emulated: {} ({}); see `opsemu coverage --unserved` or docs/coverage.md"


class VendorOperation(NamedTuple):
    """An operation of a family; `path` is complete, with its parameters in braces.

    `id` is the vendor's name of the operation, empty where the list has none. `reason` says why
    it is declined if no route serves it; `grade` is that of the family's list.
    """

    resource: str
    method: str
    path: str
    id: str
    reason: str
    grade: str


class VendorOperations:
    """The operations of an API family; what a request does not need is not made for it."""

    def __init__(self, list_name: str, family: str, prefix: str) -> None:
        listed = load_list(list_name)
        absent = {"absent": listed["absent"].get(family, [])}
        self._declined = listed["declined"]
        self._grade = listed["grades"].get(family, "")
        self._rows = {
            (start + path, method): (resource, path, name)
            for section, start in (("resources", prefix), ("elsewhere", ""))
            for resource, paths in listed[section].items()
            for path, ids in paths.items()
            if not _key_of(absent, resource, path)
            for method, name in ids.items()
        }
        self._adapters: dict[int, MapAdapter] = {}

    def all(self) -> list[VendorOperation]:
        """The operations in the order of the list."""
        return [self._get(*key) for key in self._rows]

    def find(self, path: str, method: str) -> VendorOperation | None:
        """The operation that a request is for, or None."""
        try:
            template, _ = self._adapter(min(_depth(path), _MAX_DEPTH)).match(path)
        except NotFound:
            return None
        key = (template, "GET" if method == "HEAD" else method)
        return self._get(*key) if key in self._rows else None

    def _get(self, template: str, method: str) -> VendorOperation:
        resource, path, name = self._rows[template, method]
        reason = _key_of(self._declined, resource, path) or UNPLANNED
        return VendorOperation(resource, method, template, name, reason, self._grade)

    def _adapter(self, depth: int) -> MapAdapter:
        """Matches the paths of so many segments; to make all rules at once takes too long."""
        if depth not in self._adapters:
            paths = dict.fromkeys(path for path, _ in self._rows if _depth(path) == depth)
            rules = [MatchOnlyRule(_rule(path), endpoint=path) for path in paths]
            url_map = Map(rules, strict_slashes=False, merge_slashes=False)
            self._adapters[depth] = url_map.bind("")
        return self._adapters[depth]


def vendor_operations(family: Dialect) -> VendorOperations:
    """The operations of a family; none if there is no list of them."""
    return _vendor_operations(family.operations, family.name, family.prefix)


_vendor_operations = cache(VendorOperations)


@cache
def load_list(name: str) -> Mapping[str, Any]:
    """A file of data/operations; empty for an empty name."""
    file = files("opsemu.data").joinpath("operations", f"{name}.json")
    return _NO_LIST | (orjson.loads(file.read_bytes()) if name else {})


def explain_unserved(ctx: RequestContext) -> None:
    """Add to the reasons that the request is for an operation which opsemu does not serve."""
    # Ops Manager has paths below /api/private, too, where another family answers.
    families = [ctx.dialect] if ctx.dialect.operations else ctx.services.dialects
    for family in families:
        if operation := vendor_operations(family).find(ctx.request.path, ctx.method):
            name = operation.id or f"{operation.method} {operation.path}"
            return ctx.explain(f"{_SENTENCE.format(name, operation.reason)}; {_HINT}")


def _key_of(rows: Mapping[str, Iterable[str]], resource: str, path: str) -> str:
    """The first key with the resource or a pattern that the path matches; empty if none has."""
    return next(
        (
            key
            for key, patterns in rows.items()
            if any(
                fnmatchcase(path, pattern) if pattern[0] == "/" else pattern == resource
                for pattern in patterns
            )
        ),
        "",
    )


def _depth(path: str) -> int:
    return path.rstrip("/").count("/")


def _rule(path: str) -> str:
    """`/a/{B-C}` as `/a/<p3>`: werkzeug's parameters are Python's identifiers."""
    return _PARAMETER.sub(lambda match: f"<p{match.start()}>", path)
