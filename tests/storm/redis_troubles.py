"""Take Redis away from a server in several ways, while it is asked, and give it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import requests

from ..conftest import DEMO
from ..redis_servers import Server, wait_until
from ..serving import PATIENCE, Served
from .client import Client
from .crashes import Slot, slots
from .writers import address

Step = Callable[[Server], object]


def _command(*words: object) -> Step:
    def run(redis: Server) -> None:
        assert redis.ask(*words) == b"OK"

    return run


PAUSE = 6_000  # milliseconds; no command can end it

# What is done to a server, and what undoes it.
TROUBLES: dict[str, tuple[Step, Step]] = {
    "killed": (Server.kill, Server.start),
    "full": (
        _command("CONFIG", "SET", "maxmemory", 1),
        _command("CONFIG", "SET", "maxmemory", 0),
    ),
    "slow": (_command("CLIENT", "PAUSE", PAUSE), lambda redis: wait_until(redis.answers)),
    "read-only": (_command("REPLICAOF", "127.0.0.1", 1), _command("REPLICAOF", "NO", "ONE")),
    "forbidden": (
        _command("ACL", "SETUSER", "default", "-@write"),
        _command("ACL", "SETUSER", "default", "+@all"),
    ),
}


@dataclass
class Seen:
    """What clients saw: statuses, and how many requests they sent."""

    statuses: list[int] = field(default_factory=list)
    asked: int = 0
    wrong: list[object] = field(default_factory=list)

    def note(self, status: int, is_right: bool, shown: object = None) -> None:
        """Count an answer, which has to be 503 or else right."""
        self.statuses.append(status)
        if status != 503 and not is_right:
            self.wrong.append((status, shown))


def write(slot: Slot, port: int, halt: Event) -> Seen:
    """Count up, one write after the other."""
    seen = Seen()
    with Client(port) as client:
        while not halt.is_set():
            slot.sent += 1
            value = {"type": slot.type_name, slot.field: f"{slot.sent}"}
            status, shown = client.call("PUT", address(DEMO, slot.type_name), value)
            seen.note(status, status == 200, shown)
            if status == 200:
                slot.acknowledged = slot.sent
        seen.asked = client.asked
    return seen


def read(slot: Slot, port: int, halt: Event) -> Seen:
    """Read what is written; no number that was acknowledged before may be missing."""
    seen = Seen()
    with Client(port) as client:
        while not halt.is_set():
            least = slot.acknowledged
            status, shown = client.call("GET", address(DEMO, slot.type_name))
            is_right = status == 200 and (not least or least <= int(shown[slot.field]) <= slot.sent)
            seen.note(status, is_right, shown)
        seen.asked = client.asked
    return seen


def watch(served: Served, halt: Event) -> Seen:
    """Ask the control plane, which is up whatever happens to Redis."""
    seen = Seen()
    with requests.Session() as session:
        while not halt.is_set():
            status = session.get(f"{served.admin_url}/health", timeout=PATIENCE).status_code
            seen.note(status, status == 200)
            status = session.get(f"{served.admin_url}/ready", timeout=PATIENCE).status_code
            seen.note(status, status == 200)
            seen.asked += 2
            time.sleep(0.02)
    return seen


def endure(served: Served, redis: Server, kind: str, seconds: float) -> Seen:
    """Ask before, during and after a trouble of so many seconds; what was seen.

    Fails if an answer is neither 503 nor right, if an acknowledged write is lost, if the server
    does not recover by itself, or if it logs more than a line for each request.
    """
    begin, end = TROUBLES[kind]
    written, halt, lines = slots()[:2], Event(), _errors(served)
    with ThreadPoolExecutor(5) as threads:
        running = [threads.submit(watch, served, halt)]
        for slot in written:
            running.append(threads.submit(write, slot, served.port, halt))
            running.append(threads.submit(read, slot, served.port, halt))
        try:
            wait_until(lambda: all(slot.acknowledged > 3 for slot in written))
            begin(redis)
            try:
                time.sleep(seconds)
            finally:
                end(redis)
            known = [slot.acknowledged for slot in written]
            wait_until(
                lambda: all(
                    slot.acknowledged > before + 3
                    for slot, before in zip(written, known, strict=True)
                )
            )
        finally:
            halt.set()
        every = [each.result() for each in running]
    seen = Seen(
        [status for each in every for status in each.statuses],
        sum(each.asked for each in every),
        [wrong for each in every for wrong in each.wrong],
    )
    assert not seen.wrong, seen.wrong[:3]
    with Client(served.port) as client:
        assert all(slot.is_in(client) for slot in written), written
    assert _errors(served) - lines <= seen.asked
    assert "Traceback" not in served.read_log()
    return seen


def _errors(served: Served) -> int:
    return sum(" ERROR " in line for line in served.read_log().splitlines())
