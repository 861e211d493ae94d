"""What others build on keeps its name: a change of it is a line in CHANGELOG and here.

`python -m tests.test_public` writes the names as they are to tests/public.json.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import requests

import opsemu.testing
from opsemu import schemas
from opsemu.server import Emulator
from opsemu.testing import pytest_plugin
from tests.conftest import OWNER, signed
from tests.serving import opsemu as run

NAMES = Path(__file__).with_name("public.json")
# Of `opsemu serve`, not for tests.
UNDOCUMENTED = {"bind", "response_cache", "run", "services"}
PROJECT = {"project": "c0ffeec0ffeec0ffeec0ffee"}


def members(kind: type) -> list[str]:
    """What a class offers, inherited members and annotated fields included."""
    names = {*dir(kind), *getattr(kind, "__annotations__", ())} - {*dir(Exception)}
    return sorted(name for name in names if not name.startswith("_"))


def command_line() -> dict[str, list[str]]:
    """Every command with its arguments, flags and variables."""
    from opsemu.cli.verbs import cli

    return dict(sorted(commands("opsemu", cli)))


def commands(path: str, command: click.Command) -> list[tuple[str, list[str]]]:
    """A command and those below it."""
    below = getattr(command, "commands", {})
    names = [
        " ".join([*parameter.opts, *([str(parameter.envvar)] if parameter.envvar else [])])
        for parameter in command.params
    ]
    rows = [(path, sorted(names))]
    for name, each in below.items():
        rows += commands(f"{path} {name}", each)
    return rows


class Options:
    """Notes the options that the plugin adds."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def getgroup(self, *_: object) -> Options:
        return self

    def addoption(self, name: str, **_: object) -> None:
        self.names.append(name)

    def addini(self, name: str, *_: object) -> None:
        self.names.append(name)


def plugin() -> dict[str, list[str]]:
    """The options and the fixtures of the pytest plugin."""
    options = Options()
    pytest_plugin.pytest_addoption(options)  # type: ignore[arg-type]
    fixtures = [
        name
        for name, value in vars(pytest_plugin).items()
        if type(value).__name__ == "FixtureFunctionDefinition"
    ]
    return {"options": sorted(options.names), "fixtures": sorted(fixtures)}


def exit_codes() -> dict[str, int]:
    """What the command line ends with."""
    return {
        "help": run("--help").returncode,
        "usage": run("serve", "--port", "x").returncode,
        "unreachable": run("worlds", "list", "--url", "http://127.0.0.1:9").returncode,
        "settings": run("serve", "--state", "nowhere:").returncode,
        "unhealthy": run("healthcheck", "--url", "http://127.0.0.1:9").returncode,
    }


def control_plane(url: str) -> dict[str, Any]:
    """Paths, parameters and members of bodies, as the control plane describes them."""
    described = requests.get(f"{url}/openapi.json", timeout=20).json()
    return {
        f"{method.upper()} {path}": sorted(
            [row["name"] for row in operation["parameters"]]
            + sorted(body_members(operation, described))
        )
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }


def body_members(operation: dict[str, Any], described: dict[str, Any]) -> list[str]:
    """The members of an operation's request body."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = body.get("schema", {})
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return list(schema.get("properties", {}))


def answers(url: str) -> dict[str, list[str]]:
    """The members of the control plane's answers."""

    def keys(method: str, path: str, **sent: Any) -> list[str]:
        answer = requests.request(method, url + path, timeout=20, **sent)
        assert answer.ok, answer.text
        return sorted(answer.json())

    made = requests.post(f"{url}/worlds", json={"seed": "demo"}, timeout=20).json()
    world = {"world": made["name"]}
    rows = requests.get(f"{url}/requests", timeout=20).json()["requests"]
    shown = {
        "health": keys("GET", "/health"),
        "ready": keys("GET", "/ready"),
        "version": keys("GET", "/version"),
        "config": keys("GET", "/config"),
        "world": keys("GET", f"/worlds/{made['name']}"),
        "new world": sorted(made),
        "new world, mongodb": sorted(made["mongodb"]),
        "new world, opsramp": sorted(made["opsramp"]),
        "requests": keys("GET", "/requests"),
        "request": sorted(rows[-1]),
        "request, request": sorted(rows[-1]["request"]),
        "request, response": sorted(rows[-1]["response"]),
        "explain": keys("GET", f"/requests/{rows[-1]['id']}/explain"),
        "count": keys("GET", "/requests/count"),
        "verify": keys("POST", "/verify", params=world, json={"count": 0}),
        "clock": keys("GET", "/clock", params=world),
        "state": keys("GET", "/state", params=world),
        "fault": keys("POST", "/faults", params=world, json={"status": 503}),
        "faults": keys("GET", "/faults", params=world),
        "coverage": keys("GET", "/coverage"),
        "snapshots": keys("GET", "/snapshots", params=world),
        "integrations": keys("GET", "/integrations", params={**world, **PROJECT}),
        "installed": keys("GET", "/installed", params={**world, "tenant": "client_8"}),
    }
    requests.delete(f"{url}/worlds/{made['name']}", timeout=20)
    return shown


def public(emulator: Emulator) -> dict[str, Any]:
    """All names that others build on."""
    url = emulator.admin_url
    with signed(OWNER) as session:
        session.get(f"{emulator.url}/groups")
    coverage = requests.get(f"{url}/coverage", timeout=20).json()
    faults = requests.get(f"{url}/faults/names", timeout=20).json()
    metrics = requests.get(f"{url}/metrics", timeout=20).text
    return {
        "operations": sorted(coverage["operations"]),
        "faults": sorted(faults),
        "metrics": sorted({line.split()[2] for line in metrics.splitlines() if "# TYPE" in line}),
        "command line": command_line(),
        "exit codes": exit_codes(),
        "pytest": plugin(),
        "control plane": control_plane(url),
        "answers": answers(url),
        "opsemu.server.Emulator": sorted({*members(Emulator)} - UNDOCUMENTED),
        "opsemu.testing": sorted(opsemu.testing.__all__),
        "opsemu.testing, members": {
            name: members(value)
            for name in sorted(opsemu.testing.__all__)
            if inspect.isclass(value := getattr(opsemu.testing, name))
        },
        "opsemu.schemas": sorted(schemas.__all__),
        "types": sorted(schemas.REGISTRY),
    }


@pytest.fixture(scope="module")
def named() -> dict[str, Any]:
    with Emulator(seed="demo") as emulator:
        found: dict[str, Any] = json.loads(json.dumps(public(emulator)))
        return found


@pytest.mark.parametrize("kind", sorted(json.loads(NAMES.read_text())) if NAMES.exists() else [])
def test_public_names_stay(named, kind):
    assert named[kind] == json.loads(NAMES.read_text())[kind]


def test_every_kind_of_public_name_is_pinned(named):
    assert sorted(named) == sorted(json.loads(NAMES.read_text()))


if __name__ == "__main__":
    with Emulator(seed="demo") as own:
        NAMES.write_text(json.dumps(public(own), indent=1) + "\n")
    sys.exit(0)
