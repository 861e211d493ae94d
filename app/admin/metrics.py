"""`metrics` and `coverage`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response
from marshmallow import fields
from prometheus_client import generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from .. import __version__
from ..worlds.clock import ticks
from .context import AdminContext, admin_context, services
from .routes import ResponseSchema

bp = Blueprint("numbers", __name__)  # operation ids begin with this name

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Coverage(ResponseSchema):
    """How many requests of each operation succeeded and failed, and the operations without any."""

    operations = fields.Dict(values=fields.Dict(values=fields.Integer()))
    uncalled = fields.List(fields.String())


class ServerCollector(Collector):
    """The counts of a server, read when they are asked for."""

    def __init__(self, context: AdminContext) -> None:
        self._context = context

    def collect(self) -> Iterator[Metric]:
        uptime = ticks() - self._context.started_at
        worlds = len(self._context.worlds.names())
        yield InfoMetricFamily("opsemu", "The version of opsemu.", {"version": __version__})
        yield GaugeMetricFamily("opsemu_uptime_seconds", "Seconds since the start.", uptime)
        yield GaugeMetricFamily("opsemu_worlds", "Worlds, the default one included.", worlds)
        yield self._requests()
        yield from self._gauges_by_world()

    def _requests(self) -> Metric:
        requests = CounterMetricFamily(
            "opsemu_requests",
            "Requests to the emulated APIs, digest challenges included.",
            labels=["dialect", "operation", "status"],
        )
        for (dialect, operation, status), count in self._context.services.lives.tally.rows():
            requests.add_metric([dialect, operation, str(status)], count)
        return requests

    def _gauges_by_world(self) -> list[GaugeMetricFamily]:
        rows, dropped, struck = gauges = [
            GaugeMetricFamily(f"opsemu_{name}", text, labels=["world"])
            for name, text in (
                ("journal_rows", "Requests in the journal."),
                ("journal_dropped", "Requests dropped from the journal."),
                ("faults_struck", "Requests that failed because of a fault rule."),
            )
        ]
        for live in self._context.services.lives.all():
            rows.add_metric([live.world], len(live.journal.rows()))
            dropped.add_metric([live.world], live.journal.dropped)
            struck.add_metric([live.world], sum(rule.struck for rule in live.faults.all()))
        return gauges


@bp.get("/coverage", returns={200: Coverage})
def coverage() -> dict[str, Any]:
    """Which operations were called since the server started, and which were not."""
    tally = services().lives.tally
    calls = {name: tally.of(name) for name in sorted(services().operations)}
    uncalled = [name for name, counts in calls.items() if not any(counts.values())]
    return {"operations": calls, "uncalled": uncalled}


@bp.get("/metrics", returns={200: None}, text=_TEXT)
def metrics() -> Response:
    """Counts in the text format of Prometheus."""
    return Response(generate_latest(ServerCollector(admin_context())), content_type=_TEXT)
