"""What a receiver that hangs costs the API: `python -m tests.bench.deliveries`.

One client reads and writes an integration in turn, first with nothing else to do, then while
alerts are sent to a webhook: to the service's fake, to a receiver that answers at once, and to one
that never answers.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median, quantiles

import click
import requests

from opsemu.server import Emulator
from opsemu.testing import OpsManager

KEY = {"type": "PAGER_DUTY", "serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678"}
Times = dict[str, list[float]]  # seconds by method

EVERY = 0.05  # seconds between two alerts


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _answering() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def _hanging() -> Iterator[str]:
    """A receiver that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


RECEIVERS = {
    "no alerts": partial(nullcontext, ""),
    "the fake": partial(nullcontext, "https://hooks.example.com/"),
    "one that answers": _answering,
    "one that hangs": _hanging,
}


@click.command()
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(min=1))
@click.option("--rounds", default=4, show_default=True, type=click.IntRange(min=1))
@click.option("--state", default="memory:", show_default=True)
def main(seconds: float, rounds: int, state: str) -> None:
    """Print the median and the 99th percentile of reads and writes beside each receiver."""
    took: dict[str, Times] = {name: {"GET": [], "PUT": []} for name in RECEIVERS}
    for _ in range(rounds):
        for name, receiver in RECEIVERS.items():
            with Emulator(state=state) as server, receiver() as url, server.ops_manager() as world:
                _measure(world, url, seconds, took[name])
    click.echo(f"{'receiver':<18}{'calls':>7}{'GET p50':>9}{'p99':>9}{'PUT p50':>9}{'p99':>9}  ms")
    for name, times in took.items():
        cells = [f"{value * 1000:9.2f}" for each in times.values() for value in _two(each)]
        click.echo(f"{name:<18}{sum(map(len, times.values())):>7}" + "".join(cells))


def _measure(manager: OpsManager, url: str, seconds: float, took: Times) -> None:
    path = f"{manager.url}/groups/{manager.group_id}"
    stop = threading.Event()
    alerts = threading.Thread(target=_open_alerts, args=(manager, stop))
    if url:
        hook = {"typeName": "WEBHOOK", "webhookUrl": url}
        config = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": [hook]}
        manager.session.post(f"{path}/alertConfigs", json=config).raise_for_status()
        alerts.start()
    one, until = f"{path}/integrations/PAGER_DUTY", time.monotonic() + seconds
    while time.monotonic() < until:
        took["PUT"].append(_timed(manager.session, "PUT", one, KEY))
        took["GET"].append(_timed(manager.session, "GET", one, None))
    stop.set()
    if url:
        alerts.join()


def _timed(session: requests.Session, method: str, url: str, body: object) -> float:
    started_at = time.perf_counter()
    session.request(method, url, json=body).raise_for_status()
    return time.perf_counter() - started_at


def _open_alerts(manager: OpsManager, stop: threading.Event) -> None:
    while not stop.wait(EVERY):
        manager.alerts.open("NO_PRIMARY").close()


def _two(values: list[float]) -> tuple[float, float]:
    return median(values), quantiles(values, n=100)[-1]


if __name__ == "__main__":
    main()
