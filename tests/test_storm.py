"""Writers, crashes and broken requests in large numbers: a few seconds here, more in `make storm`.

What is in tests/storm/ says what is asserted on the way.
"""

from __future__ import annotations

import json
import time
from contextlib import closing
from random import Random

import pytest

from opsemu.store import open_store

from .serving import Served
from .storm import fuzz, kills
from .storm.client import Client
from .storm.crashes import crash, slots
from .storm.sizes import small_or
from .storm.writers import last_values, seed, storm


def verify(state: str) -> None:
    """Fail if any file in a state directory is torn."""
    with closing(open_store(state)) as store:
        store.backend.verify(60)


@pytest.fixture
def arguments(tmp_path):
    """`opsemu serve` on a directory, with all that is written to."""
    (tmp_path / "seed.json").write_text(json.dumps(seed()))
    return (tmp_path, "--state", f"file:{tmp_path / 'state'}", "--seed", tmp_path / "seed.json")


@pytest.mark.parametrize("writes", small_or(storm=126, small=10))
def test_writers_at_once_lose_and_tear_nothing(arguments, writes):
    with Served(*arguments, "--threads", 8) as served:
        assert storm([served.port] * 2, writes) == 15 * writes
        values = last_values(served.port)
    assert values == dict.fromkeys(values, f"value {writes - 1}")
    assert "Traceback" not in served.log
    verify(arguments[2])


@pytest.mark.parametrize("rounds", small_or(storm=20, small=2))
def test_what_was_acknowledged_before_a_kill_is_there_after_a_restart(arguments, rounds):
    dice, written = Random(rounds), slots()
    for _ in range(rounds):
        with Served(*arguments) as served:
            crash(served, written, writes=dice.randint(5, 15))
        verify(arguments[2])
        with Served(*arguments) as served, Client(served.port) as client:
            assert all(slot.is_in(client) for slot in written), written
    assert sum(slot.acknowledged for slot in written) > 5 * rounds


@pytest.mark.parametrize("rounds", small_or(storm=20, small=1))
def test_killed_servers_and_redis_lose_nothing_acknowledged(tmp_path, rounds):
    with kills.targets(tmp_path) as every:
        for target in every.values():
            found = kills.run(target, rounds, Random(rounds))
            assert all(each.kills == rounds and each.acknowledged for each in found.values())
            assert sum(each.lost for each in found.values()) == 0, found
            assert not any("Traceback" in server.log for server in target.servers)


def test_changed_requests_are_refused_or_answered_and_nothing_breaks(tmp_path):
    with Served(tmp_path) as served:
        figures = fuzz.run(served, 1, lambda count: count < 1, batch=100)
    assert {200, 400, 401, 404, 505} <= set(figures.statuses)
    assert figures.failures == []
    assert ("Traceback" in served.log, " ERROR " in served.log) == (False, False)


@pytest.mark.storm
def test_five_minutes_of_changed_requests_leave_no_trace(tmp_path):
    with Served(tmp_path) as served:
        fuzz.run(served, 1, lambda count: count < fuzz.WARM_UP)
        before, deadline = served.memory(), time.monotonic() + 300
        figures = fuzz.run(served, 2, lambda count: time.monotonic() < deadline)
        grown = served.memory() - before
    assert figures.failures == []
    assert ("Traceback" in served.log, " ERROR " in served.log) == (False, False)
    assert figures.slowest < 1, figures.slowest_content
    assert grown < fuzz.MEMORY


def test_a_mebibyte_of_brackets_time_and_again_fills_no_memory(tmp_path):
    with Served(tmp_path) as served, Client(served.port) as client:
        path = "/api/public/v1.0/groups/c0ffeec0ffeec0ffeec0ffee/integrations/SLACK"
        before = 0
        for turn in range(40):
            assert client.call("PUT", path, "[" * 1024 * 1024)[0] == 400
            before = served.memory() if turn == 10 else before
        assert served.memory() - before < 16 * 1024
