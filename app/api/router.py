"""The routes of an application, made when a path first asks for them.

A start needs few of them, and to import all views and to make their rules takes longer than
everything else that it does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from threading import RLock
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.utils import import_string

from .api_family import Dialect, Vendor, dialect_of
from .flask_routing import ChainedMapAdapter, MatchOnlyRule
from .routes import Operation, Resource

_FIRST = "first"  # the part that is asked before any other


class _Place(NamedTuple):
    """A resource, by its name for `import_string`, below a family's prefix or at its own paths."""

    resource: str
    prefix: str = ""
    family: str = ""


class Router:
    """Finds the route of a path; `operations` and `views` are those of the routes made so far.

    Both are by Flask's endpoint. A part of the routes is made at once: the first resources of
    all vendors, then those of a family, then what a vendor has at other paths.
    """

    def __init__(self, vendors: Iterable[Vendor], families: Sequence[Dialect]) -> None:
        self.operations: dict[str, Operation] = {}
        self.views: dict[str, Callable[..., Any]] = {}
        self._families = families
        self._parts: dict[str, list[_Place]] = {_FIRST: []}
        self._maps: dict[str, Map] = {}
        self._lock = RLock()
        for vendor in vendors:
            self._parts[vendor.name] = [_Place(each) for each in vendor.standalone]
            for family in families:
                if family.vendor == vendor.name:
                    places = [_Place(each, family.prefix, family.name) for each in vendor.resources]
                    self._parts[family.prefix] = places
                    self._parts[_FIRST] += places[: vendor.first]

    @cached_property
    def url_map(self) -> Map:
        """All routes."""
        return self._new_map(*(part for part in self._parts if part != _FIRST))

    def all_operations(self) -> Mapping[str, Operation]:
        """The operations of all routes, by Flask's endpoint."""
        return self.operations if self.url_map else {}

    def maps(self, path: str) -> Iterator[Map]:
        """The maps in which a path may be, in turn."""
        yield self._map(_FIRST)
        family = dialect_of(path, self._families)
        if f"{path}/".startswith(f"{family.prefix}/"):
            yield self._map(family.prefix)
        yield self._map(family.vendor)

    def served(self, method: str, path: str) -> str | None:
        """The name of the operation that serves a method and a path, or None."""
        try:
            endpoint, _ = ChainedMapAdapter(self.maps, "http", path, method).match()
        except HTTPException:
            return None
        return self.operations[endpoint].name

    def _map(self, part: str) -> Map:
        with self._lock:
            if part not in self._maps:
                self._maps[part] = self._new_map(part)
            return self._maps[part]

    def _new_map(self, *parts: str) -> Map:
        places = chain.from_iterable(self._parts[part] for part in parts)
        rules = chain.from_iterable(map(self._rules, places))
        return Map(rules, strict_slashes=False, merge_slashes=False)

    def _rules(self, place: _Place) -> Iterator[MatchOnlyRule]:
        resource: Resource = import_string(place.resource)
        name = f"{place.family}/{resource.name}".lstrip("/")
        for route in resource.routes:
            families, endpoint = route.operation.families, f"{name}.{route.operation.name}"
            if not families or place.family in families:
                self.operations[endpoint], self.views[endpoint] = route.operation, route.view
                options = {**route.options, "methods": {*route.options["methods"], "OPTIONS"}}
                yield MatchOnlyRule(place.prefix + route.rule, endpoint=endpoint, **options)
