"""Requests that a short way through the server cannot take, beside a bare Flask route."""

from __future__ import annotations

from .bench import Bench, Figures, note
from .peers.base import PATH, SLACK
from .peers.limits import FLASK
from .peers.ours import KEY, MEMORY, V1
from .signing import Request

ABSENT = 404  # PAGER_DUTY's neighbour is not configured

OURS = (
    ("GET", Request("GET", (V1,), key=KEY)),
    ("GET ?pretty=true", Request("GET", (f"{V1}?pretty=true",), key=KEY)),
    ("GET answered 404", Request("GET", (f"{V1}/HIP_CHAT",), key=KEY, expects=ABSENT)),
    ("PUT", Request("PUT", (f"{V1}/SLACK",), SLACK, key=KEY)),
)
LIMIT = (("GET", Request("GET", (PATH,))), ("PUT", Request("PUT", (f"{PATH}/SLACK",), SLACK)))


def measure(bench: Bench) -> Figures:
    """Rates and latencies at 8 connections."""
    figures = bench.figures()
    with bench.servers([MEMORY, FLASK]) as servers:
        for server in servers:
            server.peer.prepare(server.place)
            bench.load(server, server.peer.read, 8, 1)
        for number in range(bench.rounds):
            bench.tell(f"beside the short cut, round {number + 1} of {bench.rounds}")
            for server in servers:
                for label, request in OURS if server.peer is MEMORY else LIMIT:
                    note(figures[server.peer.name], label, bench.load(server, request, 8))
    return figures
