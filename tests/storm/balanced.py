"""Two servers on one Redis behind a balancer, each of which may be killed and comes back."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from ..conftest import DEMO
from ..nginx import TEMPORARY, free_port
from ..nginx import program as nginx_program
from ..redis_servers import Server, wait_until
from ..serving import PATIENCE, Served
from .client import Client
from .kills import AOF
from .writers import seed

PAGE = Path(__file__).parent.parent.parent / "docs" / "redis.md"
CONFIGS = f"/api/public/v1.0/groups/{DEMO}/alertConfigs"
BALANCERS = ("haproxy", "nginx")


def _program(balancer: str) -> str:
    if balancer == "nginx":
        return nginx_program()
    found = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("there is no haproxy, and CI leaves nothing out")
    if found is None:
        pytest.skip("there is no haproxy")
    return found


def configuration(balancer: str) -> str:
    """What the page on Redis shows for a balancer."""
    (found,) = re.findall(rf"```{balancer}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(found)


class Balancer:
    """One of BALANCERS on a free port, with the configuration of the page on Redis."""

    def __init__(self, folder: Path, name: str, ports: list[int]) -> None:
        self.port = free_port()
        self.folder, self.name = folder, name
        text = configuration(name).replace(":8790", f":{self.port}")
        text = text.replace("listen 8790", f"listen 127.0.0.1:{self.port}")
        for host, port in zip(("opsemu-1", "opsemu-2"), ports, strict=False):
            text = text.replace(f"{host}:{self.port}", f"127.0.0.1:{port}")
        kept = [line for line in text.splitlines() if "opsemu-2:" not in line]
        self.file = folder / f"{name}.conf"
        self.file.write_text(self._whole("\n".join(kept)) + "\n")

    def start(self) -> None:
        """Run it until it listens."""
        command = [_program(self.name), "-f", self.file, "-db"]
        if self.name == "nginx":
            command = [_program(self.name), "-p", self.folder, "-c", self.file, "-e", "stderr"]
        with open(self.folder / "balancer.log", "a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._listens)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def _listens(self) -> bool:
        assert self.process.poll() is None, (self.folder / "balancer.log").read_text()
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def _whole(self, text: str) -> str:
        if self.name == "haproxy":
            return text
        folders = "\n".join(f"{each}_temp_path {self.folder / each};" for each in TEMPORARY)
        return f"""daemon off; master_process off; pid {self.folder}/pid; error_log stderr;
            events {{ }} http {{ access_log off; {folders} {text} }}"""


@dataclass
class Team:
    """A Redis that syncs, servers on it, and a balancer in front of them."""

    folder: Path
    redis: Server
    balancer: Balancer
    servers: list[Served]

    def kill_server(self) -> None:
        """Kill a server, and start another one on its port."""
        killed = self.servers.pop(0)
        killed.stop(signal.SIGKILL)
        self.servers.append(Served(*_arguments(self.folder, self.redis, killed.port)).__enter__())

    def kill_balancer(self) -> None:
        """Kill the balancer, and start it again."""
        self.balancer.kill()
        self.balancer.start()

    def kill_redis(self) -> None:
        """Kill Redis, and start it again on its files."""
        self.redis.kill()
        self.redis.start()


def reads(redis: Server) -> int:
    """How often Redis has read from its clients: once for each pipeline."""
    told = redis.ask("INFO", "stats")
    assert isinstance(told, bytes)
    return int(told.partition(b"total_reads_processed:")[2].split()[0])


@contextmanager
def team(folder: Path, balancer: str, count: int = 2) -> Iterator[Team]:
    """A Redis, so many servers and a balancer."""
    (folder / "seed.json").write_text(json.dumps(seed()))
    with ExitStack() as stack:
        redis = stack.enter_context(Server(folder, *AOF))
        ports = [free_port() for _ in range(count)]
        servers = [Served(*_arguments(folder, redis, port)).__enter__() for port in ports]
        found = Team(folder, redis, Balancer(folder, balancer, ports), servers)
        stack.callback(lambda: [each.stop(signal.SIGTERM) for each in found.servers])
        found.balancer.start()
        stack.callback(lambda: found.balancer.kill())
        yield found


def _arguments(folder: Path, redis: Server, port: int) -> tuple[object, ...]:
    options = ("--state", f"{redis.address}/0", "--seed", folder / "seed.json")
    return (folder, *options, "--port", port)


@dataclass
class Writer:
    """Makes alert configurations that can be told apart; `made` were acknowledged."""

    name: str
    sent: int = 0
    made: list[str] = field(default_factory=list)

    def write(self, port: int, halt: Event) -> None:
        """Make one after the other through whoever answers at the port."""
        while not halt.is_set():
            try:
                with Client(port) as client:
                    while not halt.is_set():
                        self._make(client)
            except (ConnectionError, AssertionError, ValueError):  # no answer, or a 50x
                halt.wait(0.05)

    def _make(self, client: Client) -> None:
        self.sent += 1
        address = f"{self.name}-{self.sent}@a.example"
        notification = {"typeName": "EMAIL", "emailAddress": address, "intervalMin": 5}
        body = {"eventTypeName": "NO_PRIMARY", "notifications": [{**notification, "delayMin": 0}]}
        assert client.call("POST", CONFIGS, body)[0] == 201
        self.made.append(address)


def stored_addresses(client: Client) -> list[str]:
    """The addresses in all alert configurations of the project."""
    found: list[str] = []
    page = 1
    while True:
        status, body = client.call("GET", f"{CONFIGS}?pageNum={page}&itemsPerPage=500")
        assert status == 200, body
        found += [each["notifications"][0]["emailAddress"] for each in body["results"]]
        if len(found) >= body["totalCount"]:
            return found
        page += 1
