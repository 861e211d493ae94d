"""Build the image of the Dockerfile without a container engine, and try it.

Each stage is a copy of a Debian root made by debootstrap, in which the Dockerfile's own RUN,
COPY, ENV, USER, HEALTHCHECK and CMD lines are executed with chroot. It needs root and Debian's
debootstrap: `sudo make image`.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "image"
SUITE = "trixie"  # of the image that the Dockerfile begins with
# Folders that a slim Debian image lacks.
NOT_IN_SLIM = (
    "var/cache",
    "var/lib/apt/lists",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
)
BUILD_TOOLS = ("pip", "gcc", "make")
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
# What pip and apt of this machine need to be told, if anything.
PASSED_ON = ("PIP_", "http_proxy", "https_proxy", "no_proxy")
MACHINE_FILES = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")


class Instruction(NamedTuple):
    """A line of a Dockerfile: the word that it begins with, and the rest."""

    name: str
    text: str


def instructions() -> list[Instruction]:
    """The lines of the Dockerfile, those that end with a backslash joined with the next."""
    content = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line.strip() for line in content.splitlines())
    return [Instruction(*line.split(maxsplit=1)) for line in lines if line]


class Stage:
    """A root folder with the environment and the user of the instructions so far."""

    def __init__(self, root: Path, start: Path) -> None:
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "--archive", start, root], check=True)
        self.root = root
        self.user = "root"
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        self.health: list[str] = []
        self.command: list[str] = []

    def run(self, command: list[str], **variables: str) -> None:
        """Run a command in the root; its failure ends the program."""
        subprocess.run(self.in_root(command), env=self.environment | variables, check=True)

    def in_root(self, command: list[str]) -> list[str]:
        """The command line that runs a command in the root, as the stage's user."""
        return [CHROOT, f"--userspec={self.user}", str(self.root), *command]

    def copy(self, text: str, stages: dict[str, Stage]) -> None:
        """COPY, from another stage or from what .dockerignore leaves of the sources."""
        *options, source, target = shlex.split(text)
        place = self.root / target.lstrip("/")
        if options:
            start = stages[options[0].removeprefix("--from=")].root / source.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "--archive", start, place], check=True)
            return
        place.mkdir()
        for line in (ROOT / ".dockerignore").read_text().split()[1:]:
            path = ROOT / line.removeprefix("!")
            subprocess.run(["cp", "--archive", path, place], check=True)


def build() -> Stage:
    """Execute the Dockerfile; the last stage."""
    base = BUILD / "debian"
    if not (base / "etc" / "debian_version").exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        options = ("--variant=minbase", "--include=ca-certificates")
        subprocess.run(["debootstrap", *options, SUITE, base], check=True, stdout=sys.stderr)
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    stages: dict[str, Stage] = {}
    for name, text in instructions():
        if name == "FROM":
            source, *alias = text.split(" AS ")
            label = alias[0] if alias else "final"
            start = stages[source].root if source in stages else base
            stage = stages[label] = Stage(BUILD / label, start)
            for path in filter(os.path.exists, MACHINE_FILES):
                (stage.root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, stage.root / path[1:])
        elif name == "RUN":
            stage.run(["sh", "-c", text], **passed)
        elif name == "COPY":
            stage.copy(text, stages)
        elif name == "ENV":
            key, _, value = text.partition("=")
            stage.environment[key] = value
        elif name == "USER":
            stage.user = text
        elif name == "HEALTHCHECK":
            stage.health = json.loads(text.partition("CMD ")[2])
        elif name == "CMD":
            stage.command = json.loads(text)
        elif name not in ("VOLUME", "EXPOSE"):
            raise SystemExit(f"this program does not know {name}")
    return stage


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def try_out(stage: Stage) -> None:
    """Start the image's command, ask for its health, call it, and stop it with SIGTERM."""
    port = free_port()
    environment = {**stage.environment, "OPSEMU_PORT": str(port)}
    serving = subprocess.Popen(stage.in_root(stage.command), env=environment)
    try:
        health = [*stage.in_root(stage.health)]
        for _ in range(100):
            if subprocess.run(health, env=environment, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        else:
            raise SystemExit("the health check fails")
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/__admin/version", timeout=5
        ) as answer:
            print("version:", json.load(answer))
        status = Path(f"/proc/{serving.pid}/status").read_text()
        (uid,) = (line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
        print("user id:", uid)
    finally:
        started = time.monotonic()
        serving.send_signal(signal.SIGTERM)
        code = serving.wait(10)
    print(f"stopped with {code} after {time.monotonic() - started:.2f} s")


def size(root: Path, below: Path | None = None) -> float:
    """The compressed size in megabytes of a root, or of what it adds to the one below."""
    archive = BUILD / "layer.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=6) as content:
        for path in root.rglob("*"):
            name = path.relative_to(root)
            is_left_out = str(name).startswith(NOT_IN_SLIM) or (below and (below / name).exists())
            if not is_left_out and (path.is_symlink() or path.is_file()):
                content.add(path, str(name))
    return archive.stat().st_size / 1e6


if __name__ == "__main__":
    image = build()
    try_out(image)
    tools = [name for name in BUILD_TOOLS if list(image.root.glob(f"**/bin/{name}"))]
    print("build tools left:", ", ".join(tools) or "none")
    debian = BUILD / "debian"
    print(f"compressed: {size(image.root, debian):.1f} MB on a base of {size(debian):.1f} MB")
