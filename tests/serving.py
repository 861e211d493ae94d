"""`opsemu` as a process of its own, and clients that say exactly what a test tells them to."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from hashlib import md5
from pathlib import Path

OPSEMU = (sys.executable, "-W", "error", "-m", "opsemu")
PATIENCE = 20.0  # seconds after which a test gives up waiting


def clean_environment(**variables: str) -> dict[str, str]:
    """The present environment without settings of opsemu but for those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPSEMU_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **variables}


def opsemu(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*OPSEMU, *map(str, arguments)],
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Served:
    """`opsemu serve` on a free port, for the length of a `with` block."""

    def __init__(self, folder: Path, *arguments: object, **variables: str) -> None:
        self.folder = folder
        self.port_file = folder / f"port-{os.getpid()}-{next(_numbers)}"
        self.arguments = ("serve", "--port", 0, "--port-file", self.port_file, *arguments)
        self.variables = variables
        self.output = ""
        self.log = ""

    def __enter__(self) -> Served:
        self.errors = open(self.port_file.with_suffix(".log"), "w+")
        self.process = subprocess.Popen(
            [*OPSEMU, *map(str, self.arguments)],
            env=clean_environment(**self.variables),
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        deadline = time.monotonic() + PATIENCE
        while not self.port_file.exists():
            assert self.process.poll() is None, self.read_log()
            assert time.monotonic() < deadline, self.read_log()
            time.sleep(0.01)
        self.port = int(self.port_file.read_text())
        assert self.process.stdout is not None
        while not self.output.endswith("Ready.\n"):
            line = self.process.stdout.readline()
            assert line, self.read_log()
            self.output += line
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)

    @property
    def url(self) -> str:
        """The API's base URL."""
        return f"http://127.0.0.1:{self.port}/api/public/v1.0"

    @property
    def admin_url(self) -> str:
        """Where the control plane answers."""
        return f"http://127.0.0.1:{self.port}/__admin"

    def stop(self, number: signal.Signals) -> int:
        """End it by a signal; its exit code. `log` and `output` are what it wrote."""
        if not self.errors.closed:
            self.process.send_signal(number)
            self.output += self.process.communicate(timeout=PATIENCE)[0]
            self.log = self.read_log()
            self.errors.close()
        return self.process.returncode

    def read_log(self) -> str:
        """What it has written to stderr so far."""
        return self.port_file.with_suffix(".log").read_text()

    def memory(self) -> int:
        """Its resident memory in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])


_numbers = itertools.count()


def exchange(port: int, content: bytes, *, end: bool = True) -> bytes:
    """Send bytes on a connection of their own; all that comes back until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        received = bytearray()
        try:
            client.sendall(content)
            if end:
                client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                received += piece
        except ConnectionError:
            pass
        return bytes(received)


def statuses(received: bytes) -> list[int]:
    """The status of each answer in the bytes received."""
    heads = received.split(b"HTTP/1.1 ")[1:]
    return [int(head[:3]) for head in heads]


def challenge(port: int) -> str:
    """A fresh nonce."""
    answer = exchange(port, b"GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n")
    return answer.decode().partition('nonce="')[2].partition('"')[0]


def authorization(
    key: tuple[str, str], method: str, uri: str, nonce: str, count: str = "00000001"
) -> str:
    """The value of an Authorization header that signs a request."""
    user, password = key
    ha1 = _md5(f"{user}:MMS Public API:{password}")
    ha2 = _md5(f"{method}:{uri}")
    response = _md5(f"{ha1}:{nonce}:{count}:c:auth:{ha2}")
    return (
        f'Digest username="{user}", realm="MMS Public API", nonce="{nonce}", uri="{uri}", '
        f'algorithm=MD5, qop=auth, nc={count}, cnonce="c", response="{response}"'
    )


def request(
    method: str, uri: str, signature: str, body: bytes = b"", *headers: str, host: str = "localhost"
) -> bytes:
    """A signed request, as bytes."""
    lines = [
        f"{method} {uri} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: {signature}",
        "Content-Type: application/json",
        *headers,
    ]
    if not any("chunked" in header for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _md5(text: str) -> str:
    return md5(text.encode("latin-1"), usedforsecurity=False).hexdigest()
