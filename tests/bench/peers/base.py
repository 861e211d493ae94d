"""What a peer is: how it is installed, started on a port, prepared, and what it is asked.

The generic peers answer one body, opsemu's own list of five integrations, and ask for no
authentication.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..signing import Request

INSTALLING = 900  # seconds at most

PATH = "/groups/c0ffeec0ffeec0ffeec0ffee/integrations"
SLACK = '{"type":"SLACK","apiToken":"1234567890","teamName":"My Team"}'


class Missing(Exception):
    """A peer that cannot be had here; the message is the reason."""


@dataclass(frozen=True)
class Place:
    """Where a peer runs: its port, an empty directory of its own, the list it has to answer."""

    port: int
    scratch: Path
    body: str


class Peer:
    """A server to be measured. `warm` is for how many seconds it is loaded before the rounds.

    `note` tells what is particular about it; `keeps_log`, whether its stderr is kept.
    `version` is known once it is installed.
    """

    name: str
    note: str = ""
    version: str = ""
    warm: int = 1
    keeps_log: bool = False
    read = Request("GET", (PATH,))
    write: Request | None = Request("POST", (f"{PATH}/SLACK",), SLACK)

    def install(self, cache: Path) -> None:
        """Make sure that it can be started; raises Missing."""

    def command(self, place: Place) -> list[str]:
        """What starts it on a port of 127.0.0.1."""
        raise NotImplementedError

    def prepare(self, place: Place) -> None:
        """Bring it into the state in which it is loaded, once it answers."""

    def reads(self) -> Sequence[tuple[str, Request]]:
        """What is read of it, each as a row of its own."""
        return ((self.name, self.read),)


def installed(name: str, command: Sequence[str | Path], cwd: Path | None = None) -> None:
    """Run an installer to its end; raises Missing with the last thing that it said."""
    try:
        done = subprocess.run(
            command, cwd=cwd, timeout=INSTALLING, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Missing(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Missing(f"installing {name} took more than {INSTALLING} s") from None
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason told").splitlines()[-1]
        raise Missing(f"{name} could not be installed: {last}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
