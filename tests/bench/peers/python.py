"""Peers of Python packages, each in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from opsemu.application import SEEDS
from opsemu.mongodb.seeding import first_access

from ..signing import Request
from .base import SLACK, Peer, Place, installed

SERVERS = Path(__file__).parents[1] / "servers"
_DEMO = first_access(SEEDS.load("demo"))
_KEY = (_DEMO.public_key, _DEMO.private_key)


class PythonPeer(Peer):
    """A peer whose first package gives it its version."""

    packages: tuple[str, ...]

    def install(self, cache: Path) -> None:
        self.home = cache / self.packages[0].partition("[")[0].replace("==", "-")
        self.python = str(self.home / "bin" / "python")
        mark = self.home / "installed"
        if not mark.exists():
            installed(self.name, [sys.executable, "-m", "venv", "--clear", self.home])
            pip = [self.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            installed(self.name, [*pip, *self.packages])
            mark.touch()
        self.version = self._version()

    def _version(self) -> str:
        package = self.packages[0].partition("[")[0].partition("==")[0]
        ask = f"import importlib.metadata as m; print(m.version({package!r}))"
        shown = subprocess.run([self.python, "-c", ask], capture_output=True, text=True)
        return shown.stdout.strip()


class Moto(PythonPeer):
    """moto's server, as a reference."""

    name = "moto server"
    note = "S3's list of buckets"
    packages = ("moto[s3,server]",)
    read = Request("GET", ("/",))
    write = None

    def command(self, place: Place) -> list[str]:
        program = str(self.home / "bin" / "moto_server")
        return [program, "-H", "127.0.0.1", "-p", str(place.port)]


class PytestHttpserver(PythonPeer):
    """pytest-httpserver with a handler for each request."""

    name = "pytest-httpserver"
    packages = ("pytest-httpserver",)

    def command(self, place: Place) -> list[str]:
        script = str(SERVERS / "httpserver.py")
        return [self.python, script, str(place.port), self.read.targets[0], place.body]


class Httpbin(PythonPeer):
    """httpbin's digest route, which verifies a digest on each request."""

    name = "httpbin digest"
    note = "gunicorn gthread, 4 threads; verifies digest"
    packages = ("httpbin", "gunicorn", "setuptools<81")
    read = Request("GET", ("/digest-auth/auth/opsowner/secret",), key=("opsowner", "secret"))
    write = None

    def command(self, place: Place) -> list[str]:
        how = ["--worker-class", "gthread", "--threads", "4", "--log-level", "error"]
        where = ["--bind", f"127.0.0.1:{place.port}"]
        return [str(self.home / "bin" / "gunicorn"), *how, *where, "httpbin:app"]


class NaiveMock(PythonPeer):
    """The mock in `servers/naive.py`: digest, a session cookie, one file for all state."""

    name = "naive Flask mock"
    note = "what one writes in an afternoon; verifies digest"
    packages = ("flask", "flask-httpauth", "tinydb")
    read = Request("GET", (f"/groups/{_DEMO.group_id}/integrations",), key=_KEY)
    write = Request("POST", (f"/groups/{_DEMO.group_id}/integrations/SLACK",), SLACK, key=_KEY)

    def command(self, place: Place) -> list[str]:
        state = str(place.scratch / "state.json")
        return [self.python, str(SERVERS / "naive.py"), str(place.port), state]


PYTHON_PEERS = (PytestHttpserver(), Moto(), Httpbin(), NaiveMock())
