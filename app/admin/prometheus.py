"""The counts of a server in the text format of Prometheus, written by prometheus-client."""

import time
from collections.abc import Iterator

from prometheus_client import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily as Counter
from prometheus_client.metrics_core import GaugeMetricFamily as Gauge
from prometheus_client.metrics_core import InfoMetricFamily as Info
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from .. import __version__
from . import AdminApp

_REQUESTS = "Requests to the emulated APIs, digest challenges included."
_UNRECORDED = "Requests of this process that were answered and could not be recorded."
_GAUGES = {
    "journal_rows": "Requests in the journal.",
    "journal_dropped": "Requests dropped from the journal.",
    "faults_struck": "Requests that failed because of a fault rule.",
}


class ServerCollector(Collector):
    """The counts of a server, read when they are asked for."""

    def __init__(self, admin: AdminApp) -> None:
        self._admin = admin
        self._worlds = admin.services.worlds

    def collect(self) -> Iterator[Metric]:
        uptime = time.perf_counter() - self._admin.started_at
        worlds = len(self._admin.worlds.names())
        yield Info("opsemu", "The version of opsemu.", {"version": __version__})
        yield Gauge("opsemu_uptime_seconds", "Seconds since the start.", uptime)
        yield Gauge("opsemu_worlds", "Worlds, the default one included.", worlds)
        counts = self._worlds.request_counts
        requests = Counter("opsemu_requests", _REQUESTS, labels=["dialect", "operation", "status"])
        for (dialect, operation, status), count in counts.all():
            requests.add_metric([dialect, operation, str(status)], count)
        yield requests
        yield Counter("opsemu_unrecorded_requests", _UNRECORDED, counts.unrecorded)
        yield from self._gauges_by_world()

    def _gauges_by_world(self) -> list[Gauge]:
        rows, dropped, struck = gauges = [
            Gauge(f"opsemu_{name}", text, labels=["world"]) for name, text in _GAUGES.items()
        ]
        for world in self._worlds.all():
            rows.add_metric([world.world], len(world.journal.all()))
            dropped.add_metric([world.world], world.journal.dropped)
            struck.add_metric([world.world], sum(rule.counts.struck for rule in world.faults.all()))
        return gauges


def metrics_text(admin: AdminApp) -> bytes:
    """The metrics of a server in version 0.0.4 of the text format."""
    return generate_latest(ServerCollector(admin))
