"""Changed requests to the vendors' paths, to the admin API, and changed bytes on the wire.

By hand: `python -m tests.storm.fuzz --minutes 60` prints what was sent and what came back.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote

import requests

from ..serving import Served, challenge, exchange, statuses
from . import mutations
from .routes import Routes

WARM_UP = 20_000  # requests that fill what the server keeps, within its bounds
BATCH = 250  # requests of a kind, after which the server is put back to where it was
MEMORY = 32 * 1024  # KiB by which the server may have grown: requests create documents, too
# Not the vendors', but answers all the same: a coding and a version that are not served.
OWN = frozenset({501, 505})
# What vendors answer with 500: OpsRamp to unknown ids, MongoDB to a new team of unknown users.
VENDORS = re.compile(rb'"code":"000[35]","message":"(?!Unexpected)|^POST /api/\S*/teams[? ]')


@dataclass
class Figures:
    """What became of the requests; `slowest` in seconds, `failures` the first few to be sent."""

    count: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_content: bytes = b""
    failures: list[tuple[bytes, bytes]] = field(default_factory=list)

    def add(self, content: bytes, received: bytes, seconds: float) -> None:
        """Count what was sent at once and what came back for it."""
        found = statuses(received)
        self.count += 1
        self.statuses.update(found)
        failed = any(status >= 500 and status not in OWN for status in found)
        if failed and not (VENDORS.search(received) or VENDORS.match(content)):
            self.failures.append((content[:2_000], received[:2_000]))
        if seconds > self.slowest:
            self.slowest, self.slowest_content = seconds, content[:200]


def run(served: Served, seed: int, go_on: Callable[[int], bool], batch: int = BATCH) -> Figures:
    """Send batches of each kind while `go_on`, which is asked with the count, says so."""
    dice, figures, routes = Random(seed), Figures(), Routes()
    while go_on(figures.count):
        kinds = (
            mutations.requests(dice, challenge(served.port)),
            mutations.admin_requests(dice),
            mutations.wire_bytes(dice, challenge(served.port)),
            routes.requests(dice, served.port),
        )
        for contents in kinds:
            received = None
            for _ in range(batch):
                content, started_at = contents.send(received), time.perf_counter()
                received = exchange(served.port, content)
                figures.add(content, received, time.perf_counter() - started_at)
            put_back(served)
    return figures


def put_back(served: Served) -> None:
    """Delete the worlds that were made, and reset the default one."""
    session = requests.Session()
    for world in session.get(f"{served.admin_url}/worlds", timeout=60).json()["worlds"]:
        if world != "default":
            session.delete(f"{served.admin_url}/worlds/{quote(world)}", timeout=60)
    for method, path in [("POST", "reset"), ("DELETE", "faults"), ("POST", "clock/free")]:
        session.request(method, f"{served.admin_url}/{path}", timeout=60)
    for snapshot in session.get(f"{served.admin_url}/snapshots", timeout=60).json()["snapshots"]:
        name = snapshot["name"] if isinstance(snapshot, dict) else snapshot
        session.delete(f"{served.admin_url}/snapshots/{name}", timeout=60)


def main() -> None:
    """Print the figures of some minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Served(Path(folder)) as served:
        run(served, options.seed, lambda count: count < WARM_UP)
        before, deadline = served.memory(), time.monotonic() + 60 * options.minutes
        figures = run(served, options.seed + 1, lambda _: time.monotonic() < deadline)
        grown = served.memory() - before
    print(f"seed {options.seed}: {figures.count} requests in {options.minutes} minutes")
    print(f"statuses: {json.dumps(dict(sorted(figures.statuses.items())))}")
    print(f"slowest: {figures.slowest * 1000:.0f} ms, {figures.slowest_content!r}")
    print(f"memory: {before // 1024} MiB before, {grown / 1024:+.1f} MiB after")
    print(f"log: {served.log.count('Traceback')} tracebacks, {served.log.count('ERROR')} errors")
    for line in [line for line in served.log.splitlines() if "ERROR" in line][:5]:
        print(f"error: {line[:300]}")
    for content, received in figures.failures[:5]:
        print(f"failed: {content!r}\n     -> {received!r}")


if __name__ == "__main__":
    main()
