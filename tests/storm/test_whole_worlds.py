"""A world is whole after a kill: as it was, or as it was to become."""

from __future__ import annotations

from random import Random

import pytest

from ..redis_servers import Server
from .kills import AOF, Target
from .sizes import small_or
from .whole_worlds import (
    Replacement,
    content,
    delete_projects,
    delete_world,
    replace,
    replacements,
    seed_of,
)

PROJECTS = 60
RESET = Replacement("POST", "/reset", {})


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One server on files that are synced."""
    folder = tmp_path_factory.mktemp("files")
    target = Target(folder, f"file:{folder / 'state'}", document=seed_of(PROJECTS))
    target.start()
    yield target
    target.stop()


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """One server on a Redis that syncs."""
    folder = tmp_path_factory.mktemp("redis")
    with Server(folder, *AOF) as redis:
        document = seed_of(PROJECTS)
        target = Target(folder, f"{redis.address}/0", redis, document=document, count=1)
        target.start()
        yield target
        target.stop()


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.storm)])
def target(request):
    """A server on each kind of state that outlives it, in the state of its seed."""
    target = request.getfixturevalue(request.param)
    assert RESET.run(target.servers[0])
    return target


@pytest.mark.parametrize("rounds", small_or(storm=20, small=1))
@pytest.mark.parametrize(
    "kind",
    ["reset", *(pytest.param(kind, marks=pytest.mark.storm) for kind in ("restore", "import"))],
)
def test_a_state_is_replaced_whole_or_not_at_all(target, kind, rounds):
    way, new = replacements(target.servers[0])[kind], content(target.servers[0])
    way.measure(target.servers[0])
    dice = Random(f"{kind} {rounds}")
    for number in range(rounds):
        replace(target, way, new, number, dice)
    assert all("Traceback" not in server.read_log() for server in target.servers)


@pytest.mark.parametrize("rounds", small_or(storm=20, small=1))
def test_a_deleted_project_leaves_no_ghost(target, rounds):
    dice, deleted = Random(rounds), 0
    for _ in range(rounds):
        deleted += delete_projects(target, dice)
        assert RESET.run(target.servers[0])
    assert deleted > rounds


@pytest.mark.parametrize("rounds", small_or(storm=20, small=1))
def test_a_deleted_world_is_whole_or_gone(target, rounds):
    dice = Random(rounds)
    for number in range(rounds):
        delete_world(target, number, dice, takes=0.05)
