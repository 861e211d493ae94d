"""How often a server goes to Redis for a request: a pipeline or a script is one round trip."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store.redis_client import RedisClient

from ..conftest import DEMO, EMPTY, OWNER, signed
from ..mongodb.atlas.conftest import ACCEPT, PREFIXES
from ..mongodb.atlas.test_service_accounts import ask as ask_for_token
from ..opsramp.conftest import DEMO as INSTALLED
from ..opsramp.conftest import Client
from ..redis_servers import fresh
from .conftest import SHARED

READ, WRITE = 3, 4  # round trips at most
ORG = "decafbaddecafbaddecafbad"
PAGER_DUTY = {"type": "PAGER_DUTY", "serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678"}
ALERT_CONFIG = {
    "eventTypeName": "NO_PRIMARY",
    "enabled": True,
    "notifications": [{"typeName": "GROUP", "intervalMin": 5, "delayMin": 0, "emailEnabled": True}],
}

# Each may be called again and again; {made} is the id in the last answer to a POST.
COMMON = [
    ("GET", f"/groups/{DEMO}/integrations", None),
    ("GET", f"/groups/{DEMO}/integrations/PAGER_DUTY", None),
    ("POST", f"/groups/{EMPTY}/integrations/PAGER_DUTY", PAGER_DUTY),
    ("PUT", f"/groups/{EMPTY}/integrations/PAGER_DUTY", PAGER_DUTY),
    ("DELETE", f"/groups/{EMPTY}/integrations/PAGER_DUTY", None),
    ("GET", "/groups", None),
    ("GET", f"/groups/{DEMO}", None),
    ("GET", "/groups/byName/Demo%20Project", None),
    ("POST", "/groups", {"name": "new", "orgId": ORG}),
    ("DELETE", "/groups/{made}", None),
    ("GET", "/orgs", None),
    ("GET", f"/orgs/{ORG}", None),
    ("GET", f"/orgs/{ORG}/groups", None),
    ("PATCH", f"/orgs/{ORG}", {"name": "Demo"}),
    ("GET", f"/groups/{DEMO}/alertConfigs", None),
    ("POST", f"/groups/{DEMO}/alertConfigs", ALERT_CONFIG),
    ("GET", f"/groups/{DEMO}/alertConfigs/{{made}}", None),
    ("PUT", f"/groups/{DEMO}/alertConfigs/{{made}}", ALERT_CONFIG),
    ("PATCH", f"/groups/{DEMO}/alertConfigs/{{made}}", {"enabled": False}),
    ("DELETE", f"/groups/{DEMO}/alertConfigs/{{made}}", None),
    ("GET", f"/groups/{DEMO}/alerts", None),
    ("GET", f"/groups/{DEMO}/alerts?status=OPEN", None),
    ("GET", f"/groups/{DEMO}/integrations/SLACK", None),
    ("GET", f"/groups/{'0' * 24}/integrations", None),
]
OPSRAMP = [
    ("GET", "installed/search", None),
    ("GET", f"installed/{INSTALLED}", None),
    ("POST", "install/JIRA", None),
    ("POST", "installed/{made}", {"displayName": "new"}),
    ("POST", "installed/{made}/disable", None),
    ("DELETE", "installed/{made}", {"uninstallReason": "over"}),
]
Trips = dict[tuple[str, str], int]


@pytest.fixture(params=SHARED)
def shared(request) -> str:
    """State on a server or a cluster."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def sent(monkeypatch) -> list[list[Any]]:
    """The commands of each round trip."""
    trips: list[list[Any]] = []
    send = RedisClient.send
    monkeypatch.setattr(
        RedisClient, "send", lambda self, each: trips.append([*each]) or send(self, each)
    )
    return trips


def count(session, url: str, operations, trips: list) -> Trips:
    """The round trips of each operation, called one after the other."""
    counts, made = {}, ""
    for method, path, body in operations:
        before = len(trips)
        answer = session.request(method, url + path.replace("{made}", made), json=body)
        counts[method, path] = len(trips) - before
        assert answer.status_code < 500, answer.text
        made = answer.json().get("id", made) if method == "POST" and answer.text else made
    return counts


def too_many(counts: Trips) -> Trips:
    """Those that take more than they may."""
    return {each: n for each, n in counts.items() if n > (READ if each[0] == "GET" else WRITE)}


@pytest.mark.parametrize("family", PREFIXES)
def test_a_signed_get_takes_two_or_three_round_trips_and_a_write_four(shared, family, sent):
    with Emulator(state=shared) as emulator, signed(OWNER) as session:
        session.headers["Accept"] = ACCEPT
        for _ in range(2):  # an operation that the server has not met takes more
            counts = count(session, emulator.base_url + PREFIXES[family], COMMON, sent)
    assert too_many(counts) == {}


def test_so_do_requests_with_tokens(shared, sent):
    with Emulator(state=shared) as emulator, requests.Session() as atlas:
        token = ask_for_token(emulator).json()["access_token"]
        atlas.headers.update({"Authorization": f"Bearer {token}", "Accept": ACCEPT})
        url = emulator.base_url + PREFIXES["atlas-v2"]
        with Client(emulator.base_url) as opsramp:
            for _ in range(2):
                counts = count(atlas, url, COMMON[:5], sent) | count(opsramp, "", OPSRAMP, sent)
    assert too_many(counts) == {}


def test_redis_reads_from_its_clients_as_often_as_round_trips_are_counted(redis_server, sent):
    def reads() -> int:
        told = redis_server.ask("INFO", "stats")
        return int(told.partition(b"total_reads_processed:")[2].split()[0])

    with Emulator(state=fresh(redis_server)) as emulator, signed(OWNER) as session:
        url = f"{emulator.url}/groups/{EMPTY}/integrations/PAGER_DUTY"
        for _ in range(2):
            assert session.put(url, json=PAGER_DUTY).status_code == 200
        own = reads() - reads()  # below zero
        before, trips = reads(), len(sent)
        for _ in range(10):
            session.get(url)
            session.put(url, json=PAGER_DUTY)
        assert (reads() - before + own, len(sent) - trips) == (50, 50)
