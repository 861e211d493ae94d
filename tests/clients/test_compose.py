"""compose.yaml and the Dockerfile, as far as they can be tried without a container engine."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack

import pytest
import yaml

from opsemu.cli.group import DEFAULT_PORT
from opsemu.cli.verbs import cli
from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER, signed
from tests.nginx import free_port, nginx
from tests.redis_servers import Server

from .pages import ROOT
from .toolchain import go

# The library by which Docker Compose reads its files; its program prints what it has read.
LOADER = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2"
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
BUILT = [service for service in COMPOSE["services"].values() if "build" in service]
VARIABLES = {option.envvar for option in cli.commands["serve"].params}


def test_variables_ports_and_verbs_of_the_container_exist():
    dockerfile = (ROOT / "Dockerfile").read_text()
    commands = [json.loads(found) for found in re.findall(r"CMD (\[.*\])", dockerfile)]
    assert [program for program, _ in commands] == ["opsemu", "opsemu"]
    assert {verb for _, verb in commands} <= set(cli.commands)
    assert f"EXPOSE {DEFAULT_PORT}\n" in dockerfile
    variables = set(re.findall(r"ENV (OPSEMU_\w+)=", dockerfile))
    assert variables.union(*(service["environment"] for service in BUILT)) <= VARIABLES


@pytest.mark.client("compose-go")
def test_docker_composes_own_library_reads_the_file():
    model = yaml.safe_load(go("run", LOADER, str(ROOT / "compose.yaml"), cwd=ROOT))
    assert set(model["services"]) == set(COMPOSE["services"])
    targets = {p["target"] for each in model["services"].values() for p in each.get("ports", ())}
    assert targets == {DEFAULT_PORT}


def test_its_balancer_serves_two_servers_on_one_redis(tmp_path):
    content = COMPOSE["configs"]["balancer"]["content"].replace("$$", "$")
    with ExitStack() as stack:
        redis = stack.enter_context(Server(tmp_path))
        servers = [
            stack.enter_context(Emulator(state=f"{redis.address}/0", seed="demo")) for _ in range(2)
        ]
        addresses = " ".join(f"server 127.0.0.1:{server.port};" for server in servers)
        port = free_port()
        content = content.replace(f"server shared:{DEFAULT_PORT};", addresses)
        content = content.replace(f"listen {DEFAULT_PORT}", f"listen 127.0.0.1:{port}")
        stack.enter_context(nginx(tmp_path, port, content))
        url = f"http://127.0.0.1:{port}/api/public/v1.0/groups/{DEMO}/integrations"
        with signed(OWNER) as session:
            lists = [session.get(url).json() for _ in range(4)]
        assert {body["links"][0]["href"].partition("?")[0] for body in lists} == {url}
