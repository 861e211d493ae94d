"""What a server needs is taken away and given back: file descriptors, and Redis."""

from __future__ import annotations

import json
import resource

import pytest

from ..conftest import DEMO
from ..redis_servers import Server
from ..serving import Served, challenge
from .client import Client
from .descriptors import none_left
from .kills import AOF
from .redis_troubles import TROUBLES, endure
from .sizes import small_or
from .writers import PROJECTS, address, body, seed


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """A Redis that syncs."""
    with Server(tmp_path_factory.mktemp("redis"), *AOF) as redis:
        yield redis


@pytest.fixture(scope="module")
def served(redis, tmp_path_factory):
    """A server on it."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "seed.json").write_text(json.dumps(seed()))
    state = f"{redis.address}/0"
    with Served(folder, "--state", state, "--seed", folder / "seed.json") as served:
        yield served


@pytest.mark.parametrize("seconds", small_or(storm=3, small=0.3))
@pytest.mark.parametrize(
    "kind",
    [kind if kind == "full" else pytest.param(kind, marks=pytest.mark.storm) for kind in TROUBLES],
)
def test_a_trouble_of_redis_is_answered_and_survived(served, redis, kind, seconds):
    assert 503 in endure(served, redis, kind, seconds).statuses


@pytest.mark.storm
def test_redis_may_be_gone_for_a_minute(served, redis):
    assert 503 in endure(served, redis, "killed", 60).statuses


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="prlimit is of Linux")
@pytest.mark.parametrize("rounds", small_or(storm=20, small=1))
def test_a_server_without_file_descriptors_says_so_and_recovers(tmp_path, rounds):
    (tmp_path / "seed.json").write_text(json.dumps(seed()))
    options = ("--state", f"file:{tmp_path / 'state'}", "--seed", tmp_path / "seed.json")
    path = address(DEMO, "SLACK")
    with Served(tmp_path, *options) as served, Client(served.port) as client:
        for turn in range(rounds):
            assert client.call("PUT", path, body("SLACK", teamName=f"kept {turn}"))[0] == 200
            with none_left(served):
                for _ in range(3):
                    status, shown = client.call("PUT", path, body("SLACK", teamName="lost"))
                    assert (status, shown["errorCode"]) == (503, "UNEXPECTED_ERROR")
                    status, shown = client.call("GET", path)
                    assert status == 503 or shown["teamName"] == f"kept {turn}"
                    assert client.call("GET", address(PROJECTS[0], "SLACK"))[0] in (404, 503)
            assert client.call("GET", path)[1]["teamName"] == f"kept {turn}"
            assert challenge(served.port)
        log = served.read_log()
    assert "Traceback" not in log
    assert log.count(" ERROR ") <= 9 * rounds
