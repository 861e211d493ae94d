"""The admin API, `/__admin/…`: a Flask application of its own beside the emulated APIs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..alerting import Alerts
from ..api.services import Services
from ..api.urls import ADMIN
from ..worlds.manager import WorldManager

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from ..alerting.engine import Alerting
    from ..config import Config


class AdminApp:
    """WSGI middleware: answers paths under `/__admin` and passes all others to `inner`.

    Without `inner` it answers every path. `create_app` makes applications whose routes are
    described. The Flask application of the admin API is created at the first admin request.
    """

    def __init__(
        self,
        services: Services,
        worlds: WorldManager,
        alerts: Alerts,
        create_app: Callable[[Config], Flask],
        inner: WSGIApplication | None = None,
    ) -> None:
        self.services = services
        self.worlds = worlds
        self._alerts = alerts
        self.create_app = create_app
        self.started_at = time.perf_counter()
        self.streams: set[Any] = set()  # of events, that are open
        self.ca = b""  # the certificate of the server's own CA in PEM, if it has one
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/" and is_navigation(environ):
            from .page_files import root

            return root(environ, start_response)
        is_admin = path == ADMIN or path.startswith(ADMIN + "/")
        app = self._inner if self._inner and not is_admin else self._app
        return app(environ, start_response)

    @property
    def alerting(self) -> Alerting:
        """The alerts of all worlds."""
        return self._alerts.engine

    @cached_property
    def _app(self) -> WSGIApplication:
        from .app import create_admin_app

        return create_admin_app(self)


def is_navigation(environ: WSGIEnvironment) -> bool:
    """Whether somebody has opened an address in a browser; no client of an API says so."""
    is_page = "text/html" in environ.get("HTTP_ACCEPT", "")
    return is_page and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
