"""Clients that do the same at once, on two servers that share a Redis: one of them wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from ..conftest import ADMIN, EMPTY, OWNER, signed
from ..mongodb.automation.configs import replica_set
from ..serving import Served

ORG = "decafbad" * 3
TEAMS = f"orgs/{ORG}/teams"
ROUNDS, CLIENTS = 5, 6

pytestmark = pytest.mark.storm


@pytest.fixture
def servers(tmp_path, redis_url):
    options = ("--state", redis_url)
    with Served(tmp_path, *options) as one, Served(tmp_path, *options) as other:
        yield [one, other]
    for each in (one, other):
        assert ("Traceback" in each.log, " ERROR " in each.log) == (False, False)


def at_once(servers: list[Served], call: Callable[[Served, requests.Session, int], Any]) -> list:
    """What the calls of all clients return."""

    def run(number: int) -> Any:
        with signed(ADMIN) as session:
            return call(servers[number % 2], session, number)

    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(run, range(CLIENTS)))


def test_one_name_is_given_once(servers):
    for turn in range(ROUNDS):
        user = {
            "username": f"u{turn}@example.com",
            "password": "Passw0rd!x",
            "firstName": "A",
            "lastName": "B",
            "roles": [{"orgId": ORG, "roleName": "ORG_MEMBER"}],
        }
        made = at_once(
            servers,
            lambda on, api, _, user=user: api.post(f"{on.url}/users", json=user).status_code,
        )
        assert Counter(made) == {201: 1, 409: CLIENTS - 1}
        team = {"name": f"t{turn}", "usernames": [user["username"]]}
        made = at_once(
            servers,
            lambda on, api, _, team=team: api.post(f"{on.url}/{TEAMS}", json=team).status_code,
        )
        assert Counter(made) == {201: 1, 409: CLIENTS - 1}


def test_keys_made_at_once_are_all_there_and_differ(servers):
    body = {"desc": "d", "roles": ["ORG_MEMBER"]}
    url = f"orgs/{ORG}/apiKeys"

    def make(on: Served, api: requests.Session, _: int) -> list[str]:
        return [api.post(f"{on.url}/{url}", json=body).json()["publicKey"] for _ in range(ROUNDS)]

    keys = [key for made in at_once(servers, make) for key in made]
    with signed(OWNER) as session:
        listed = session.get(f"{servers[0].url}/{url}?itemsPerPage=500").json()["results"]
    assert len(set(keys)) == ROUNDS * CLIENTS
    assert set(keys) <= {each["publicKey"] for each in listed}


def test_of_configurations_with_one_version_one_is_published(servers):
    url = f"groups/{EMPTY}/automationConfig"
    with signed(OWNER) as session:
        for turn in range(ROUNDS):
            version = session.get(f"{servers[0].url}/{url}").json()["version"]
            config = {**replica_set(f"rs{turn}"), "version": version}
            made = at_once(
                servers,
                lambda on, api, _, config=config: (
                    api.put(f"{on.url}/{url}", json=config).status_code
                ),
            )
            assert Counter(made) == {200: 1, 409: CLIENTS - 1}
            after = session.get(f"{servers[1].url}/{url}").json()["version"]
            assert after == version + 1


def test_a_backup_moves_in_one_way_whoever_asks(servers):
    with signed(OWNER) as session:
        group = f"groups/{EMPTY}"
        session.put(f"{servers[0].url}/{group}/automationConfig", json=replica_set())
        clusters = session.get(f"{servers[1].url}/{group}/clusters").json()["results"]
        url = f"{group}/backupConfigs/{clusters[0]['id']}"
        names = ("STARTED", "STOPPED", "TERMINATING")

        def move(on: Served, api: requests.Session, number: int) -> int:
            body = {"statusName": names[number % 3]}
            return api.patch(f"{on.url}/{url}", json=body).status_code

        for _ in range(ROUNDS):
            assert set(at_once(servers, move)) <= {200, 202, 400, 409}
        shown = session.get(f"{servers[0].url}/{url}").json()
        assert shown == {**session.get(f"{servers[1].url}/{url}").json(), "links": shown["links"]}


def test_alerts_that_many_look_at_are_told_of_once(servers):
    config = {
        "enabled": True,
        "eventTypeName": "NO_PRIMARY",
        "notifications": [{"typeName": "EMAIL", "emailAddress": "a@example.com", "intervalMin": 5}],
    }
    with signed(OWNER) as session:
        session.post(f"{servers[0].url}/groups/{EMPTY}/alertConfigs", json=config)
    admin = [server.admin_url for server in servers]
    requests.post(f"{admin[0]}/clock/freeze", json={"at": "2026-11-28T09:00:00Z"}, timeout=60)
    body = {"project": EMPTY, "event": "NO_PRIMARY"}

    def use(on: Served, api: requests.Session, number: int) -> int:
        made = requests.post(f"{on.admin_url}/alerts", json=body, timeout=60)
        (alert,) = made.json()["alerts"]
        requests.post(f"{on.admin_url}/clock/advance", json={"seconds": 600}, timeout=60)
        for name in ("acknowledge", "close"):
            answer = requests.post(f"{on.admin_url}/alerts/{alert['id']}/{name}", timeout=60)
            assert answer.ok, answer.text
        return made.status_code

    assert set(at_once(servers, use)) == {201}
    alerts = requests.get(f"{admin[1]}/alerts", timeout=60).json()["alerts"]
    deliveries = requests.get(f"{admin[0]}/inbox", timeout=60).json()["deliveries"]
    assert {each["status"] for each in alerts} == {"CLOSED"}
    for name in ("alert.open", "alert.acknowledge", "alert.close"):
        told = Counter(each["alert"] for each in deliveries if each["event"] == name)
        assert told == dict.fromkeys((each["id"] for each in alerts), 1), name
    times = Counter((each["alert"], each["at"], each["event"]) for each in deliveries)
    assert set(times.values()) == {1}
