"""The measurements: a group is a function in GROUPS, which returns steps that add to figures."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

import requests
from requests.auth import HTTPDigestAuth

from tests import redis_servers

from .bench import Bench, loads, starts
from .growth import grown, store_projects
from .peers import PEERS, running
from .steps import Step
from .suite import IN_PROCESS, NAMES
from .wrk import OWNER, SLACK, TIMEOUT

SUITE_ROUNDS, START_ROUNDS, GROWTH_ROUNDS, IMPORT_ROUNDS = 5, 9, 5, 7
REPEATS = 50  # of a request whose round trips are counted
EMULATOR = "from opsemu.server import Emulator"
PLUGIN = "import pytest; from importlib.metadata import entry_points; "
PLUGIN += "[plugin] = entry_points(group='pytest11', name='opsemu')"
IMPORTS = {  # what a test run pays: what is imported before, and what is timed
    "import of opsemu.server": ("import flask", EMULATOR),
    "import, make and start the first": ("import flask", f"{EMULATOR}; Emulator().start()"),
    "make and start the first": (f"import flask; {EMULATOR}", "Emulator().start()"),
    "import of the pytest plugin": (PLUGIN, "plugin.load()"),
}


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


def redis(bench: Bench) -> list[Step]:
    """Measure lists beside those of `memory:`, and round trips as Redis itself counts them."""
    folder = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
    server = redis_servers.Server(Path(bench.stack.enter_context(folder)))
    peer = PEERS["opsemu, memory:"]._replace(writes={})
    peer = peer._replace(reads={"": peer.reads[""]._replace(rounds=3)})
    command = f"{peer.command} --state {server.address}/0"
    peers = [peer._replace(name="memory:"), peer._replace(name="redis:", command=command)]

    def start_redis() -> None:
        if not any(map(shutil.which, redis_servers.PROGRAMS)):
            raise RuntimeError("redis-server is missing: apt-get install redis-server")
        bench.stack.enter_context(server)

    def count(label: str, method: str, path: str) -> None:
        with running(peers[1]) as opsemu, requests.Session() as session:
            session.auth = HTTPDigestAuth(*OWNER)
            options = {"headers": {"Content-Type": "application/json"}, "timeout": TIMEOUT}
            options |= {"data": SLACK} if method == "POST" else {}
            url = f"http://127.0.0.1:{opsemu.port}{peer.reads[''].targets[0]}{path}"
            for _ in range(5):  # a challenge, and what is learned from the first requests
                session.request(method, url, **options).raise_for_status()
            before = reads_of(server)
            for _ in range(REPEATS):
                session.request(method, url, **options).raise_for_status()
            trips = (reads_of(server) - before - 1) / REPEATS
            bench.add("redis", label, **{"round trips": trips})

    return [
        Step("start Redis", 1, "redis:", start_redis),
        *loads(bench, "redis", peers),
        Step("count round trips", 2, "redis:", partial(count, "signed GET", "GET", "")),
        Step("count round trips", 2, "redis:", partial(count, "write", "POST", "/SLACK")),
    ]


def reads_of(server: redis_servers.Server) -> int:
    """How often Redis has read from a connection; the question is one of these."""
    told = server.ask("INFO", "stats")
    assert isinstance(told, bytes)
    return int(told.partition(b"total_reads_processed:")[2].split()[0])


GROUPS: dict[str, Callable[[Bench], list[Step]]] = {
    **{"suite": suite, "start": start, "imports": imports, "rates": rates, "growth": growth},
    "redis": redis,
}
