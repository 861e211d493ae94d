"""A peer's process: started, found ready, loaded, weighed and stopped."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from .load import Job
from .peers import Peer, Request

PATIENCE = 60.0  # seconds for a first answer
FASTEST = 20_000  # requests per second that are prepared beforehand


class Running:
    """A peer that answers; `started` is the seconds from its start to its first answer."""

    def __init__(self, peer: Peer, scratch: Path | None = None) -> None:
        self.peer = peer
        self.port = _free_port()
        self._own = tempfile.TemporaryDirectory(prefix="bench-")
        command = peer.command(self.port, scratch or Path(self._own.name))
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._await_answer()
        self.started = time.perf_counter() - begun

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait()
        self._own.cleanup()

    def load(self, request: Request, connections: int, seconds: float) -> dict[str, Any]:
        """What the load client, a process of its own, measured."""
        job = Job(
            "127.0.0.1",
            self.port,
            *request,
            self.peer.key,
            connections,
            seconds,
            most=int(FASTEST * seconds),
            pid=self.process.pid,
        )
        client = [sys.executable, str(Path(__file__).with_name("load.py"))]
        done = subprocess.run(
            client, input=json.dumps(job._asdict()), stdout=subprocess.PIPE, text=True, check=True
        )
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures

    def memory(self) -> float | None:
        """Megabytes in memory now; None where /proc is not there to tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmRSS:\s*(\d+)", status)
        return int(found[1]) / 1024 if found else None

    def _await_answer(self) -> None:
        url = f"http://127.0.0.1:{self.port}{self.peer.ready}"
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(url, timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                error.close()
                return
            except OSError:
                time.sleep(0.002)
        self.process.kill()
        raise RuntimeError(f"{self.peer.name} did not answer: {self.process.args}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
