"""What a request costs on Redis: `python -m tests.bench.redis`, in a minute.

A signed list on `memory:`, on Redis, and through HAProxy with one server and with two on a Redis
that syncs: CPU time and round trips of a request, and the rate of one connection. Rounds are
interleaved.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from ..conftest import DEMO
from ..redis_servers import Server
from ..serving import Served
from ..storm.balanced import reads, team
from ..storm.client import Client

LIST = f"/api/public/v1.0/groups/{DEMO}/integrations"
TICKS = os.sysconf("SC_CLK_TCK")  # a second, in /proc/<pid>/stat
WARM, OF_A_CLIENT = 400, 100  # requests


@dataclass
class Figures:
    """Of one round, for a request: microseconds, and round trips to Redis."""

    servers_us: float
    redis_us: float
    round_trips: float
    rate: float


@dataclass
class Place:
    """Where requests are sent: a port, and the processes that work for them."""

    port: int
    servers: list[int]
    redis: Server | None = None

    def ask(self, count: int) -> None:
        """Send signed GETs of the list; a new connection may get to another server."""
        for _ in range(count // OF_A_CLIENT):
            with Client(self.port) as client:
                for _ in range(OF_A_CLIENT):
                    assert client.call("GET", LIST)[0] == 200

    def measure(self, count: int) -> Figures:
        """The figures of so many requests."""
        redis = [self.redis.process.pid] if self.redis else []
        before = cpu(self.servers), cpu(redis), self._reads(), time.perf_counter()
        self.ask(count)
        after = cpu(self.servers), cpu(redis), self._reads(), time.perf_counter()
        servers, own, reads, seconds = (b - a for a, b in zip(before, after, strict=True))
        return Figures(servers / count * 1e6, own / count * 1e6, reads / count, count / seconds)

    def _reads(self) -> int:
        return reads(self.redis) if self.redis else 0


def cpu(processes: list[int]) -> float:
    """The seconds of CPU time that processes took."""
    stats = (Path(f"/proc/{each}/stat").read_text().rpartition(")")[2] for each in processes)
    return sum(sum(map(int, each.split()[11:13])) for each in stats) / TICKS


@contextmanager
def places(folder: Path) -> Iterator[dict[str, Place]]:
    """All that is measured, by name."""
    with ExitStack() as stack:
        found = {}
        memory = stack.enter_context(Served(folder))
        found["memory:"] = Place(memory.port, [memory.process.pid])
        redis = stack.enter_context(Server(folder))
        served = stack.enter_context(Served(folder, "--state", f"{redis.address}/0"))
        found["redis://"] = Place(served.port, [served.process.pid], redis)
        for count, name in ((1, "synced, HAProxy, 1 server"), (2, "synced, HAProxy, 2 servers")):
            (folder / str(count)).mkdir()
            each = stack.enter_context(team(folder / str(count), "haproxy", count))
            processes = [served.process.pid for served in each.servers]
            if count == 1:
                found["redis://, synced"] = Place(each.servers[0].port, processes, each.redis)
            found[f"redis://, {name}"] = Place(each.balancer.port, processes, each.redis)
        yield found


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--requests", default=2000, show_default=True, type=click.IntRange(min=100))
def main(rounds: int, requests: int) -> None:
    """Measure signed lists on Redis beside `memory:`; print medians."""
    with tempfile.TemporaryDirectory() as folder, places(Path(folder)) as every:
        for place in every.values():
            place.ask(WARM)
        measured = [{n: p.measure(requests) for n, p in every.items()} for _ in range(rounds)]
    heads = ("servers, us", "Redis, us", "round trips", "of memory:, CPU", "of memory:, rate")
    click.echo("".join([f"{'':38}", *(f"{head:>17}" for head in heads)]))
    own = {name: [each[name] for each in measured] for name in every}
    for name, figures in own.items():
        shares, rates = zip(
            *(
                (memory.servers_us / mine.servers_us, mine.rate / memory.rate)
                for memory, mine in zip(own["memory:"], figures, strict=True)
            ),
            strict=True,
        )
        values = (
            f"{median(each.servers_us for each in figures):.0f}",
            f"{median(each.redis_us for each in figures):.0f}",
            f"{median(each.round_trips for each in figures):.2f}",
            f"{median(shares):.2f}",
            f"{median(rates):.2f}",
        )
        click.echo("".join([f"{name:38}", *(f"{value:>17}" for value in values)]))


if __name__ == "__main__":
    main()
