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

from ..conftest import signed
from ..mongodb.automation.configs import replica_set
from ..storm.routes import BODIES
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


def test_no_secret_of_an_alert_is_shown_where_it_was_delivered(world, log_lines, canaries):
    """Keys of services in deliveries, of an integration and of a configuration."""
    world.admin("POST", "/snapshots", json={"name": "s"})
    group = project_url(world, BASES[0])
    notifications = []
    for name, cls in NOTIFICATIONS.items():
        notification = canaries.planted(cls, {"typeName": name, "intervalMin": 5})
        notification |= {"channelName": "c", "roomName": "r", "delayMin": 0}
        body = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": [notification]}
        if world.session.post(f"{group}/alertConfigs", json=body).ok:
            notifications.append(notification)
    assert len(notifications) > 4
    project = world.made["mongodb"]["projects"][0]["id"]
    opened = world.admin("POST", "/alerts", json={"project": project, "event": "NO_PRIMARY"})
    assert opened.status_code == 201, opened.text
    assert len(opened.json()["alerts"]) == len(notifications)
    world.admin("POST", "/clock/advance", json={"seconds": 3600})
    for alert in opened.json()["alerts"]:
        world.admin("POST", f"/alerts/{alert['id']}/close")
    assert len(world.admin("GET", "/inbox").json()["deliveries"]) > len(notifications)
    check(world, log_lines, canaries)


def test_no_secret_that_a_client_sends_to_a_fake_is_shown(world, log_lines, canaries):
    world.admin("POST", "/snapshots", json={"name": "s"})
    fakes = f"{world.server.base_url}/__fakes/@{world.name}"
    for path in (
        "slack/api/chat.postMessage",
        "pagerduty/v2/enqueue",
        "datadog/api/v1/events",
        "opsgenie/v2/alerts",
        f"victorops/integrations/generic/20131114/alert/{canaries.uuid()}/team",
        f"teams/{canaries.text()}",
        f"webhook/{canaries.text()}",
    ):
        headers = {
            "Authorization": f"{'GenieKey' if 'genie' in path else 'Bearer'} {canaries.text()}",
            "DD-API-KEY": canaries.text(),
            "DD-APPLICATION-KEY": canaries.text(),
            "Cookie": f"session={canaries.text()}",
            "X-Api-Key": canaries.text(),
        }
        query = f"api_key={canaries.text()}&token={canaries.text()}"
        for body in (canaries.bag(), {"routing_key": canaries.text(), "token": canaries.text()}):
            requests.post(f"{fakes}/{path}?{query}", json=body, headers=headers, timeout=TIMEOUT)
    assert len(world.admin("GET", "/inbox").json()["deliveries"]) == 14
    check(world, log_lines, canaries)


def test_no_secret_of_a_deployment_or_of_administration_is_shown(world, log_lines, canaries):
    """Passwords of automation, keys made over the API, of agents, of stores; users' passwords."""
    world.admin("POST", "/snapshots", json={"name": "s"})
    base, group = f"{world.server.base_url}{BASES[0]}", project_url(world, BASES[0])
    org = world.made["mongodb"]["projects"][0]["orgId"]
    owner = world.made["mongodb"]["keys"][-1]
    admin = signed((owner["publicKey"], owner["privateKey"]))
    issued = []
    config = {
        **replica_set(),
        "auth": {
            "disabled": False,
            "autoUser": "mms-automation",
            "autoPwd": canaries.text(),
            "key": canaries.text(),
            "keyfile": "/keyfile",
            "usersWanted": [{"db": "admin", "user": "u", "initPwd": canaries.text(), "roles": []}],
        },
        "ssl": {"autoPEMKeyFilePwd": canaries.text()},
        "ldap": {"bindQueryPassword": canaries.text()},
    }
    s3 = {
        **BODIES["createS3Blockstore"][-1],
        "awsAccessKey": canaries.text(),
        "awsSecretKey": canaries.text(),
        "uri": f"mongodb://me:{canaries.text()}@db.example.com:27017",
    }
    user = {
        "username": "a@example.com",
        "password": f"{canaries.text()}A!",
        "firstName": "A",
        "lastName": "B",
        "roles": [{"orgId": org, "roleName": "ORG_MEMBER"}],
    }
    host = {"hostname": "h", "port": 27017, "username": "u", "password": canaries.text()}
    calls = [
        ("PUT", f"{group}/automationConfig", config),
        ("GET", f"{group}/automationConfig", None),
        ("PUT", f"{group}/automationConfig/monitoringAgentConfig", {"password": canaries.text()}),
        ("PUT", f"{group}/automationConfig/backupAgentConfig", {"password": canaries.text()}),
        ("POST", f"{group}/hosts", host),
        ("POST", f"{base}/admin/backup/snapshot/s3Configs", s3),
        ("PUT", f"{base}/admin/backup/snapshot/s3Configs/one", s3),
        ("POST", f"{base}/admin/backup/oplog/s3Configs", s3),
        ("POST", f"{base}/users", user),
        ("POST", f"{base}/orgs/{org}/apiKeys", {"desc": "d", "roles": ["ORG_MEMBER"]}),
        ("POST", f"{group}/apiKeys", {"desc": "d", "roles": ["GROUP_OWNER"]}),
        ("POST", f"{group}/agentapikeys", {"desc": "d"}),
    ]
    for method, url, body in calls:
        answer = admin.request(method, url, json=body, timeout=TIMEOUT)
        assert answer.ok, (url, answer.text)
        made = answer.json()
        issued += [made[name] for name in ("privateKey", "key") if isinstance(made.get(name), str)]
    admin.close()
    assert len(issued) == 3
    check(world, log_lines, canaries, *issued)


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

    rules = world.server.services.router.url_map.iter_rules()
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
