"""Real Redis servers for tests, on loopback and in folders of their own.

Where there is no program for it the tests are skipped, and fail where CI=true.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from redis import Redis
from redis.exceptions import RedisError

PROGRAMS = ("redis-server", "valkey-server")
PATIENCE = 20.0  # seconds after which a test gives up waiting
SLOTS = 16384

_numbers = itertools.count()
_dice = Random()


def program() -> str:
    """The server's program; without one the test is skipped, or fails where CI=true."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("redis-server is not on PATH, and CI leaves nothing out")
    if found is None:
        pytest.skip("redis-server is not on PATH")
    return found


class Server:
    """A server on a free port, for the length of a `with` block; it may be killed on the way."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.port = _free_port()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def address(self) -> str:
        """Its URL, without a number or a prefix."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run it, again on the same port and folder, until it answers."""
        words = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        with open(self.folder / f"{self.port}.log", "a") as log:
            self.process = subprocess.Popen(
                [program(), *words, "--save", "", *self.options], stdout=log, stderr=log
            )
        wait_until(self.answers)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def answers(self) -> bool:
        """Whether it answers; fails if it has ended."""
        assert self.process.poll() is None, (self.folder / f"{self.port}.log").read_text()
        return self.ask("PING") == b"PONG"

    def ask(self, *command: object) -> object:
        """The answer to a command; None while there is none."""
        try:
            with Redis(port=self.port, socket_timeout=PATIENCE, protocol=2) as client:
                client.set_response_callback(str(command[0]).upper(), lambda answer, **_: answer)
                return client.execute_command(*command)
        except (ConnectionError, RedisError):
            return None


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole run, which forgets all at its end."""
    with Server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Three nodes that share the slots of a cluster."""
    with ExitStack() as stack:
        nodes = []
        for _ in range(3):
            options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "5000")
            node = Server(tmp_path_factory.mktemp("node"), *options)
            nodes.append(stack.enter_context(node))
        _join(nodes)
        yield nodes


@pytest.fixture
def redis_url(redis_server: Server) -> str:
    """State on the server that nobody else has."""
    return fresh(redis_server)


@pytest.fixture
def cluster_url(redis_cluster: list[Server]) -> str:
    """State on the cluster that nobody else has."""
    return fresh(redis_cluster[0])


def fresh(server: Server) -> str:
    """The URL of an empty state on a server."""
    return f"{server.address}/0?prefix=test{os.getpid()}-{next(_numbers)}"


def wait_until(is_so: object) -> None:
    """Ask again and again, for as long as there is patience."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"{is_so} in vain"
        time.sleep(0.01)


def _join(nodes: list[Server]) -> None:
    """Give each node its share of the slots, and introduce all to the first."""
    share = SLOTS // len(nodes) + 1
    for number, node in enumerate(nodes):
        assert node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1) == b"OK"
        slots = range(number * share, min((number + 1) * share, SLOTS))
        assert node.ask("CLUSTER", "ADDSLOTS", *slots) == b"OK"
        assert nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port) == b"OK"
    for node in nodes:
        wait_until(lambda node=node: _is_joined(node, len(nodes)))


def _is_joined(node: Server, count: int) -> bool:
    told = node.ask("CLUSTER", "INFO")
    known = b"cluster_known_nodes:%d\r\n" % count
    return isinstance(told, bytes) and b"cluster_state:ok" in told and known in told


def _free_port() -> int:
    """A port that is free, as is the one 10,000 above, where the nodes of a cluster talk."""
    while True:
        port = _dice.randrange(15_000, 30_000)
        try:
            for number in (port, port + 10_000):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return port
