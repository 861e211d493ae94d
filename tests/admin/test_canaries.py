"""No secret leaves the process: a canary in each place of a secret, of all that clients send."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
import requests

from opsemu.schemas import REGISTRY
from opsemu.schemas.notifications import NOTIFICATIONS
from opsemu.schemas.opsramp import installed
from opsemu.testing.admin_client import AdminClient, WorldAdmin
from opsemu.testing.mongodb import Credentials
from opsemu.testing.requests import Requests

from .canaries import PLAIN, Canaries, everything, failure

BASES = ("/api/public/v1.0", "/api/atlas/v1.0", "/api/atlas/v2")
TIMEOUT = 20
_START = re.compile("(?=(c0[0-9a-f-]{14}))")  # of a canary


@pytest.fixture
def canaries():
    return Canaries()


@pytest.fixture
def token(world):
    key = world.made["opsramp"]["tenants"][0]["keys"][0]
    form = {"grant_type": "client_credentials", "client_id": key["key"]}
    form["client_secret"] = key["secret"]
    url = f"{world.server.base_url}/auth/oauth/token"
    answer = requests.post(url, data=form, timeout=TIMEOUT)
    return str(answer.json()["access_token"])


@pytest.fixture
def tenant(world, token):
    """Calls a path below a tenant's integrations."""
    tenant_id = world.made["opsramp"]["tenants"][0]["id"]
    url = f"{world.server.base_url}/api/v2/tenants/{tenant_id}/integrations"

    def call(method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(
            method, f"{url}/{path}", json=body, headers=headers, timeout=TIMEOUT
        )

    return call


def check(world, log_lines, canaries, *hidden):
    """Nothing of a world shows a canary."""
    shown = "\n".join([*everything(world), log_lines.getvalue()])
    assert len(canaries) > 0
    starts = {canary[:16] for canary in canaries}
    at = [match.start() for match in _START.finditer(shown) if match[1] in starts]
    at += [shown.index(text) for text in (*hidden, world.key[1]) if text in shown]
    assert [shown[max(0, start - 200) : start + 40] for start in at[:3]] == []


def project_url(world, base):
    return f"{world.server.base_url}{base}/groups/{world.made['mongodb']['projects'][0]['id']}"


@pytest.mark.parametrize("base", BASES)
def test_no_secret_of_an_integration_is_shown(world, log_lines, canaries, base):
    world.admin("POST", "/snapshots", json={"name": "s"})
    world.session.headers["Accept"] = "application/vnd.atlas.2024-08-05+json"
    statuses = set()
    for name, cls in REGISTRY.items():
        body = canaries.planted(cls, {**cls.example, "type": name})
        url = f"{project_url(world, base)}/integrations/{name}"
        for method in ("POST", "PUT", "GET", "DELETE", "PUT"):
            statuses.add(world.session.request(method, url, json=body).status_code)
        world.session.put(url, json={**body, "nothing": list(canaries[-3:])})
        world.session.get(f"{url}/{canaries[-1]}")
    assert 200 in statuses
    check(world, log_lines, canaries)


@pytest.mark.parametrize("base", BASES)
def test_no_secret_of_a_notification_is_shown(world, log_lines, canaries, base):
    world.admin("POST", "/snapshots", json={"name": "s"})
    world.session.headers["Accept"] = "application/vnd.atlas.2024-08-05+json"
    statuses = []
    for name, cls in NOTIFICATIONS.items():
        notification = canaries.planted(cls, {"typeName": name, "intervalMin": 5})
        notification |= {"channelName": "c", "roomName": "r", "delayMin": 0}
        body = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": [notification]}
        url = f"{project_url(world, base)}/alertConfigs"
        answer = world.session.post(url, json=body)
        statuses.append(answer.status_code)
        if answer.ok:
            world.session.put(f"{url}/{answer.json()['id']}", json=body)
    assert statuses.count(201) > 4
    check(world, log_lines, canaries)


def test_no_secret_of_opsramp_is_shown(world, log_lines, canaries, tenant, token):
    world.admin("POST", "/snapshots", json={"name": "s"})
    notifier = canaries.planted(installed.Notifier, {"authType": "BASIC"})
    notifier |= {"type": "REST_API", "apiKey": canaries.text(), "baseURI": canaries.plain_url()}
    notifier["accessTokenURI"] = f"www.example.com/?access_token={canaries.text()}"
    sso = canaries.planted(installed.SingleSignOn, {"issuerUrl": canaries.plain_url()})
    names = ("AccessKey", "SecretKey", "ClientSecretKey")
    body = {
        "displayName": "Mine",
        "category": "Custom",
        "inboundConfig": {"authentication": {"authType": "OAUTH2", "role": {"uniqueId": "r"}}},
        "outboundConfig": {"baseNotifier": notifier},
        "singleSignOnAuthentication": sso,
        "credential": {name: canaries.text() for name in names},
        "emailProps": [{"properties": [{"name": "api_token", "value": canaries.text()}]}],
        "parentIntg": {"token": canaries.text()},
    }
    answer = tenant("POST", "install/CUSTOM", body)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    one = f"installed/{made['id']}"
    event = {
        "name": "e",
        "entity": "ALERT",
        "notifier": notifier,
        "headers": [
            {"key": "Authorization", "value": f"Basic {canaries.text()}"},
            {"name": "X-Api-Key", "value": canaries.text()},
        ],
        "endPointURI": canaries.plain_url(),
        "eventPayload": json.dumps({"password": canaries.text()}),
        "depEvent": {"headers": [{"key": "token", "value": canaries.text()}]},
    }
    statuses = [
        tenant("POST", one, body).status_code,
        tenant("POST", f"{one}/notifier", notifier).status_code,
        tenant("POST", f"{one}/additionalProps", canaries.bag()).status_code,
        tenant("POST", f"{one}/event", event).status_code,
        tenant("GET", one).status_code,
        tenant("GET", f"{one}/events").status_code,
    ]
    assert set(statuses) == {200}
    renewed = tenant("POST", f"{one}/inbound/authentication/regenerateSecretOrToken").json()
    pairs = [
        *made["inboundConfig"]["authentication"]["apiKeyPairs"],
        *renewed["apiKeyPairs"],
    ]
    issued = [pair["secret"] for pair in pairs]
    state = world.admin("GET", "/state").json()
    before = tenant("GET", one).json()
    assert world.admin("PUT", "/state", json=state).status_code == 204
    assert world.admin("GET", "/state").json() == state
    after = tenant("GET", one).json()
    assert after["inboundConfig"] == before["inboundConfig"]
    assert after["outboundConfig"]["baseNotifier"]["baseURI"].startswith("https://****@")
    tenant("POST", f"{one}/notifier", [notifier])
    tenant("GET", f"{token}?x={issued[-1]}")
    check(world, log_lines, canaries, token, *issued)


def calls_of(world):
    """A path and a method for each operation of every family, deletions last."""
    project = world.made["mongodb"]["projects"][0]
    tenant = world.made["opsramp"]["tenants"][0]["id"]
    values = {"group_id": project["id"], "org_id": project["orgId"], "tenant_id": tenant}

    def value(match: re.Match[str]) -> str:
        return values.get(match[2], match[1] or "SLACK")

    rules = world.server.app.url_map.iter_rules()
    pairs = {
        (method, re.sub(r"<(?:any\((\w+)[^>]*:|path:)?(\w+)>", value, rule.rule))
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    return sorted(pairs, key=lambda pair: (pair[0] == "DELETE", pair))


def test_no_secret_in_a_request_to_any_operation_is_shown(world, log_lines, canaries, token):
    world.session.headers["Accept"] = "application/vnd.atlas.2024-08-05+json"
    bearer = {"Authorization": f"Bearer {token}"}
    calls = calls_of(world)
    assert len(calls) > 100
    for number, (method, path) in enumerate(calls):
        if number % 100 == 0:  # not all secrets that were ever sent are known for ever
            secret = canaries.text()
            world.put("SLACK", apiToken=secret, teamName=secret, channelName=f"see {secret}")
        url = world.server.base_url + path
        bag = canaries.bag()
        names = [name for name, value in bag.items() if isinstance(value, str)]
        query = "&".join(f"{name}={quote(str(bag[name]), safe='')}" for name in names)
        own = {"User-Agent": f"x/{secret}", "X-Api-Key": canaries.text(), "Cookie": canaries.text()}
        text = json.dumps(bag)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        bodies: list[tuple[Any, dict[str, str]]] = [
            (text, {"Content-Type": "application/json"}),
            (text, form),
            (text[:-1] + ",}", form),
            (text, {}),
            ({name: bag[name] for name in names}, {}),
            (f"<{secret}/>", {"Content-Type": "text/xml"}),
        ]
        body, kind = bodies[number % len(bodies)]
        is_mongodb = path.startswith(BASES)
        session = world.session if is_mongodb else requests
        auth = {} if is_mongodb else bearer
        short = query[: 6000 if number % 5 else 0]
        target = f"{url}?{short}"
        data = {} if method == "GET" else {"data": body}
        session.request(method, target, headers={**own, **kind, **auth}, timeout=TIMEOUT, **data)
        if number % 5 == 0:
            session.request(method, f"{url}/{secret}", headers=auth, timeout=TIMEOUT)
            requests.request(method, f"{url}/{secret}", timeout=TIMEOUT, **data)
        if number % 100 == 99:  # before the journal drops requests
            world.session.delete(f"{world.url}/SLACK")  # a state has texts as they were sent
            check(world, log_lines, canaries)
            world.admin("DELETE", "/requests")
    check(world, log_lines, canaries)


def test_no_secret_in_credentials_is_shown(world, log_lines, canaries):
    for _ in range(2):
        secret = canaries.text()
        for value in (secret, f"Bearer {secret}", f"Basic {secret}", f"Digest {secret}"):
            requests.get(world.url, headers={"Authorization": value}, timeout=TIMEOUT)
        requests.get(world.url, auth=("me", secret), timeout=TIMEOUT)
        requests.post(
            f"{world.server.base_url}/api/oauth/token", auth=("me", secret), timeout=TIMEOUT
        )
        requests.get(f"{world.url}?access_token={secret}", timeout=TIMEOUT)
    check(world, log_lines, canaries)


def test_a_failing_assertion_shows_no_secret(world, canaries):
    client = AdminClient(world.server.admin_url, "")
    report = failure(Requests(WorldAdmin(client, world.name)), canaries.bag())
    client.close()
    assert [canary for canary in canaries if canary in report] == []
    assert "'name': 'token of the team'" in report


def test_the_journal_shows_what_is_no_secret(world, canaries):
    bag = canaries.bag()
    query = "&".join(f"{name}={quote(str(value))}" for name, value in PLAIN.items())
    world.session.post(f"{world.url}/SLACK?{query}", json=bag)
    (entry,) = world.admin("GET", "/requests").json()["requests"]
    assert {name: entry["request"]["body"][name] for name in PLAIN} == PLAIN
    assert entry["target"].endswith(query)


def test_the_representation_of_a_key_does_not_hold_its_secret():
    assert repr(Credentials("me", "hunter2", "owner")) == "Credentials(name='me', about='owner')"
