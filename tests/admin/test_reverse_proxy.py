"""The admin API behind nginx, as people set it up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from opsemu.server import Emulator
from tests.nginx import free_port, nginx
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


def locations(upstreams: dict[str, int]) -> str:
    """Paths that begin with the names of an upstream and of a proxy."""
    return "\n".join(
        f"location /{name}/{proxy}/ {{ proxy_pass http://127.0.0.1:{number}/; {directives} }}"
        for name, number in upstreams.items()
        for proxy, directives in PROXIES.items()
    )


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an nginx in front of the emulators."""
    with ExitStack() as stack:
        upstreams = {
            name: stack.enter_context(Emulator(**settings)).port
            for name, settings in UPSTREAMS.items()
        }
        port = free_port()
        server = f"server {{ listen 127.0.0.1:{port}; {locations(upstreams)} }}"
        stack.enter_context(nginx(tmp_path_factory.mktemp("nginx"), port, server))
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
