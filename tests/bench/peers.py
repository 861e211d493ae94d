"""The servers to measure: rows of `peers.json`, which are installed, started and stopped here."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import requests
from requests.auth import HTTPDigestAuth

from .wrk import OWNER, Request

INSTALL_SECONDS, START_SECONDS, STOP_SECONDS, POLL_SECONDS = 900, 60, 10, 0.004
CACHE = Path(os.environ.get("OPSEMU_CACHE", "~/.cache/opsemu")).expanduser().resolve() / "bench"
FOLDER = Path(__file__).parent
TABLE = json.loads((FOLDER / "peers.json").read_text())
BODY = json.dumps(TABLE["list"], separators=(",", ":"))  # that all answer


class Peer(NamedTuple):
    """A row of the table; the server is ready once it gives the first read a good answer.

    `install`: `pip` or `npm` and packages; empty for opsemu as it is installed here. `config`:
    a file of the temporary folder; the table has its content. `command` may name {python},
    {scripts} (the folder `servers`), {home} (where the packages are), {port}, {spare} (another
    free port), {folder} (the temporary folder, where it runs) and {config}. `suite`: what a
    test sends to isolate and arrange, what it lets the code under test call, what it sends to
    assert (with a pattern of the answer) and at its end; see `suite.py`.
    """

    name: str
    command: str
    install: str = ""
    config: str = ""
    reads: dict[str, Request] = {"": Request(["/list"])}
    writes: dict[str, Request] = {}
    warm_seconds: int = 1
    suite: dict[str, Any] = {}
    note: str = ""

    @property
    def home(self) -> Path:
        """The folder that the packages are installed in."""
        return CACHE / re.sub(r"[^\w.]+", "-", self.install)


class Server(NamedTuple):
    """A peer that answers on a port of loopback; milliseconds from its start to a good answer."""

    peer: Peer
    port: int
    pid: int
    start_ms: float


def read_peers(row: dict[str, Any]) -> Iterator[Peer]:
    """Yield a row's peer, or its variants, which differ in the {flags} of the command."""
    row = {"name": "", **row}
    for kind in {"reads", "writes"} & row.keys():
        row[kind] = {name: Request(**request) for name, request in row[kind].items()}
    for name, flags in row.pop("variants", {row["name"]: ""}).items():
        command = row["command"].replace("{flags}", flags)
        yield Peer(**{"note": flags, **row, "name": name, "command": command})


PEERS = {peer.name: peer for row in TABLE["peers"] for peer in read_peers(row)}


def install(peer: Peer) -> None:
    """Install a peer's packages, unless they are; raises OSError or SubprocessError."""
    home, (kind, *packages) = peer.home, peer.install.split() or [""]
    if not kind or (home / "installed").exists():
        return
    command = ["npm", "install", "--prefix", home, "--no-audit", "--no-fund"]
    if kind == "pip":
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        command = [home / "bin" / "pip", "install", "--quiet"]
    subprocess.run([*command, *packages], check=True, timeout=INSTALL_SECONDS, stdout=sys.stderr)
    (home / "installed").touch()


@contextmanager
def running(peer: Peer, errors: IO[str] | int = subprocess.DEVNULL) -> Iterator[Server]:
    """Start a peer in a temporary folder; stop it and remove the folder at the end.

    Raises OSError, and RuntimeError if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        port = free_port()
        command = configured(peer, Path(folder), port)
        env = {name: text for name, text in os.environ.items() if not name.startswith("OPSEMU_")}
        options = {"cwd": folder, "env": {**env, "HOME": folder}, "start_new_session": True}
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, **options)
        try:
            wait_until_ready(peer, port, process)
            yield Server(peer, port, process.pid, (time.perf_counter() - begin) * 1000)
        finally:
            stop(process)


def configured(peer: Peer, folder: Path, port: int) -> list[str]:
    """Write a peer's configuration and return the command that starts it."""
    config = folder / peer.config
    text = json.dumps(TABLE["configs"].get(peer.config))
    for name, value in {"{body}": json.dumps(BODY), "{list}": BODY, "{port}": str(port)}.items():
        text = text.replace(json.dumps(name), value)
    if peer.config:
        config.parent.mkdir(exist_ok=True)
        config.write_text(text)
    names = {"python": sys.executable, "home": peer.home, "config": config}
    names |= {"port": port, "spare": free_port(), "folder": folder, "scripts": FOLDER / "servers"}
    return [word.format(**names) for word in peer.command.split()]


def wait_until_ready(peer: Peer, port: int, process: subprocess.Popen[Any]) -> None:
    """Return once the first read has a good answer; raises RuntimeError if it gets none."""
    deadline, read = time.perf_counter() + START_SECONDS, peer.reads[""]
    while time.perf_counter() < deadline and process.poll() is None:
        auth = HTTPDigestAuth(*OWNER) if read.auth else None
        with suppress(OSError):
            # Cheaper than a request while nothing listens: two cores are all that Java may have.
            socket.create_connection(("127.0.0.1", port), 5).close()
            url = f"http://127.0.0.1:{port}{read.targets[0]}"
            if requests.get(url, auth=auth, timeout=5).status_code == read.expects:
                return
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"{peer.name} did not start; its exit code is {process.poll()}")


def stop(process: subprocess.Popen[Any]) -> None:
    """End the processes of a group that `running` started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def memory(server: Server) -> float:
    """Return the resident megabytes of a server's processes; shared pages count for each."""
    pages = sum(int(stat[21]) for stat in processes(server))
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def own_memory() -> float:
    """Return the resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def cpu(server: Server) -> float:
    """Return the seconds of processor time of a server's processes, and of those that ended."""
    ticks = sum(sum(map(int, stat[11:15])) for stat in processes(server))
    return ticks / os.sysconf("SC_CLK_TCK")


def processes(server: Server) -> Iterator[list[str]]:
    """Yield the fields of `/proc/PID/stat` from the third on, for each process of a server."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            values = file.read_text().rpartition(")")[2].split()
            if int(values[3]) == server.pid:  # its session
                yield values


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
