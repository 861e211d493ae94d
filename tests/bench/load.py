"""The load: requests signed beforehand, one at a time on each of a few kept connections.

It runs as a process of its own (`python load.py`, the job as JSON on stdin, the
figures as JSON on stdout) and asks of every peer the same: challenges are fetched
and all bytes of all requests made before the clock starts, so that what is timed
is sending, waiting and looking at the status.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from typing import Any, NamedTuple

# Jetty honours a nonce 1023 times.
USES = 1000

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close|^HTTP/1.0", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
_DIGEST = re.compile(rb"\r\nwww-authenticate: *digest ([^\r]+)", re.IGNORECASE)


class Job(NamedTuple):
    """What to send to which targets by turns, as whom, over how many connections, how long.

    `most` is how many requests are prepared. `pid` is the server's process, whose
    processor time is read at both ends.
    """

    host: str
    port: int
    method: str
    targets: list[str]
    body: str | None
    key: tuple[str, str] | None
    connections: int
    seconds: float
    most: int
    pid: int


class Connection:
    """One kept connection; a server that hangs up after an answer is dialled again."""

    def __init__(self, job: Job) -> None:
        self.address = (job.host, job.port)
        self._dial()

    def _dial(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The whole answer once it is there; None if more of it has to come."""
        received = self.socket.recv(65536)
        self.buffer += received
        head, parted, body = self.buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if received and not (parted and length and len(body) >= int(length[1])):
            return None
        answer = self.buffer
        self.buffer = b""
        if not received or _CLOSES.search(head):
            self.socket.close()
            self._dial()
        return answer

    def ask(self, request: bytes) -> bytes:
        """Send and wait for the answer."""
        self.send(request)
        while (answer := self.receive()) is None:
            pass
        return answer


def requests(job: Job, connection: Connection) -> Iterator[bytes]:
    """The bytes of one request after the other, each signed anew where the server asks for it."""
    targets = itertools.cycle(job.targets)
    while True:
        plain = _request(job, job.targets[0])
        answer = connection.ask(plain)
        challenge = _DIGEST.search(answer) if _status(answer) == b"401" else None
        if challenge is None:
            yield from itertools.repeat(plain)
        else:
            yield from _signed(job, targets, challenge[1].decode(), _COOKIE.search(answer))


def run(job: Job) -> dict[str, Any]:
    """Load the server and count.

    Seconds by the clock and of the server's processor (None where /proc is not
    there to tell), answers by status, latencies in microseconds, sorted.
    """
    connections = [Connection(job) for _ in range(job.connections)]
    share = job.most // job.connections
    queues = [iter(list(itertools.islice(requests(job, each), share))) for each in connections]
    statuses: Counter[str] = Counter()
    latencies: list[float] = []
    begun, spent = time.perf_counter(), cpu_seconds(job.pid)
    for status, latency in _exchanges(connections, queues, begun + job.seconds):
        statuses[status] += 1
        latencies.append(latency * 1e6)
    elapsed, after = time.perf_counter() - begun, cpu_seconds(job.pid)
    return {
        "seconds": elapsed,
        "cpu": None if spent is None or after is None else after - spent,
        "statuses": statuses,
        "latencies": sorted(latencies),
    }


def _exchanges(
    connections: list[Connection], queues: list[Iterator[bytes]], deadline: float
) -> Iterator[tuple[str, float]]:
    """Keep every connection busy until the deadline; a status and its seconds per answer."""
    with selectors.DefaultSelector() as selector:
        sent: dict[Connection, float] = {}
        for pair in zip(connections, queues, strict=True):
            selector.register(pair[0].socket, selectors.EVENT_READ, pair)
            sent[pair[0]] = time.perf_counter()
            pair[0].send(next(pair[1]))
        while sent:
            for item, _ in selector.select(30):
                connection, queue = item.data
                answer = connection.receive()
                if answer is None:
                    continue
                now = time.perf_counter()
                yield _status(answer).decode(), now - sent.pop(connection)
                if connection.socket is not item.fileobj:
                    selector.unregister(item.fileobj)
                    selector.register(connection.socket, selectors.EVENT_READ, item.data)
                if now < deadline:
                    sent[connection] = time.perf_counter()
                    connection.send(_next(queue))


def _next(queue: Iterator[bytes]) -> bytes:
    for request in queue:
        return request
    raise SystemExit("the requests ran out before the time did")


def cpu_seconds(pid: int) -> float | None:
    """The processor time that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _request(job: Job, target: str, *headers: str) -> bytes:
    lines = [f"{job.method} {target} HTTP/1.1", f"Host: {job.host}:{job.port}", "Accept: */*"]
    if job.body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(job.body.encode())}"]
    return "\r\n".join([*lines, *headers, "", job.body or ""]).encode()


def _signed(
    job: Job, targets: Iterator[str], challenge: str, cookie: re.Match[bytes] | None
) -> Iterator[bytes]:
    sent = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
    username, password = job.key or ("", "")
    ha1 = _md5(f"{username}:{sent['realm']}:{password}")
    fixed = f'username="{username}", realm="{sent["realm"]}", nonce="{sent["nonce"]}"'
    if "opaque" in sent:
        fixed += f', opaque="{sent["opaque"]}"'
    cookies = [f"Cookie: {cookie[1].decode()}"] if cookie else []
    for count, target in zip(range(1, USES + 1), targets, strict=False):
        ha2 = _md5(f"{job.method}:{target}")
        nc, cnonce = f"{count:08x}", secrets.token_hex(8)
        response = _md5(f"{ha1}:{sent['nonce']}:{nc}:{cnonce}:auth:{ha2}")
        header = (
            f'Authorization: Digest {fixed}, uri="{target}", algorithm=MD5, '
            f'response="{response}", qop=auth, nc={nc}, cnonce="{cnonce}"'
        )
        yield _request(job, target, header, *cookies)


def _status(answer: bytes) -> bytes:
    return answer[9:12]


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    json.dump(run(Job(**json.load(sys.stdin))), sys.stdout)
