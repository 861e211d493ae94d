"""The admin API, `/__admin/…`: a Flask application of its own beside the emulated APIs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from werkzeug.utils import import_string

from ..alerting.engine import Alerting
from ..api.services import Services
from ..worlds.manager import WorldManager

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/__admin"


class AdminApp:
    """WSGI middleware: answers paths under `/__admin` and passes all others to `inner`.

    Without `inner` it answers every path. The Flask application is created at the first
    admin request.
    """

    def __init__(
        self,
        services: Services,
        worlds: WorldManager,
        alerting: Alerting,
        inner: WSGIApplication | None = None,
    ) -> None:
        self.services = services
        self.worlds = worlds
        self.alerting = alerting
        self.started_at = time.perf_counter()
        self.streams: set[Any] = set()  # of events, that are open
        self.ca = b""  # the certificate of the server's own CA in PEM, if it has one
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/" and is_navigation(environ):
            return cast("WSGIApplication", lazy_import("page_files:root"))(environ, start_response)
        is_admin = path == PREFIX or path.startswith(PREFIX + "/")
        app = self._inner if self._inner and not is_admin else self._app
        return app(environ, start_response)

    @cached_property
    def _app(self) -> WSGIApplication:
        return cast("WSGIApplication", lazy_import("app:create_admin_app")(self))


def is_navigation(environ: WSGIEnvironment) -> bool:
    """Whether somebody has opened an address in a browser; no client of an API says so."""
    is_page = "text/html" in environ.get("HTTP_ACCEPT", "")
    return is_page and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"


def lazy_import(name: str) -> Any:
    """Import `module:function` of this package at its first use instead of at start-up.

    The application takes tens of milliseconds to import, and of these apispec and
    prometheus-client take a third, which few requests need.
    """
    return import_string(f"{__name__}.{name}")
