"""The control plane, `/__admin/…`: beside the vendors' paths, in an application of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from ..api.context import Services

PREFIX = "/__admin"

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ControlPlane:
    """WSGI: what is under `/__admin` is answered here, the rest by `inner` (if any).

    The application behind it is made when it is first asked for something.
    """

    def __init__(self, services: Services, inner: WSGI | None = None) -> None:
        self._services = services
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        ours = path == PREFIX or path.startswith(PREFIX + "/")
        return (
            self._plane(environ, start) if ours or not self._inner else self._inner(environ, start)
        )

    @cached_property
    def _plane(self) -> WSGI:
        from .app import create_plane

        return create_plane(self._services).wsgi_app
