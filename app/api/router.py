"""The routes of an application: blueprints are registered when a path first asks for them.

A start needs few of them, and to import all views and to make their rules takes longer than
everything else that it does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import RLock
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import import_string

from .api_family import Dialect, Vendor, dialect_of
from .routes import Operation, operations

MAX_CACHED_MATCHES = 5_000
MAX_CACHED_PATH = 200  # characters

_FIRST = "first"  # the part that is asked before any other

View = Callable[..., Any]
Match = tuple[Rule, Mapping[str, Any]]


class _Blueprint(NamedTuple):
    """A blueprint by its name for `import_string`, below a family's prefix or at its own paths."""

    name: str
    prefix: str = ""
    family: str = ""


class Router:
    """Finds the route of a path in the blueprints of the vendors, and remembers it.

    Parts of them are registered at once: the first resources of all vendors, then those of a
    family, then what a vendor has at other paths.
    """

    def __init__(self, app: Flask, vendors: Iterable[Vendor], families: Sequence[Dialect]) -> None:
        self._app = app
        self._families = families
        self._matches: dict[tuple[str, str], Match] = {}
        self._lock = RLock()
        self._waiting: dict[str, list[_Blueprint]] = {_FIRST: []}
        app.url_map.strict_slashes = app.url_map.merge_slashes = False
        for vendor in vendors:
            self._waiting[vendor.name] = [_Blueprint(each) for each in vendor.standalone]
            for name, prefix in ((f.name, f.prefix) for f in families if f.vendor == vendor.name):
                own = [_Blueprint(each, prefix, name) for each in vendor.resources]
                self._waiting[_FIRST] += own[: vendor.first]
                self._waiting[prefix] = own[vendor.first :]

    @property
    def url_map(self) -> Map:
        """All routes."""
        with self._lock:
            for part in list(self._waiting):
                self._register(part)
            return self._app.url_map

    @property
    def endpoints(self) -> Mapping[str, Operation]:
        """The operations of all routes by Flask's endpoint."""
        return operations(self._app) if self.url_map else {}

    def has(self, name: str) -> bool:
        """Whether a route that was registered by now is that of an operation of this name."""
        with self._lock:
            return any(each.name == name for each in operations(self._app).values())

    def operation(self, endpoint: str) -> Operation | None:
        """The operation of a route that was matched."""
        return operations(self._app).get(endpoint)

    def view(self, endpoint: str) -> View:
        """The view of a route that was matched."""
        return self._app.view_functions[endpoint]

    def match(self, method: str, path: str) -> Match:
        """The route of a path and its arguments, to be copied; raises what werkzeug raises."""
        key = method, path
        match = self._matches.get(key) or self._match(method, path)
        if key not in self._matches and len(path) <= MAX_CACHED_PATH:
            if len(self._matches) >= MAX_CACHED_MATCHES:
                self._matches.clear()
            self._matches[key] = match
        return match

    def served(self, method: str, path: str) -> str | None:
        """The name of the operation that serves a method and a path, or None."""
        try:
            rule, _ = self._match(method, path)
        except HTTPException:
            return None
        return operations(self._app)[rule.endpoint].name

    def allowed_methods(self, path: str) -> Iterable[str]:
        """The methods that a path can be asked with."""
        try:
            self._match("--", path)
        except MethodNotAllowed as error:
            return error.valid_methods or ()
        except HTTPException:
            pass
        return ()

    def _match(self, method: str, path: str) -> Match:
        adapter = self._app.url_map.bind("localhost")
        with self._lock:  # the map must not grow while it is searched
            self._register(_FIRST)
            parts = self._parts(path)
            while True:
                try:
                    return adapter.match(path, method, return_rule=True)
                except NotFound:
                    part = next(parts, None)
                    if part is None:
                        raise
                    self._register(part)

    def _parts(self, path: str) -> Iterator[str]:
        """The parts that may have a path beside the first one, as far as they wait."""
        family = dialect_of(path, self._families)
        is_below = f"{path}/".startswith(f"{family.prefix}/")
        wanted = (family.prefix, family.vendor) if is_below else (family.vendor,)
        return (part for part in wanted if part in self._waiting)

    def _register(self, part: str) -> None:
        for blueprint, prefix, family in self._waiting.pop(part, ()):
            bp = import_string(blueprint)
            name = f"{family}/{bp.name}".lstrip("/")
            self._app.register_blueprint(bp, name=name, url_prefix=prefix or None, family=family)
