"""`metrics` and `coverage`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from marshmallow import fields

from . import lazy_import
from .context import admin_context, services
from .routes import ResponseSchema

bp = Blueprint("numbers", __name__)  # operation ids begin with this name

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Coverage(ResponseSchema):
    """How many requests of each operation succeeded and failed, and the operations without any."""

    operations = fields.Dict(values=fields.Dict(values=fields.Integer()))
    uncalled = fields.List(fields.String())


@bp.get("/coverage", returns={200: Coverage})
def coverage() -> dict[str, Any]:
    """Which operations were called since the server started, and which were not."""
    request_counts = services().worlds.request_counts
    calls = {name: request_counts.for_operation(name) for name in sorted(services().operations)}
    uncalled = [name for name, counts in calls.items() if not any(counts.values())]
    return {"operations": calls, "uncalled": uncalled}


@bp.get("/metrics", returns={200: None}, text=_TEXT)
def metrics() -> Response:
    """Counts in the text format of Prometheus."""
    metrics_text = lazy_import("prometheus:metrics_text")
    return Response(metrics_text(admin_context()), content_type=_TEXT)
