"""`health`, `ready`, `version`, `config`, `coverage`, `metrics` and the OpenAPI document."""

import time
from typing import Any
from weakref import WeakKeyDictionary

from flask import Blueprint, Response, current_app

from .. import __version__
from ..api.coverage import OperationCoverage, count_kinds
from ..api.coverage import coverage as vendor_coverage
from ..store import StateUnavailable, shown_url
from ..worlds.seeds import is_planted
from . import AdminApp
from .context import admin_app, services
from .errors import AdminError
from .schemas import AnyObject, response_schema

bp = Blueprint("status", __name__)

# By server: how the vendors' operations are served takes long to find, and never changes.
_coverage: WeakKeyDictionary[AdminApp, list[OperationCoverage]] = WeakKeyDictionary()
numbers = Blueprint("numbers", __name__)  # operation ids begin with this name

_PEM = "application/x-pem-file"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Health = response_schema("Health", status=str, version=str, uptime=float)
Readiness = response_schema("Readiness", status=str)
Version = response_schema("Version", opsemu=str, server=str)
_COUNTS = dict[str, dict[str, int]]
VendorOperation = response_schema("VendorOperation", OperationCoverage)
Coverage = response_schema(
    "Coverage", operations=_COUNTS, uncalled=[str], families=_COUNTS, vendors=[VendorOperation]
)


@bp.get("/health", returns={200: Health})
def health() -> dict[str, Any]:
    """Whether the server is up, and for how many seconds."""
    uptime = round(time.perf_counter() - admin_app().started_at, 3)
    return {"status": "up", "version": __version__, "uptime": uptime}


@bp.get("/ready", returns={200: Readiness, 503: Readiness})
def ready() -> tuple[dict[str, Any], int]:
    """Whether the state has been seeded and can be written; `status` says why it cannot."""
    store = services().store
    try:
        store.backend.check_write()
        status = "ready" if is_planted(store) else "not seeded"
    except StateUnavailable as error:
        status = f"state unavailable: {error}"
    return {"status": status}, 200 if status == "ready" else 503


@bp.get("/ca.pem", returns={200: _PEM})
def ca_certificate() -> Response:
    """The certificate of the CA that the server's own certificate is from (`--tls`)."""
    if not admin_app().ca:
        raise AdminError(404, "no_ca", "the server has no CA of its own; --tls makes one")
    return Response(admin_app().ca, content_type=_PEM)


@bp.get("/version", returns={200: Version})
def version() -> dict[str, Any]:
    """The version of opsemu, and the version of the server that clients are told."""
    build = services().config.server_version or services().dialects[0].headers.build
    return {"opsemu": __version__, "server": build}


@bp.get("/config", returns={200: AnyObject})
def config() -> dict[str, Any]:
    """All settings in force; secrets are masked."""
    settings = services().config
    return {**settings.redacted(), "state": shown_url(settings.state)}


@bp.get("/openapi.json", returns={200: AnyObject})
def openapi() -> Any:
    """This document."""
    from .openapi.admin_api import document  # with apispec

    return document(current_app, admin_app().worlds.names())


@numbers.get("/coverage", returns={200: Coverage})
def coverage() -> dict[str, Any]:
    """What was called since the server started, and how each of the vendors' operations is served.

    `operations` counts calls. `families` counts the operations of `vendors` by family and kind.
    """
    counted = services().worlds.request_counts.by_operation()
    never = {"succeeded": 0, "refused": 0}
    calls = {name: counted.get(name, never) for name in sorted(services().operations)}
    uncalled = [name for name, counts in calls.items() if not any(counts.values())]
    rows = _coverage.get(admin_app()) or vendor_coverage(services())
    _coverage[admin_app()] = rows
    return {
        "operations": calls,
        "uncalled": uncalled,
        "families": count_kinds(rows),
        "vendors": rows,
    }


@numbers.get("/metrics", returns={200: _PROMETHEUS})
def metrics() -> Response:
    """Counts in the text format of Prometheus."""
    from .prometheus import metrics_text  # with prometheus-client

    return Response(metrics_text(admin_app()), content_type=_PROMETHEUS)
