"""`health`, `ready`, `version`, `config` and the OpenAPI document."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, current_app
from marshmallow import fields

from .. import __version__
from ..store import StateUnavailable, shown_url
from ..worlds.seeds import is_planted
from . import lazy_import
from .context import admin_context, services
from .routes import AnyObject, ResponseSchema

bp = Blueprint("status", __name__)


class Health(ResponseSchema):
    """The server answers; `uptime` is in seconds."""

    status = fields.String()
    version = fields.String()
    uptime = fields.Float()


Readiness = ResponseSchema.from_dict({"status": fields.String()}, name="Readiness")
Version = ResponseSchema.from_dict(
    {"opsemu": fields.String(), "server": fields.String()}, name="Version"
)


@bp.get("/health", returns={200: Health})
def health() -> dict[str, Any]:
    """Whether the server is up, and for how many seconds."""
    uptime = round(time.perf_counter() - admin_context().started_at, 3)
    return {"status": "up", "version": __version__, "uptime": uptime}


@bp.get("/ready", returns={200: Readiness, 503: Readiness})
def ready() -> tuple[dict[str, Any], int]:
    """Whether the state can be reached and has been seeded."""
    try:
        status = "ready" if is_planted(services().store) else "not seeded"
    except StateUnavailable:
        status = "state unavailable"
    return {"status": status}, 200 if status == "ready" else 503


@bp.get("/version", returns={200: Version})
def version() -> dict[str, Any]:
    """The version of opsemu, and the version of the server that clients are told."""
    return {"opsemu": __version__, "server": services().config.server_version}


@bp.get("/config", returns={200: AnyObject})
def config() -> dict[str, Any]:
    """All settings in force; secrets are masked."""
    settings = services().config
    return {**settings.redacted(), "state": shown_url(settings.state)}


@bp.get("/openapi.json", returns={200: AnyObject})
def openapi() -> Any:
    """This document."""
    document = lazy_import("openapi:document")
    return document(current_app, admin_context().worlds.names())
