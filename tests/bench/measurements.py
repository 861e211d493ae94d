"""The measurements: a group is a function in GROUPS, which returns steps that add to figures."""

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

from .growth import SIZES, grown, store_projects
from .peers import Peer, Server, install, memory, running
from .steps import Step
from .suite import IN_PROCESS, NAMES
from .wrk import Request, load

Row = dict[str, list[float]]  # by measure and round
Figures = dict[str, dict[str, Row]]  # by group and row
SUITE_ROUNDS, SUITE_TESTS = 5, 300
START_ROUNDS, GROWTH_ROUNDS, IMPORT_ROUNDS = 9, 5, 7
MOST_ROUNDS = 9  # of a load
EMULATOR = "from opsemu.server import Emulator"
PLUGIN = "import pytest; from importlib.metadata import entry_points; "
PLUGIN += "[plugin] = entry_points(group='pytest11', name='opsemu')"
IMPORTS = {  # what a test run pays: what is imported before, and what is timed
    "import of opsemu.server": ("import flask", EMULATOR),
    "import, make and start the first": ("import flask", f"{EMULATOR}; Emulator().start()"),
    "make and start the first": (f"import flask; {EMULATOR}", "Emulator().start()"),
    "import of the pytest plugin": (PLUGIN, "plugin.load()"),
}


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

    def add(self, group: str, row: str, **figures: float) -> None:
        """Add a round's figures to a row."""
        for measure, value in figures.items():
            self.figures[group][row][measure].append(value)

    def load(self, group: str, row: str, server: Server, request: Request) -> None:
        """Load a server by 8 connections, and add the figures to a row."""
        connections = 1 if request.method == "PUT" else 8
        figures = load(request, server.port, connections, self.seconds, self.folder)
        self.add(
            group, row, **{f"{request.method}, {unit}": value for unit, value in figures.items()}
        )


def install_peers(bench: Bench) -> list[Step]:
    """Install what is missing; that time is not part of the ten minutes."""
    lacking = [
        each for each in bench.peers if each.install and not (each.home / "installed").exists()
    ]
    return [Step(f"install {each.name}", 20, each.name, partial(install, each)) for each in lacking]


def suite(bench: Bench) -> list[Step]:
    """Run a test suite against each server, each time in a new process; see `suite.py`."""

    def measure(name: str) -> None:
        command = [sys.executable, "-m", "tests.bench.suite_client", name, str(bench.tests)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
        if done.returncode:
            raise RuntimeError(f"its suite failed: {done.stderr.strip().splitlines()[-1]}")
        result = json.loads(done.stdout)
        bench.add("suite", name, **result["figures"])
        for phase, columns in result["phases"].items():
            for column, value in zip(("wall", "own", "others"), columns, strict=True):
                bench.add("phases", name, **{f"{phase}, {column}": value})

    known = {IN_PROCESS, *(peer.name for peer in bench.peers)}
    names = [name for name, peer in NAMES.items() if (peer or name) in known]
    return [
        Step(f"suite, round {number + 1}: {name}", bench.tests / 60, name, partial(measure, name))
        for number, name in product(bench.in_rounds(SUITE_ROUNDS), names)
    ]


def start(bench: Bench) -> list[Step]:
    """Measure the time to the first good answer, of opsemu and of what runs on its server."""
    own = [peer for peer in bench.peers if not peer.install]
    return starts(bench, "start", START_ROUNDS, own)


def starts(bench: Bench, group: str, rounds: int, peers: list[Peer]) -> list[Step]:
    """Start and stop each peer in each round."""

    def measure(peer: Peer) -> None:
        with running(peer) as server:
            bench.add(group, peer.name, **{"start-up, ms": server.start_ms})

    return [
        Step(f"start-up, round {number + 1}: {peer.name}", 0.6, peer.name, partial(measure, peer))
        for number, peer in product(bench.in_rounds(rounds), peers)
    ]


def imports(bench: Bench) -> list[Step]:
    """Measure milliseconds that a test run pays, each in a process of its own."""

    def measure(label: str, before: str, timed: str) -> None:
        before = f"import gc; gc.enable(); {before}"  # timeit has disabled it
        command = [sys.executable, "-m", "timeit", "-n1", "-r1", "-u", "msec", "-s", before, timed]
        done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
        bench.add("imports", label, ms=float(done.stdout.split()[-4]))

    return [
        Step(f"round {number + 1}: {label}", 0.4, label, partial(measure, label, *texts))
        for number, (label, texts) in product(bench.in_rounds(IMPORT_ROUNDS), IMPORTS.items())
    ]


def rates(bench: Bench) -> list[Step]:
    """Measure rates and memory of servers that are all up, of which one is loaded at a time."""
    return loads(bench, "rates", bench.peers)


def loads(bench: Bench, group: str, peers: list[Peer]) -> list[Step]:
    """Start peers, warm each, load each in its turn in each round, and stop them."""
    servers, stack = dict[str, Server](), bench.stack.enter_context(ExitStack())

    def open_server(peer: Peer) -> None:
        servers[peer.name] = server = stack.enter_context(running(peer))
        time.sleep(0.5)  # until it is idle
        bench.add(group, peer.name, **{"idle, MB": memory(server)})
        load(peer.reads[""], server.port, 8, peer.warm_seconds, bench.folder)

    def measure(name: str, row: str, request: Request) -> None:
        with ExitStack() as own:
            peer = servers[name].peer
            server = own.enter_context(running(peer)) if request.fresh else servers[name]
            bench.load(group, row, server, request)
            bench.add(group, name, **{"memory, MB": memory(server)})

    steps = [
        Step(f"start {each.name}", 1.5 + each.warm_seconds, each.name, partial(open_server, each))
        for each in peers
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


def growth(bench: Bench) -> list[Step]:
    """Measure opsemu on `file:` state of few and many projects."""
    options = {"prefix": "bench-", "ignore_cleanup_errors": True}
    folder = Path(bench.stack.enter_context(tempfile.TemporaryDirectory(**options)))
    peers = [grown(folder, size, "") for size in bench.sizes]
    ends = [grown(folder, size, ", no fsync") for size in (bench.sizes[0], bench.sizes[-1])]
    return [
        *(
            Step(f"store {size:,} projects", size / 10_000, "growth", run)
            for size in bench.sizes
            for run in [partial(store_projects, folder, size)]
        ),
        *starts(bench, "growth", GROWTH_ROUNDS, peers),
        *loads(bench, "growth", peers),
        *loads(bench, "growth", ends),  # on the same folders, of which each belongs to one server
    ]


GROUPS: dict[str, Callable[[Bench], list[Step]]] = {
    **{"suite": suite, "start": start, "imports": imports, "rates": rates, "growth": growth}
}
