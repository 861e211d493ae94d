"""Peers that npm installs and Node runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ..signing import Request
from .base import PATH, SLACK, Missing, Peer, Place, free_port, installed
from .documents import mockoon, openapi


class NpmPeer(Peer):
    """A peer that is an npm package, below a directory of its own."""

    package: str
    wanted: str

    def install(self, cache: Path) -> None:
        if shutil.which("node") is None:
            raise Missing("node is not installed")
        self.home = cache / f"{self.package.replace('/', '-').lstrip('@')}-{self.wanted}"
        if not self._manifest.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            quiet = ("--no-audit", "--no-fund", "--loglevel", "error")
            package = f"{self.package}@{self.wanted}"
            installed(self.package, ["npm", "install", "--prefix", self.home, *quiet, package])
        self.version = json.loads(self._manifest.read_text())["version"]

    @property
    def _manifest(self) -> Path:
        return self.home / "node_modules" / self.package / "package.json"

    def program(self, name: str) -> str:
        """A command of the package."""
        return str(self.home / "node_modules" / ".bin" / name)


class Prism(NpmPeer):
    """Stoplight Prism: an OpenAPI document with an example."""

    package = "@stoplight/prism-cli"
    wanted = "5.16.0"

    def __init__(self, name: str, *flags: str) -> None:
        self.name = name
        self.flags = flags
        self.note = " ".join(flags)

    def command(self, place: Place) -> list[str]:
        document = openapi(PATH, json.loads(place.body))
        file = _written(place, "openapi.json", document)
        where = ["-h", "127.0.0.1", "-p", str(place.port)]
        return [self.program("prism"), "mock", *where, *self.flags, file]


class Mockoon(NpmPeer):
    """Mockoon's command line on an environment with two routes."""

    name = "Mockoon"
    package = "@mockoon/cli"
    wanted = "9.9.0"

    def command(self, place: Place) -> list[str]:
        environment = mockoon(PATH, place.port, place.body)
        file = _written(place, "environment.json", environment)
        return [self.program("mockoon-cli"), "start", "--disable-log-to-file", "--data", file]


class JsonServer(NpmPeer):
    """json-server: stateful, each POST rewrites its file."""

    package = "json-server"
    wanted = "0.17.4"
    read = Request("GET", ("/list",))

    def __init__(self, name: str, written: str, note: str) -> None:
        self.name = name
        self.note = f"lays its answer out over several lines; {note}"
        self.write = Request("POST", (written,), SLACK, expects=201)

    def command(self, place: Place) -> list[str]:
        tables = {"list": json.loads(place.body), "slack": json.loads(SLACK), "integrations": []}
        file = _written(place, "db.json", tables)
        where = ["--host", "127.0.0.1", "--port", str(place.port)]
        quiet = ["--quiet", "--snapshots", str(place.scratch)]
        return [self.program("json-server"), *where, *quiet, file]


class Mountebank(NpmPeer):
    """mountebank with one imposter."""

    package = "mountebank"
    wanted = "2.9.1"

    def __init__(self, name: str, *flags: str) -> None:
        self.name = name
        self.flags = flags
        self.note = " ".join(flags)

    def command(self, place: Place) -> list[str]:
        answer = {
            "statusCode": 200,
            "headers": {"Content-Type": "application/json", "Connection": "keep-alive"},
            "body": place.body,
        }
        imposter = {
            "protocol": "http",
            "host": "127.0.0.1",
            "port": place.port,
            "stubs": [{"responses": [{"is": answer}]}],
        }
        file = _written(place, "imposters.json", {"imposters": [imposter]})
        told = ["--configfile", file, "--localOnly", "--port", str(free_port()), *self.flags]
        kept = ["--pidfile", str(place.scratch / "mb.pid"), "--logfile", "/dev/null"]
        return [self.program("mb"), "start", *told, *kept]


NODE_PEERS = (
    Prism("Prism"),
    Prism("Prism, quiet", "--verboseLevel", "silent"),
    Mockoon(),
    JsonServer("json-server", "/integrations", "POST adds to a stored list"),
    JsonServer("json-server, one object", "/slack", "POST replaces a stored object"),
    Mountebank("mountebank"),
    Mountebank("mountebank, quiet", "--loglevel", "error"),
)


def _written(place: Place, name: str, document: dict[str, Any]) -> str:
    file = place.scratch / name
    file.write_text(json.dumps(document))
    return str(file)
