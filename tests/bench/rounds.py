"""Start-up and load: every peer takes its turn in each round, so that all meet the same weather."""

from __future__ import annotations

import time
from collections import defaultdict

from .bench import Bench, Figures, note
from .running import Running

FIRST = 200  # requests of somebody who runs a few tests
READS = (("GET, 1 connection", 1), ("GET, 8 connections", 8), ("GET, 64 connections", 64))
WRITE = "POST, 8 connections"
WARM_CONNECTIONS = 8
SETTLE = 2.0  # seconds from the last start to weighing


def startup(bench: Bench) -> Figures:
    """Milliseconds to the first answer, and to the answer of the 200th request after it."""
    figures = bench.figures()
    for number in range(bench.rounds):
        bench.tell(f"start-up, round {number + 1} of {bench.rounds}")
        for peer in bench.present():
            with bench.attempt(peer.name), bench.start(peer) as server:
                took = server.ask(FIRST)
                figures[peer.name]["first answer, ms"].append(server.started * 1000)
                figures[peer.name][f"and {FIRST} requests, ms"].append(took * 1000)
    return figures


def load(bench: Bench) -> Figures:
    """Rates, latencies, errors and memory, all servers up at once and loaded in turn."""
    figures = bench.figures()
    with bench.servers(bench.present()) as servers:
        _prepare(bench, servers, figures)
        time.sleep(SETTLE)
        _weigh(servers, figures, "idle, MB")
        for server in _still(bench, servers):
            bench.tell(f"warming {server.peer.name}")
            with bench.attempt(server.peer.name):
                bench.load(server, server.peer.read, WARM_CONNECTIONS, server.peer.warm)
        # Reads first, as writes can break a peer for good.
        for act in (_read, _write):
            for number in range(bench.rounds):
                bench.tell(f"load, {act.__name__[1:]}, round {number + 1} of {bench.rounds}")
                act(bench, servers, figures)
        _weigh(servers, figures, "after load, MB")
    return figures


def _prepare(bench: Bench, servers: list[Running], figures: Figures) -> None:
    for server in servers:
        with bench.attempt(server.peer.name):
            server.peer.prepare(server.place)
            for name, _ in server.peer.reads():
                figures[name] = defaultdict(list)  # the order of the rows


def _read(bench: Bench, servers: list[Running], figures: Figures) -> None:
    for label, connections in READS:
        for server in _still(bench, servers):
            with bench.attempt(server.peer.name):
                for name, request in server.peer.reads():
                    note(figures[name], label, bench.load(server, request, connections))


def _write(bench: Bench, servers: list[Running], figures: Figures) -> None:
    for server in _still(bench, servers):
        if server.peer.write is not None:
            with bench.attempt(server.peer.name):
                shown = bench.load(server, server.peer.write, 8)
                note(figures[server.peer.name], WRITE, shown)


def _still(bench: Bench, servers: list[Running]) -> list[Running]:
    return [server for server in servers if server.peer.name not in bench.missing]


def _weigh(servers: list[Running], figures: Figures, label: str) -> None:
    for server in servers:
        memory = server.memory()
        if memory is not None:
            figures[server.peer.name][label].append(memory)
