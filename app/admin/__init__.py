"""The admin API, `/__admin/…`: a Flask application of its own beside the emulated APIs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from werkzeug.utils import import_string

from ..api.context import Services
from ..worlds.clock import ticks
from ..worlds.manager import Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/__admin"


class AdminApp:
    """WSGI middleware: answers paths under `/__admin` and passes all others to `inner`.

    Without `inner` it answers every path. The Flask application is imported and created at
    the first admin request, by name, because that takes tens of milliseconds of start-up.
    """

    def __init__(
        self, services: Services, worlds: Worlds, inner: WSGIApplication | None = None
    ) -> None:
        self.worlds = worlds
        self._services = services
        self._inner = inner
        self._started_at = ticks()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        is_admin = path == PREFIX or path.startswith(PREFIX + "/")
        app = self._inner if self._inner and not is_admin else self._app
        return app(environ, start_response)

    @cached_property
    def _app(self) -> WSGIApplication:
        create_admin_app = import_string(f"{__name__}.app:create_admin_app")
        app: WSGIApplication = create_admin_app(self._services, self.worlds, self._started_at)
        return app
