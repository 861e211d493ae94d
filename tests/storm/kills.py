"""Kill what state depends on in the midst of writes, and count the acknowledged ones lost.

python -m tests.storm.kills [--rounds 20]     a table, and 1 if anything was lost
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import click

from ..redis_servers import Server, wait_until
from ..serving import PATIENCE, Served
from .client import Client
from .crashes import Slot, slots
from .writers import seed

AOF = ("--appendonly", "yes", "--appendfsync", "always")


@dataclass
class Target:
    """Servers on a state that outlives them: one on files, two on Redis."""

    folder: Path
    state: str
    redis: Server | None = None
    servers: list[Served] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=seed)
    count: int = 0  # of servers; 0: one on files, two on Redis

    def start(self) -> None:
        """Start the servers, on free ports."""
        (self.folder / "seed.json").write_text(json.dumps(self.document))
        self.servers = [self._serve() for _ in range(self.count or (2 if self.redis else 1))]

    def stop(self) -> None:
        """Stop the servers."""
        for server in self.servers:
            server.stop(signal.SIGTERM)

    def _serve(self) -> Served:
        options = ("--state", self.state, "--seed", self.folder / "seed.json")
        return Served(self.folder, *options).__enter__()

    def kill_server(self) -> None:
        """Kill one server, and start another in its place."""
        self.servers.pop(0).stop(signal.SIGKILL)
        self.servers.append(self._serve())

    def kill_redis(self) -> None:
        """Kill Redis, and start it again on its files."""
        assert self.redis is not None
        self.redis.kill()
        self.redis.start()


@dataclass
class Tally:
    """What became of the writes around the kills of one kind."""

    kills: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    lost: int = 0


def write(slot: Slot, port: int, halt: Event) -> int:
    """Count up until told to halt or without an answer; how many writes nobody answered."""
    try:
        with Client(port) as client:
            while not halt.is_set():
                slot.count_up(client)
    except (ConnectionError, AssertionError):  # the latter is a 503
        return 1
    return 0


def round_of(target: Target, written: list[Slot], kill: Callable[[], None], pause: float) -> Tally:
    """Write with all slots at once, kill after a while, and look at what is there afterwards."""
    before, halt = sum(slot.acknowledged for slot in written), Event()
    with ThreadPoolExecutor(len(written)) as threads:
        ports = [server.port for server in target.servers]
        running = [
            threads.submit(write, slot, ports[number % len(ports)], halt)
            for number, slot in enumerate(written)
        ]
        time.sleep(pause)
        wait_until(lambda: sum(slot.acknowledged for slot in written) > before)
        kill()
        halt.set()
        unanswered = sum(each.result() for each in running)
    lost = 0
    for server in target.servers:
        with patient(server) as client:
            lost += sum(not slot.is_in(client) for slot in written)
    return Tally(1, sum(slot.acknowledged for slot in written) - before, unanswered, lost)


@contextmanager
def patient(server: Served) -> Iterator[Client]:
    """A client of a server that may need a moment."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with Client(server.port) as client:
                assert client.call("GET", "/api/public/v1.0")[0] == 200
                break
        except (ConnectionError, AssertionError):
            assert time.monotonic() < deadline, server.read_log()
            time.sleep(0.05)
    with Client(server.port) as client:
        yield client


def run(target: Target, rounds: int, dice: Random) -> dict[str, Tally]:
    """Kill in turn what there is to kill, so many times each; what became of the writes."""
    kinds = {"a server": target.kill_server}
    if target.redis is not None:
        kinds["Redis"] = target.kill_redis
    found, written = {name: Tally() for name in kinds}, slots()
    target.start()
    try:
        for _ in range(rounds):
            for name, kill in kinds.items():
                each = round_of(target, written, kill, dice.uniform(0.1, 0.4))
                for what in vars(each):
                    setattr(found[name], what, getattr(found[name], what) + getattr(each, what))
    finally:
        target.stop()
    return found


@contextmanager
def targets(folder: Path) -> Iterator[dict[str, Target]]:
    """A server on files that are synced, and two on a Redis that is."""
    for name in ("files", "redis"):
        (folder / name).mkdir()
    with Server(folder / "redis", *AOF) as redis:
        yield {
            "file:, fsync": Target(folder / "files", f"file:{folder / 'files' / 'state'}"),
            "redis://, AOF always": Target(folder / "redis", f"{redis.address}/0", redis),
        }


@click.command()
@click.option("--rounds", default=20, show_default=True, type=click.IntRange(1, 1000))
def main(rounds: int) -> None:
    """Kill servers and Redis in turn during writes; nothing acknowledged may be lost."""
    lost = 0
    click.echo(
        f"{'state':22}{'killed':18}{'kills':>6}{'acknowledged':>14}{'unanswered':>12}{'lost':>6}"
    )
    with tempfile.TemporaryDirectory() as folder, targets(Path(folder)) as every:
        for state, target in every.items():
            for killed, tally in run(target, rounds, Random(rounds)).items():
                numbers = (
                    f"{tally.kills:6}{tally.acknowledged:14}{tally.unanswered:12}{tally.lost:6}"
                )
                click.echo(f"{state:22}{killed:18}{numbers}")
                lost += tally.lost
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
