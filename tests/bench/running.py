"""A peer's processes: started, found ready, weighed and stopped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType

from .peers import Missing, Peer, Place
from .peers.base import free_port
from .signing import PATIENCE, prepared

START = 60.0  # seconds for a first answer
POLL = 0.004  # seconds between two looks
GRACE = 10.0  # seconds to end in
# A server that asks for a signature answers as well as one that does not.
ANSWERS = (200, 401)


class Running:
    """A peer that answers; `started` is the seconds from its start to its first answer."""

    def __init__(self, peer: Peer, body: str, scratch: Path | None = None) -> None:
        self.peer = peer
        self._own = tempfile.TemporaryDirectory(
            prefix="bench-", dir=scratch, ignore_cleanup_errors=True
        )
        self.place = Place(free_port(), Path(self._own.name), body)
        self.port = self.place.port
        command = peer.command(self.place)
        kept = {name: it for name, it in os.environ.items() if not name.startswith("OPSEMU_")}
        with open(self.place.scratch / "log", "wb") as log:
            self.begun = time.perf_counter()
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=log if peer.keeps_log else subprocess.DEVNULL,
                env=kept,
                start_new_session=True,
            )
        try:
            self._await_answer()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.started = time.perf_counter() - self.begun

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self._own.cleanup()

    def ask(self, times: int) -> float:
        """Send the read so many times, one after the other; the seconds since the start."""
        client = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        for each, _ in zip(prepared(self.peer.read, self.port), range(times), strict=False):
            client.request(each.method, each.target, each.body, each.headers)
            answer = client.getresponse()
            answer.read()
            if answer.status != self.peer.read.expects:
                raise RuntimeError(f"{self.peer.name} answered {answer.status} to {each.target}")
        client.close()
        return time.perf_counter() - self.begun

    def memory(self) -> float | None:
        """Megabytes that its processes hold now; None where /proc is not there to tell.

        What several processes share counts for each of them.
        """
        found = [_resident(pid) for pid in _family(self.process.pid)]
        return sum(found) if any(found) else None

    def log(self) -> str:
        """What it has written to stderr, if that is kept."""
        return (self.place.scratch / "log").read_text(errors="replace")

    def _await_answer(self) -> None:
        deadline = self.begun + START
        target = self.peer.read.targets[0]
        while time.perf_counter() < deadline and self.process.poll() is None:
            client = HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError, HTTPException):
                client.request("GET", target, headers=dict(self.peer.read.headers))
                if client.getresponse().status in ANSWERS:
                    return
            client.close()
            time.sleep(POLL)
        ended = self.process.poll()
        how = f"it ended with {ended}" if ended is not None else f"no answer in {START:.0f} s"
        raise Missing(f"{self.peer.name} did not start: {how}")

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def _family(root: int) -> list[int]:
    """A process and all that come from it."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = stat.read_text().partition(" ")
            parents[int(pid)] = int(rest.rpartition(")")[2].split()[1])
    found = [root]
    for each in found:
        found += [pid for pid, parent in parents.items() if parent == each]
    return found


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s*(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0
