"""The operations that the vendors have, whether they are served or not.

A file of `data/operations` is a list: in `resources` are paths below the prefix of each family
that names the list, in `elsewhere` complete paths. `declined` has the reasons for what is not
served, each for resources and patterns of paths; `absent` is what a family of the list lacks.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache, cached_property
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
_NO_LIST: dict[str, Any] = {"declined": {}, "absent": {}, "resources": {}, "elsewhere": {}}
_HINT = "a stub can answer it: `opsemu stub add --path …`"
_SENTENCE = "not emulated: {} ({}); see `opsemu coverage --unserved` or docs/coverage.md"


class VendorOperation(NamedTuple):
    """An operation of a family; `path` is complete, with its parameters in braces.

    `id` is the vendor's name of the operation, empty where the list has none. `reason` says why
    it is declined if no route serves it.
    """

    resource: str
    method: str
    path: str
    id: str
    reason: str


class VendorOperations:
    """The operations of an API family, by path and method, in the order of its list."""

    def __init__(self, list_name: str, family: str, prefix: str) -> None:
        listed = load_list(list_name)
        absent = {"absent": listed["absent"].get(family, [])}
        self.by_route = {
            (start + path, method): VendorOperation(resource, method, start + path, name, reason)
            for section, start in (("resources", prefix), ("elsewhere", ""))
            for resource, paths in listed[section].items()
            for path, ids in paths.items()
            if not _key_of(absent, resource, path)
            for reason in [_key_of(listed["declined"], resource, path) or UNPLANNED]
            for method, name in ids.items()
        }

    def find(self, path: str, method: str) -> VendorOperation | None:
        """The operation that a request is for, or None."""
        try:
            template, _ = self._paths.match(path)
        except NotFound:
            return None
        return self.by_route.get((template, "GET" if method == "HEAD" else method))

    @cached_property
    def _paths(self) -> MapAdapter:
        """Matches paths; made for the first request that opsemu's own routes do not serve."""
        paths = dict.fromkeys(path for path, _ in self.by_route)
        rules = [MatchOnlyRule(_rule(path), endpoint=path) for path in paths]
        return Map(rules, strict_slashes=False, merge_slashes=False).bind("")


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
            if any(pattern == resource or fnmatchcase(path, pattern) for pattern in patterns)
        ),
        "",
    )


def _rule(path: str) -> str:
    """`/a/{B-C}` as `/a/<p3>`: werkzeug's parameters are Python's identifiers."""
    return _PARAMETER.sub(lambda match: f"<p{match.start()}>", path)
