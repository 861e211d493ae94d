"""The measurements: a group is a function in GROUPS, which adds to figures."""

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .peers import FAILURES, PEERS, TABLE, Peer, Server, install, memory, running
from .wrk import Request, load

Row = dict[str, list[float]]  # by measure and round
Figures = dict[str, Row]
READS = ("GET, 1 connection", "GET, 8 connections", "GET, 64 connections")
SIZES = (100, 100_000)  # projects
VISITED, STORE_SECONDS = 3_000, 1200  # of them at most, and to store them at most
DURABILITY = {"": "", ", no fsync": "?fsync=off"}  # a state's query by the end of a row's name
EMULATOR = "from opsemu.server import Emulator"
PLUGIN = "import pytest; from importlib.metadata import entry_points; "
PLUGIN += "[plugin] = entry_points(group='pytest11', name='opsemu')"
IN_PROCESS = {  # what a test run pays: what is imported before, and what is timed
    "import, make and start": ("import flask", f"{EMULATOR}; Emulator().start()"),
    "make and start the first": (f"import flask; {EMULATOR}", "Emulator().start()"),
    "import of the pytest plugin": (PLUGIN, "plugin.load()"),
}


@dataclass
class Bench:
    """One run; requests are prepared in `folder`, `missing` gets why peers were not measured."""

    peers: list[Peer]
    rounds: int
    seconds: int
    folder: Path
    missing: dict[str, str] = field(default_factory=dict)

    def measure_peers(self, measure: Callable[[Server], None]) -> None:
        """Start each peer in each round and measure it; note as missing one that fails."""
        for number, peer in itertools.product(range(self.rounds), self.peers):
            if peer.name not in self.missing:
                print(f"... round {number + 1}: {peer.name}", file=sys.stderr)
                try:
                    install(peer)
                    with running(peer) as server:
                        measure(server)
                except FAILURES as error:
                    self.missing[peer.name] = str(error)

    def load(self, row: Row, label: str, server: Server, request: Request) -> None:
        """Load a server, and add the figures to a row; the label has the connections."""
        connections = int(label.split()[1])
        figures = load(request, server.port, connections, self.seconds, self.folder)
        for unit, value in figures.items():
            row[f"{label}, {unit}"].append(value)


def loads(bench: Bench, figures: Figures) -> None:
    """Measure the time to the first good answer, rates, latencies, errors and memory."""

    def measure(server: Server) -> None:
        peer, row = server.peer, figures[server.peer.name]
        row["start-up, ms"].append(server.start_ms)
        time.sleep(1)  # until it is idle
        row["idle, MB"].append(memory(server))
        load(peer.reads[""], server.port, 8, peer.warm_seconds, bench.folder)
        for label, (name, request) in itertools.product(READS, peer.reads.items()):
            bench.load(figures[f"{peer.name}, {name}"] if name else row, label, server, request)
        for request in peer.writes.values():
            bench.load(row, "POST, 8 connections", server, request)
        row["after load, MB"].append(memory(server))

    bench.measure_peers(measure)


def growth(bench: Bench, figures: Figures) -> None:
    """Measure opsemu on `file:` state of few and many projects, with fsync and without."""

    def measure(server: Server) -> None:
        peer, row = server.peer, figures[server.peer.name]
        row["start-up, ms"].append(server.start_ms)
        load(peer.reads[""], server.port, 8, peer.warm_seconds, bench.folder)
        bench.load(row, "GET, 8 connections", server, peer.reads[""])
        bench.load(row, "PUT, 1 connection", server, peer.writes[""])
        row["memory, MB"].append(memory(server))

    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        for size in SIZES:
            store_projects(Path(folder, str(size)), size)
        peers = [grown(folder, size, name) for name in DURABILITY for size in SIZES]
        replace(bench, peers=peers).measure_peers(measure)


def store_projects(directory: Path, size: int) -> None:
    """Let opsemu store so many projects like the one of the seed, a hundred to an organization."""
    seed = TABLE["configs"]["seed.json"]
    [project], ids = seed["projects"], [f"{number:024x}" for number in range(size)]
    places = [{"id": each, "name": each, "orgId": ids[at // 100]} for at, each in enumerate(ids)]
    projects = [{**project, **place} for place in places]
    organizations = [{"id": each, "name": each} for each in ids[: size // 100]]
    file = directory.with_suffix(".json")
    file.write_text(json.dumps({**seed, "organizations": organizations, "projects": projects}))
    settings = {"state": f"file:{directory}?fsync=off", "seed": str(file)}
    command = [sys.executable, "-c", f"{EMULATOR}; Emulator(**{settings})"]
    subprocess.run(command, check=True, timeout=STORE_SECONDS)
    os.sync()


def grown(folder: str, size: int, durability: str) -> Peer:
    """Return opsemu on stored projects, of which some are read and changed in turn."""
    peer = PEERS["opsemu, file:"]
    visited = random.Random(size).sample(range(size), min(size, VISITED))
    lists = [peer.reads[""].targets[0].replace("c0ffee" * 4, f"{each:024x}") for each in visited]
    state = f"{folder}/{size}{DURABILITY[durability]}"
    return peer._replace(
        name=f"{size:,} projects{durability}",
        command=peer.command.replace("{folder}/state", state),
        reads={"": Request(lists, auth="digest")},
        writes={"": Request([f"{path}/SLACK" for path in lists], "PUT", "digest")},
    )


def in_process(bench: Bench, figures: Figures) -> None:
    """Measure milliseconds that a test run pays, each in a process of its own."""
    for label, (before, timed) in list(IN_PROCESS.items()) * 7 * bench.rounds:
        command = [sys.executable, "-m", "timeit", "-n1", "-r1", "-u", "msec", "-s", before, timed]
        done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
        figures[label]["ms"].append(float(done.stdout.split()[-4]))


GROUPS = {"load": loads, "growth": growth, "inprocess": in_process}
