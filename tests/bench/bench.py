"""A run of the benchmark: its figures, and the steps that start servers and load them."""

import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

from .growth import SIZES
from .peers import Peer, Server, cpu, install, memory, running
from .steps import Step
from .wrk import Request, load

Row = dict[str, list[float]]  # by measure and round
Figures = dict[str, dict[str, Row]]  # by group and row
SUITE_TESTS = 300
MOST_ROUNDS = 9  # of a load


@dataclass
class Bench:
    """One run; requests are prepared in `folder`, `missing` gets why peers were not measured."""

    peers: list[Peer]
    folder: Path
    rounds: int = 99  # at most, of each measurement
    tests: int = SUITE_TESTS
    seconds: int = 1  # of each load
    sizes: tuple[int, ...] = SIZES
    stack: ExitStack = field(default_factory=ExitStack)  # of servers and folders
    missing: dict[str, str] = field(default_factory=dict)
    figures: Figures = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    )

    def in_rounds(self, rounds: int) -> range:
        """The rounds of a measurement that takes so many in a full run."""
        return range(min(rounds, self.rounds))

    def warm_seconds(self, peer: Peer) -> int:
        """How long a peer is loaded before it is measured: in a quick run for a second."""
        return min(peer.warm_seconds, self.rounds)

    def add(self, group: str, row: str, **figures: float) -> None:
        """Add a round's figures to a row."""
        for measure, value in figures.items():
            self.figures[group][row][measure].append(value)

    def load(self, group: str, row: str, server: Server, request: Request) -> None:
        """Load a server by 8 connections, and add the figures to a row."""
        connections = 1 if request.method == "PUT" else 8
        used = partial(cpu, server)
        figures = load(request, server.port, connections, self.seconds, self.folder, used)
        self.add(
            group, row, **{f"{request.method}, {unit}": value for unit, value in figures.items()}
        )


def install_peers(bench: Bench) -> list[Step]:
    """Install what is missing; that time is not part of the ten minutes."""
    lacking = [
        each for each in bench.peers if each.install and not (each.home / "installed").exists()
    ]
    return [Step(f"install {each.name}", 20, each.name, partial(install, each)) for each in lacking]


def starts(bench: Bench, group: str, rounds: int, peers: list[Peer]) -> list[Step]:
    """Start and stop each peer in each round."""

    def measure(peer: Peer) -> None:
        with running(peer) as server:
            bench.add(group, peer.name, **{"start-up, ms": server.start_ms})

    return [
        Step(f"start-up, round {number + 1}: {peer.name}", 0.6, peer.name, partial(measure, peer))
        for number, peer in product(bench.in_rounds(rounds), peers)
    ]


def loads(bench: Bench, group: str, peers: list[Peer]) -> list[Step]:
    """Start peers, warm each, load each in its turn in each round, and stop them."""
    servers, stack = dict[str, Server](), bench.stack.enter_context(ExitStack())

    def open_server(peer: Peer) -> None:
        servers[peer.name] = server = stack.enter_context(running(peer))
        time.sleep(0.5)  # until it is idle
        bench.add(group, peer.name, **{"idle, MB": memory(server)})
        load(peer.reads[""], server.port, 8, bench.warm_seconds(peer), bench.folder)

    def measure(name: str, row: str, request: Request) -> None:
        with ExitStack() as own:
            peer = servers[name].peer
            server = own.enter_context(running(peer)) if request.fresh else servers[name]
            bench.load(group, row, server, request)
            bench.add(group, name, **{"memory, MB": memory(server)})

    steps = [
        Step(f"start {each.name}", 1.5 + warm, each.name, partial(open_server, each))
        for each, warm in zip(peers, map(bench.warm_seconds, peers), strict=True)
    ]
    for kind in ("reads", "writes"):  # reads first: a write empties caches
        requests = [
            (peer.name, f"{peer.name}, {name}" if name else peer.name, request)
            for peer in peers
            for name, request in getattr(peer, kind).items()
        ]
        for _, row, _ in requests:
            bench.figures[group][row]  # in this order on the page
        for number, (name, row, request) in product(bench.in_rounds(MOST_ROUNDS), requests):
            label = f"{group}, round {number + 1}: {request.method} {row}"
            if number < request.rounds:
                run = partial(measure, name, row, request)
                steps.append(Step(label, bench.seconds + 0.4, name, run))
    return [*steps, Step("stop the servers", 1, group, stack.close)]
