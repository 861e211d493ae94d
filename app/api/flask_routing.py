"""Routing as Flask does it, without doing the same work for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from flask import Flask, Request
from werkzeug.routing import BuildError, MapAdapter, Rule

MAX_HOSTS, MAX_PATHS = 100, 5_000  # after which all are forgotten
LONGEST = 200  # characters of a path that is remembered

Match = tuple[Rule, dict[str, Any]]


class MatchedRule(Rule):
    """A rule that is only ever matched: no address is built from a route here.

    Werkzeug compiles two functions a rule to build addresses with, which would be
    nine tenths of the time it takes to make an application.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(*_: Any) -> NoReturn:
            raise BuildError(self.endpoint, {}, None)

        return build


class RoutedFlask(Flask):
    """Flask that binds its routes once for each host, and matches a path once for each method."""

    url_rule_class = MatchedRule

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self._adapters: dict[str, MapAdapter] = {}
        self._matches: dict[tuple[str, str], Match] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What matches a request's path; werkzeug looks closely at each host it is bound to."""
        if request is None:
            return None
        host = request.environ.get("HTTP_HOST", "")
        bound = self._adapters.get(host)
        if bound is None or "HTTP_UPGRADE" in request.environ:
            bound = super().create_url_adapter(request)
            assert bound is not None
            _keep(self._adapters, MAX_HOSTS, host, bound)
        return KnowingAdapter(bound, request, self._matches)


class KnowingAdapter(MapAdapter):
    """An adapter that knows what earlier paths matched."""

    def __init__(
        self, bound: MapAdapter, request: Request, matches: dict[tuple[str, str], Match]
    ) -> None:
        super().__init__(
            bound.map,
            bound.server_name,
            bound.script_name,
            bound.subdomain,
            bound.url_scheme,
            _decoded(request.environ.get("PATH_INFO", "/")),
            request.method,
            _decoded(request.environ.get("QUERY_STRING", "")),
        )
        self._matches = matches

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """The rule and its arguments, as Flask asks for them; raises what werkzeug raises."""
        asked = (self.default_method, self.path_info)
        if args or kwargs != {"return_rule": True}:
            return super().match(*args, **kwargs)
        found = self._matches.get(asked)
        if found is None:
            rule, arguments = super().match(return_rule=True)
            found = rule, dict(arguments)
            if len(self.path_info) <= LONGEST:
                _keep(self._matches, MAX_PATHS, asked, found)
        return found[0], dict(found[1])


def _decoded(text: str) -> str:
    """A text of the WSGI environment, which has bytes as Latin-1, as the UTF-8 that it is."""
    return text if text.isascii() else text.encode("latin-1").decode(errors="replace")


def _keep(kept: dict[Any, Any], most: int, key: Any, value: Any) -> None:
    if len(kept) >= most:
        kept.clear()
    kept[key] = value
