"""What is measured side by side. A peer is one class here and one row of PEERS.

A peer says how it is installed below a cache directory, how it is started on a port,
which path tells that it answers, and what is read from it and written to it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from opsemu.seeds import first_access, load_seed

DEMO = first_access(load_seed("demo"))
SLACK = '{"type":"SLACK","apiToken":"1234567890","teamName":"My Team"}'


class Request(NamedTuple):
    """What is sent over and over, to its targets by turns; what may be sent again without harm."""

    method: str
    targets: tuple[str, ...]
    body: str | None = None


class Peer:
    """A server to be measured; `key` signs its requests where it asks for that."""

    name: str
    ready: str
    read: Request
    write: Request | None = None
    key: tuple[str, str] | None = None

    def install(self, cache: Path) -> None:
        """Make sure that it can be started."""

    def command(self, port: int, scratch: Path) -> list[str]:
        """What starts it on a port of 127.0.0.1, with an empty directory of its own."""
        raise NotImplementedError


class Opsemu(Peer):
    """This emulator, as `opsemu serve` starts it from the environment that runs the benchmark."""

    integrations = f"/api/public/v1.0/groups/{DEMO.group_id}/integrations"
    ready = "/api/public/v1.0"
    read = Request("GET", (integrations,))
    write = Request("POST", (f"{integrations}/SLACK",), SLACK)
    key = (DEMO.public_key, DEMO.private_key)

    def __init__(self, state: str) -> None:
        self.state = state
        self.name = f"opsemu, {state}"

    def command(self, port: int, scratch: Path) -> list[str]:
        state = f"file:{scratch / 'state'}" if self.state == "file:" else self.state
        return [sys.executable, "-m", "opsemu", "serve", "--port", str(port), "--state", state]


class PythonPeer(Peer):
    """A peer of Python packages, in a virtual environment of its own."""

    packages: tuple[str, ...]

    def install(self, cache: Path) -> None:
        self.home = cache / self.name.partition(",")[0].replace(" ", "-")
        installed = self.home / "installed"
        if not installed.exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", self.home], check=True)
            pip = [self.python, "-m", "pip", "install", "--quiet", *self.packages]
            subprocess.run(
                pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            )
            installed.touch()

    @property
    def python(self) -> str:
        """The interpreter that has the packages."""
        return str(self.home / "bin" / "python")


class NaiveMock(PythonPeer):
    """The mock in `naive.py`: digest, a session cookie, one file for all state."""

    name = "naive Flask mock"
    packages = ("flask", "flask-httpauth", "tinydb")
    ready = "/"
    read = Request("GET", (f"/groups/{DEMO.group_id}/integrations",))
    write = Request("POST", (f"/groups/{DEMO.group_id}/integrations/SLACK",), SLACK)
    key = (DEMO.public_key, DEMO.private_key)

    def command(self, port: int, scratch: Path) -> list[str]:
        mock = Path(__file__).with_name("naive.py")
        return [self.python, str(mock), str(port), str(scratch / "state.json")]


class Moto(PythonPeer):
    """moto's server, as a reference: S3's list of buckets, no authentication."""

    name = "moto server, S3 ListBuckets"
    packages = ("moto[s3,server]",)
    ready = "/"
    read = Request("GET", ("/",))

    def command(self, port: int, scratch: Path) -> list[str]:
        return [str(self.home / "bin" / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]


PEERS: tuple[Peer, ...] = (Opsemu("memory:"), Opsemu("file:"), NaiveMock(), Moto())
