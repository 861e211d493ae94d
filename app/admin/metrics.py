"""`metrics` and `coverage`."""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask import Response

from .. import __version__
from .context import parts, services
from .responses import answer
from .routes import Routes

bp = Routes("numbers", __name__)

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@bp.on("GET", "/coverage", {200: {"type": "object"}})
def coverage() -> Response:
    """Which operations were called since the server started, and which were not."""
    tally = services().lives.tally
    called = {name: tally.of(name) for name in sorted(services().operations)}
    missing = [name for name, times in called.items() if not any(times.values())]
    return answer({"operations": called, "uncalled": missing})


@bp.on("GET", "/metrics", {200: {"type": "string"}}, media_type=_TEXT)
def metrics() -> Response:
    """Counts in the text format of Prometheus."""
    lives = services().lives
    requests = [
        (f'dialect="{dialect}",operation="{operation}",status="{status}"', times)
        for (dialect, operation, status), times in lives.tally.rows()
    ]
    worlds = [(f'world="{live.world}"', live) for live in lives.all()]
    lines = [
        *_metric("opsemu_info", "gauge", [(f'version="{__version__}"', 1)]),
        *_metric("opsemu_uptime_seconds", "gauge", [("", time.perf_counter() - parts().started)]),
        *_metric("opsemu_worlds", "gauge", [("", len(parts().worlds.names()))]),
        *_metric("opsemu_requests_total", "counter", requests),
        *_metric(
            "opsemu_journal_rows", "gauge", [(w, len(live.journal.rows())) for w, live in worlds]
        ),
        *_metric(
            "opsemu_journal_dropped", "gauge", [(w, live.journal.dropped) for w, live in worlds]
        ),
        *_metric(
            "opsemu_faults_struck",
            "gauge",
            [(w, sum(rule.struck for rule in live.faults.all())) for w, live in worlds],
        ),
    ]
    return Response("\n".join(lines) + "\n", content_type=_TEXT)


def _metric(name: str, kind: str, rows: Sequence[tuple[str, float]]) -> list[str]:
    values = [
        f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in rows
    ]
    return [f"# TYPE {name} {kind}", *values]
