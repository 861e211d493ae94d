"""Servers that are killed while they replace, make or delete worlds, and what is there then."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Thread

import pytest
import requests

from ..redis_servers import fresh
from ..serving import Served

PROJECT = {"orgId": "a" * 24, "created": "2020-01-01T00:00:00Z"}

Owners = dict[str, dict[str, dict[str, dict[str, str]]]]


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.storm)])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A state that outlives its server."""
    if request.param == "file":
        return f"file:{tmp_path / 'state'}"
    return fresh(request.getfixturevalue("redis_server"))


class Mortal:
    """A server that is killed during requests, and started again on its state."""

    def __init__(self, folder: Path, state: str) -> None:
        self.served = Served(folder, "--state", state).__enter__()
        self.arguments = (folder, "--state", state)

    def ask(self, method: str, path: str, value: object = None) -> requests.Response:
        """The admin API's answer; it is no error."""
        url = f"{self.served.admin_url}{path}"
        answer = requests.request(method, url, json=value, timeout=60)
        assert answer.ok, answer.text
        return answer

    def owners(self, world: str = "default") -> Owners:
        """What a world holds."""
        found: Owners = self.ask("GET", f"/state?world={world}").json()["owners"]
        return found

    def worlds(self) -> list[str]:
        """The names of all worlds."""
        found: list[str] = self.ask("GET", "/worlds").json()["worlds"]
        return found

    def kill_during(self, method: str, path: str, value: object, pause: float) -> None:
        """Kill the server `pause` seconds after a request was sent; start it again."""

        def ask() -> None:
            with suppress(requests.ConnectionError, AssertionError):
                self.ask(method, path, value)

        asking = Thread(target=ask)
        asking.start()
        time.sleep(pause)
        self.served.stop(signal.SIGKILL)
        asking.join()
        self.served = Served(*self.arguments).__enter__()


@pytest.fixture
def mortal(tmp_path: Path, state: str) -> Iterator[Mortal]:
    """A server on the state."""
    mortal = Mortal(tmp_path, state)
    yield mortal
    mortal.served.stop(signal.SIGTERM)


def numbered(digit: str, count: int) -> Owners:
    """So many projects whose ids begin with a digit."""
    ids = [f"{digit}{number:023x}" for number in range(count)]
    abouts = [{**PROJECT, "id": each, "name": each} for each in ids]
    return {f"project/{each['id']}": {"project": {each["id"]: each}} for each in abouts}


@pytest.mark.parametrize(
    ("rounds", "count"),
    [
        pytest.param(1, 50, id="small"),
        pytest.param(20, 3_000, id="whole", marks=pytest.mark.storm),
    ],
)
def test_a_killed_reset_restore_or_import_leaves_the_old_or_the_new_world(mortal, rounds, count):
    dice, seed = Random(rounds), mortal.owners().keys()
    worlds = [numbered(digit, count) for digit in "ab"]
    known = {frozenset(seed), *(frozenset(world) for world in worlds)}
    for number, world in enumerate(worlds):
        started = time.monotonic()
        mortal.ask("PUT", "/state", {"format": 1, "owners": world})
        took = time.monotonic() - started
        mortal.ask("POST", "/snapshots", {"name": f"s{number}"})
    changes = [
        ("POST", "/reset", None),
        ("POST", "/snapshots/s0/restore", None),
        ("PUT", "/state", {"format": 1, "owners": worlds[1]}),
    ]
    for change in changes * rounds:
        mortal.kill_during(*change, dice.uniform(0, took * 1.2))
        assert frozenset(mortal.owners()) in known
    mortal.ask("POST", "/reset")
    assert mortal.owners().keys() == seed


@pytest.mark.storm
def test_a_killed_creation_or_deletion_is_finished_by_asking_again(mortal, state):
    dice, count = Random(20), 300
    projects = [{"id": f"{n:024x}", "name": f"p{n}", "orgId": "a" * 24} for n in range(count)]
    key = {"publicKey": "k", "privateKey": "k", "roles": []}
    body = {"document": {"projects": projects, "apiKeys": [key]}}
    started = time.monotonic()
    mortal.ask("POST", "/worlds", {"name": "first", **body})
    took = time.monotonic() - started
    for number in range(20):
        name = f"w{number}"
        mortal.kill_during("POST", "/worlds", {"name": name, **body}, dice.uniform(0, took * 1.2))
        if name in mortal.worlds():
            assert len(mortal.owners(name)) == count + 1
        elif state.startswith("file:"):
            mortal.ask("POST", "/worlds", {"name": name, **body})
        else:  # another server might still be making it
            continue
        mortal.kill_during("DELETE", f"/worlds/{name}", None, dice.uniform(0, took / 4))
        if name in mortal.worlds():
            mortal.ask("DELETE", f"/worlds/{name}")
        assert name not in mortal.worlds()
        mortal.ask("POST", "/worlds", {"name": name, **body})
    assert len(mortal.owners("first")) == count + 1
