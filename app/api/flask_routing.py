"""Flask's routing, without repeating the same work for each request and each start."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from werkzeug.routing import BuildError, Rule

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class MatchOnlyRule(Rule):
    """A rule that builds no URLs.

    Werkzeug compiles two functions a rule for that, which takes nine tenths of the time of
    `create_app`. Should a later release not ask here, starting takes longer and that is all.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(*_: Any) -> NoReturn:
            raise BuildError(self.endpoint, {}, None)

        return build


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
