"""opsemu in its variants."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import requests
from requests.auth import HTTPDigestAuth

from opsemu import __version__
from opsemu.application import SEEDS
from opsemu.mongodb.seeding import first_access
from opsemu.opsramp.seeding import first_tenant

from ..signing import Request
from .base import SLACK, Missing, Peer, Place

_SEED = SEEDS.load("demo")
DEMO = first_access(_SEED)
TENANT = first_tenant(_SEED)
KEY = (DEMO.public_key, DEMO.private_key)
V1 = f"/api/public/v1.0/groups/{DEMO.group_id}/integrations"
PATIENCE = 30

FAMILIES = (
    ("Atlas v1.0", Request("GET", (V1.replace("public", "atlas"),), key=KEY)),
    (
        "Atlas v2",
        Request(
            "GET",
            (V1.replace("public/v1.0", "atlas/v2"),),
            headers=(("Accept", "application/vnd.atlas.2023-01-01+json"),),
            key=KEY,
        ),
    ),
)
# Beside the two of the demo, so that the list has five.
MORE = (
    {"type": "DATADOG", "apiKey": "0123456789abcdef0123456789abcdef"},
    {"type": "WEBHOOK", "url": "https://hooks.example.com/alerts/0123456789", "secret": "hidden1"},
    {"type": "VICTOR_OPS", "apiKey": "01234567-89ab-4cde-8f01-23456789abcd", "routingKey": "team"},
)


class Opsemu(Peer):
    """`opsemu serve` from the environment that runs the benchmark; `flags` beside its state."""

    version = __version__
    read = Request("GET", (V1,), key=KEY)
    write = Request("POST", (f"{V1}/SLACK",), SLACK, key=KEY)

    def __init__(self, state: str, *flags: str, every_family: bool = False) -> None:
        self.state = state
        self.flags = flags
        self.every_family = every_family
        self.name = f"opsemu, {' '.join([state, *flags])}"
        self.note = "verifies digest or token, keeps a journal"

    def install(self, cache: Path) -> None:
        for flag in self.flags:
            if flag.startswith("--") and flag not in serve_help():
                raise Missing(f"`opsemu serve` has no {flag} in this version")

    def command(self, place: Place) -> list[str]:
        command = [sys.executable, "-m", "opsemu", "serve", "--port", str(place.port)]
        return [*command, "--state", self.location(place), *self.flags]

    def location(self, place: Place) -> str:
        """Where its state is."""
        return f"file:{place.scratch / 'state'}" if self.state == "file:" else self.state

    def prepare(self, place: Place) -> None:
        base = f"http://127.0.0.1:{place.port}"
        with requests.Session() as session:
            session.auth = HTTPDigestAuth(*KEY)
            for body in MORE:
                url = f"{base}{V1}/{body['type']}"
                session.put(url, json=body, timeout=PATIENCE).raise_for_status()
        if self.every_family:
            self.token = token(base)
            _install_more(base, self.token)

    def reads(self) -> Sequence[tuple[str, Request]]:
        if not self.every_family:
            return super().reads()
        path = f"/api/v2/tenants/{TENANT.tenant_id}/integrations/installed/search"
        told = (("Authorization", f"Bearer {self.token}"),)
        families = (*FAMILIES, ("OpsRamp", Request("GET", (path,), headers=told)))
        return (*super().reads(), *((f"{self.name}, {name}", ask) for name, ask in families))


@cache
def serve_help() -> str:
    """What `opsemu serve --help` says."""
    asked = [sys.executable, "-m", "opsemu", "serve", "--help"]
    return subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE).stdout


def listed(port: int) -> str:
    """The list of five integrations as opsemu answers it, for all others to answer."""
    url = f"http://127.0.0.1:{port}{V1}"
    answer = requests.get(url, auth=HTTPDigestAuth(*KEY), timeout=PATIENCE)
    answer.raise_for_status()
    return json.dumps(answer.json(), separators=(",", ":"))


def token(base: str) -> str:
    """A bearer token of the demo tenant."""
    asked = {
        "grant_type": "client_credentials",
        "client_id": TENANT.key,
        "client_secret": TENANT.secret,
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{base}/tenancy/auth/oauth/token"
    answer = requests.post(url, urlencode(asked), headers=kind, timeout=PATIENCE)
    answer.raise_for_status()
    found: str = answer.json()["access_token"]
    return found


def _install_more(base: str, token: str) -> None:
    url = f"{base}/api/v2/tenants/{TENANT.tenant_id}/integrations/install/CUSTOM"
    for number in range(4):
        body = {"displayName": f"Integration {number}", "category": "CUSTOM_INTEGRATION"}
        told = {"Authorization": f"Bearer {token}"}
        requests.post(url, json=body, headers=told, timeout=PATIENCE).raise_for_status()


MEMORY = Opsemu("memory:", every_family=True)
FILE = Opsemu("file:")
FILE_1 = Opsemu("file:", "--workers", "1")
FILE_2 = Opsemu("file:", "--workers", "2")

OUR_PEERS = (MEMORY, FILE, FILE_1, FILE_2)
