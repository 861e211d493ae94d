"""A real nginx on loopback, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .serving import PATIENCE

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def program() -> str:
    """The path of nginx; without it the test is skipped, or fails where CI=true."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("there is no nginx, and CI leaves nothing out")
    if found is None:
        pytest.skip("there is no nginx")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def nginx(folder: Path, port: int, directives: str) -> Iterator[None]:
    """Run nginx with directives of `http`, which make it listen on the port."""
    command = [program(), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    temporary = "\n".join(f"{each}_temp_path {folder / each};" for each in TEMPORARY)
    (folder / "nginx.conf").write_text(f"""
        daemon off; master_process off; pid {folder}/pid; error_log stderr;
        events {{ }}
        http {{ access_log off; {temporary} {directives} }}""")
    with open(folder / "errors", "w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        _wait_for(port, process, folder / "errors")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes], errors: Path) -> None:
    """Return once the process listens on the port."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, errors.read_text()
        assert time.monotonic() < deadline, errors.read_text()
        time.sleep(0.01)
