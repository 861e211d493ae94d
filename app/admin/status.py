"""Is it there, is it ready, what is it: `health`, `ready`, `version`, `config`."""

from __future__ import annotations

import time

from flask import Response, current_app

from .. import __version__
from ..store import StateUnavailable, shown_url
from ..worlds.seeds import is_planted
from .context import parts, services
from .openapi import document
from .responses import answer
from .routes import Routes, operations

bp = Routes("status", __name__)

_TEXT = {"type": "string"}
_OBJECT = {"type": "object"}
_STATUS = {"type": "object", "properties": {"status": _TEXT}, "required": ["status"]}


@bp.on("GET", "/health", {200: _STATUS})
def health() -> Response:
    """Whether the server is alive."""
    uptime = round(time.perf_counter() - parts().started, 3)
    return answer({"status": "up", "version": __version__, "uptime": uptime})


@bp.on("GET", "/ready", {200: _STATUS, 503: _STATUS})
def ready() -> Response:
    """Whether the state is there and has got its seed."""
    status = _readiness()
    return answer({"status": status}, 200 if status == "ready" else 503)


def _readiness() -> str:
    try:
        return "ready" if is_planted(services().store) else "not seeded"
    except StateUnavailable:
        return "state unavailable"


@bp.on("GET", "/version", {200: _OBJECT})
def version() -> Response:
    """The version of opsemu, and of the server that clients are told of."""
    return answer({"opsemu": __version__, "server": services().config.server_version})


@bp.on("GET", "/config", {200: _OBJECT})
def config() -> Response:
    """All settings as they are in force; of secrets only whether they are set."""
    settings = services().config
    return answer({**settings.redacted(), "state": shown_url(settings.state)})


@bp.on("GET", "/openapi.json", {200: _OBJECT})
def openapi() -> Response:
    """This document."""
    return answer(document(current_app, operations(), parts().worlds.names()))
