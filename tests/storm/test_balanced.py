"""Two servers on one Redis behind HAProxy or nginx: what they cost, and what a kill leaves."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from ..conftest import DEMO
from ..redis_servers import wait_until
from .balanced import BALANCERS, Team, Writer, reads, stored_addresses, team
from .client import Client
from .writers import address

pytestmark = pytest.mark.storm

REQUESTS, KILLS = 100, 3


def round_trips(found: Team) -> dict[str, float]:
    """The round trips of a GET and of a PUT, once all servers have answered some."""
    path = address(DEMO, "SLACK")
    counts: dict[str, float] = {}
    for _ in range(2):
        for method, body in (("GET", None), ("PUT", {"type": "SLACK", "teamName": "a"})):
            before = reads(found.redis)
            for _ in range(REQUESTS // 10):
                with Client(found.balancer.port) as client:  # and so another server
                    for _ in range(10):
                        assert client.call(method, path, body)[0] == 200
            counts[method] = (reads(found.redis) - before) / REQUESTS
    return counts


@pytest.mark.parametrize("balancer", BALANCERS)
def test_two_servers_take_as_many_round_trips_for_a_request_as_one(tmp_path, balancer):
    counts = []
    for count in (1, 2):
        (tmp_path / str(count)).mkdir()
        with team(tmp_path / str(count), balancer, count) as found:
            counts.append(round_trips(found))
    one, two = counts
    # A client of ten requests makes an eleventh, which gets the challenge.
    assert one["GET"] <= 3
    assert one["PUT"] <= 4
    assert two["GET"] <= one["GET"] + 0.2
    assert two["PUT"] <= one["PUT"] + 0.2


@pytest.mark.parametrize("balancer", BALANCERS)
def test_no_acknowledged_write_is_lost_and_none_is_made_twice(tmp_path, balancer):
    writers, halt = [Writer(name) for name in "abcd"], Event()
    with team(tmp_path, balancer) as found, ThreadPoolExecutor(len(writers)) as threads:
        try:
            running = [threads.submit(each.write, found.balancer.port, halt) for each in writers]
            for kill in (found.kill_server, found.kill_balancer, found.kill_redis) * KILLS:
                made = [len(writer.made) for writer in writers]
                wait_until(
                    lambda made=made: all(
                        len(each.made) > before for each, before in zip(writers, made, strict=True)
                    )
                )
                kill()
                time.sleep(0.2)
        finally:
            halt.set()
        for each in running:
            each.result()
        for server in found.servers:
            with Client(server.port) as client:
                stored = Counter(stored_addresses(client))
            made = {each for writer in writers for each in writer.made}
            assert (made - stored.keys(), {k: n for k, n in stored.items() if n > 1}) == (set(), {})
