"""The admin API behind nginx, as people set it up."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from opsemu.server import Emulator
from tests.serving import PATIENCE

TOKEN = "0123456789abcdef"
# The settings of the emulators, and the directives of the proxies in front of each.
UPSTREAMS = {
    "default": {},
    "external": {"external_url": "https://ops.example.com"},
    "own": {"admin": "own", "external_url": "https://ops.example.com"},
    "token": {"admin_token": TOKEN, "external_url": "https://ops.example.com"},
}
PROXIES = {
    "plain": "",
    "usual": "proxy_http_version 1.1; proxy_set_header Host $host;"
    "proxy_set_header X-Real-IP $remote_addr;"
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "localhost": "proxy_set_header Host localhost; proxy_set_header X-Forwarded-Proto $scheme;",
    "silent": 'proxy_http_version 1.1; proxy_set_header Connection "";',
}
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def program() -> str:
    """The path of nginx; without it the test is skipped, or fails where CI=true."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("there is no nginx, and CI leaves nothing out")
    if found is None:
        pytest.skip("there is no nginx")
    return found


def configuration(folder: Path, port: int, upstreams: dict[str, int]) -> str:
    """A server whose paths begin with the names of an upstream and of a proxy."""
    locations = "\n".join(
        f"location /{name}/{proxy}/ {{ proxy_pass http://127.0.0.1:{number}/; {directives} }}"
        for name, number in upstreams.items()
        for proxy, directives in PROXIES.items()
    )
    temporary = "\n".join(f"{each}_temp_path {folder / each};" for each in TEMPORARY)
    return f"""
        daemon off; master_process off; pid {folder}/pid; error_log stderr;
        events {{ }}
        http {{ access_log off; {temporary}
        server {{ listen 127.0.0.1:{port}; {locations} }} }}"""


def wait_for(port: int, process: subprocess.Popen[bytes], errors: Path) -> None:
    """Return once the process listens on the port."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, errors.read_text()
        assert time.monotonic() < deadline, errors.read_text()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an nginx in front of the emulators."""
    nginx, folder = program(), tmp_path_factory.mktemp("nginx")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as stack:
        upstreams = {
            name: stack.enter_context(Emulator(**settings)).port
            for name, settings in UPSTREAMS.items()
        }
        file = folder / "nginx.conf"
        file.write_text(configuration(folder, port, upstreams))
        with open(folder / "errors", "w") as errors:
            command = [nginx, "-p", folder, "-c", file, "-e", "stderr"]
            process = subprocess.Popen(command, stderr=errors)
        stack.callback(process.wait, PATIENCE)
        stack.callback(process.terminate)
        wait_for(port, process, folder / "errors")
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("upstream", "name", "status"),
    [
        *(("default", name, 403) for name in PROXIES if name != "silent"),
        *(("external", name, 403) for name in PROXIES),
        *(("own", name, 404) for name in PROXIES),
        *(("token", name, 401) for name in PROXIES),
    ],
)
def test_the_admin_api_is_closed_behind_nginx(proxy, upstream, name, status):
    for path in ("worlds", "requests", "config", "state", "nothing"):
        answer = requests.get(f"{proxy}/{upstream}/{name}/__admin/{path}", timeout=PATIENCE)
        assert answer.status_code == status, (path, answer.text)
    answer = requests.post(f"{proxy}/{upstream}/{name}/__admin/reset", timeout=PATIENCE)
    assert answer.status_code == status


def test_a_proxy_that_adds_nothing_cannot_be_told_from_a_local_client(proxy):
    answer = requests.get(f"{proxy}/default/silent/__admin/worlds", timeout=PATIENCE)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", PROXIES)
def test_the_admin_token_opens_it_behind_nginx(proxy, name):
    answer = requests.get(
        f"{proxy}/token/{name}/__admin/worlds",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=PATIENCE,
    )
    assert answer.json() == {"worlds": ["default"]}


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize("upstream", UPSTREAMS)
def test_the_emulated_apis_are_open_behind_nginx(proxy, upstream, name):
    path = "api/public/v1.0/groups"
    answer = requests.get(f"{proxy}/{upstream}/{name}/{path}", timeout=PATIENCE)
    assert answer.headers["WWW-Authenticate"].startswith("Digest ")
