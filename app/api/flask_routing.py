"""Flask's routing, without repeating the same work for each request and each start."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from flask import Request
from werkzeug.routing import BuildError, Map, MapAdapter, Rule

MAX_CACHED_MATCHES = 5_000
MAX_CACHED_PATH = 200  # characters

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
MatchCache = dict[tuple[str, str], tuple[Rule, Mapping[str, Any]]]


class MatchOnlyRule(Rule):
    """A rule that builds no URLs.

    Werkzeug compiles two functions a rule for that, which takes nine tenths of the time of
    `create_app`. Should a later release not ask here, starting takes longer and that is all.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(*_: Any) -> NoReturn:
            raise BuildError(self.endpoint, {}, None)

        return build


class CachingMapAdapter(MapAdapter):
    """Matches a request's path, and remembers the matches in `cache`, by method and path.

    It is bound to no host, as no route depends on one.
    """

    def __init__(self, url_map: Map, request: Request, cache: MatchCache) -> None:
        super().__init__(
            url_map, "localhost", "/", "", request.scheme, request.path, request.method
        )
        self._cache = cache

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """The rule and its arguments, to be copied; raises what werkzeug raises."""
        if args or kwargs != {"return_rule": True}:
            return super().match(*args, **kwargs)
        key = (self.default_method, self.path_info)
        if key not in self._cache:
            rule, arguments = super().match(return_rule=True)
            if len(self.path_info) > MAX_CACHED_PATH:
                return rule, arguments
            if len(self._cache) >= MAX_CACHED_MATCHES:
                self._cache.clear()
            self._cache[key] = rule, arguments
        return self._cache[key]


def merge_slashes(app: WSGI) -> WSGI:
    """WSGI middleware that serves `//` in a path as `/`, and drops a slash at its end.

    ISSUE: clients join a base URL with a slash at its end and a path. OpsRamp's SPEC writes two
    of its paths with `/v2//tenants`. A rule whose last argument is a path would take the slash.
    """

    def middleware(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if "//" in path or path.endswith("/"):
            environ["PATH_INFO"] = re.sub("//+", "/", path).rstrip("/")
        return app(environ, start_response)

    return middleware
