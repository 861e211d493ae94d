"""The load client: `wrk`, as a client in Python would cost as much as the server.

wrk 4 is Debian's package `wrk`; where it is missing, it is fetched by its name into the cache.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click

from .signing import Request, write

SHARED_MEMORY = Path("/dev/shm")
SCRIPT = Path(__file__).with_name("replay.lua")
PACKAGES = ("wrk", "libluajit-5.1-2")
ABSENT = "wrk is missing and cannot be fetched: apt-get install wrk"
# Requests per second that are prepared for a start; more, if they turn out to be too few.
FIRST_GUESS = 30_000
MOST_TRIES = 6


class Load(NamedTuple):
    """What a run showed: good answers per second, others, latencies in microseconds."""

    rate: float
    errors: int
    p50: float
    p99: float


class Client(NamedTuple):
    """A wrk that can be started."""

    program: str
    libraries: str

    def environment(self, **more: str) -> dict[str, str]:
        """The variables that it runs with."""
        found = {"LD_LIBRARY_PATH": self.libraries} if self.libraries else {}
        return {**os.environ, **found, **more}

    def version(self) -> str:
        """What it calls itself."""
        shown = subprocess.run(
            [self.program, "-v"], env=self.environment(), capture_output=True, text=True
        )
        return " ".join(shown.stdout.split()[:2])


@cache
def client(where: Path) -> Client:
    """wrk as it is installed, or as fetched into a folder; ends in one line if it cannot be had."""
    installed = shutil.which("wrk")
    if installed:
        return Client(installed, "")
    home = where / "wrk"
    if not list(home.glob("usr/bin/wrk")):
        _fetch(home)
    libraries = ":".join(str(path) for path in home.glob("usr/lib/*"))
    found = Client(str(home / "usr/bin/wrk"), libraries)
    if not found.version().startswith("wrk"):
        raise click.ClickException(ABSENT)
    return found


def _fetch(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    try:
        fetch = ["apt-get", "download", *PACKAGES]
        subprocess.run(fetch, cwd=home, check=True, timeout=120, capture_output=True)
        for package in home.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, home], check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise click.ClickException(ABSENT) from None


class Loader:
    """Runs wrk against servers on loopback; remembers how fast each was, to prepare enough.

    Requests lie in a file below `folder`, better in memory: some of the servers wait for the disk.
    """

    def __init__(self, wrk: Client, folder: Path) -> None:
        self.wrk = wrk
        self.file = folder / "requests"
        self.rates: dict[tuple[str, int, Request], float] = {}

    def run(self, request: Request, port: int, connections: int, seconds: int) -> Load:
        """Keep so many connections busy for whole seconds; repeated if requests run out."""
        key = (str(port), connections, request)
        for _ in range(MOST_TRIES):
            count = int(self.rates.get(key, FIRST_GUESS) * 1.5 * (seconds + 0.2)) + 1000
            constant = write(request, port, count, self.file)
            told = self._told(constant, port, connections, seconds)
            rate = (told["requests"] + told["ran_out"]) / told["seconds"]
            self.rates[key] = max(rate, self.rates.get(key, 0))
            if not told["ran_out"]:
                return _load(told, request)
        raise RuntimeError(f"port {port} is faster than requests are prepared: {rate:.0f}/s")

    def _told(self, constant: bool, port: int, connections: int, seconds: int) -> dict[str, float]:
        variables = {
            "REPLAY_FILE": str(self.file),
            **({"REPLAY_CONSTANT": "1"} if constant else {}),
        }
        command = [self.wrk.program, "-t1", f"-c{connections}", f"-d{seconds}s"]
        done = subprocess.run(
            [*command, "--timeout", "10s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}"],
            env=self.wrk.environment(**variables),
            capture_output=True,
            text=True,
            timeout=seconds + 60,
        )
        lines = done.stderr.splitlines()
        if done.returncode or not lines:
            raise RuntimeError(f"wrk failed on port {port}: {done.stderr.strip() or done.stdout}")
        told: dict[str, float] = json.loads(lines[-1])
        return told


def _load(told: dict[str, float], request: Request) -> Load:
    good = told["requests"] - told["refused"]
    if request.expects >= 400:
        good = told["refused"]
    errors = told["requests"] - good + told["broken"]
    return Load(good / told["seconds"], int(errors), told["p50"], told["p99"])
