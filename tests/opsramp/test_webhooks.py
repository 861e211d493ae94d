"""The webhook addresses that responses show."""

from __future__ import annotations

import json

import pytest
import requests

from opsemu.server import Emulator

from .conftest import Client
from .test_traps import install

ALERT = {
    "subject": "The CPU is busy", "currentState": "Warning", "serviceName": "CPU",
    "device": {"hostName": "laptop"}, "app": "Nagios",
}  # fmt: skip
WEBHOOK = {"authentication": {"authType": "WEBHOOK"}, "entityTypes": ["ALERT", "INCIDENT"]}


def call(url: str, body=ALERT, **kwargs) -> requests.Response:
    return requests.post(url, json=body, timeout=10, **kwargs)


def alerts(client: Client):
    """The alerts of the demo tenant, the latest first."""
    return client.get("/api/v2/tenants/client_8/alerts/search").json()["results"]


def webhook(installed) -> str:
    return str(installed["inboundConfig"]["authentication"]["webhookUrl"])


@pytest.fixture
def installed(empty_client):
    """An installed integration that has webhooks."""
    return install(empty_client, inboundConfig=WEBHOOK)


def map_alert(client: Client, installed, *mappings):
    """Map members of an alert: pairs of a name and the other system's."""
    rows = [
        {"name": name, "thirdPartyAttrName": other, "entityType": "ALERT", "attrValues": values}
        for name, other, values in mappings
    ]
    body = {"inboundConfig": {"mapAttributes": rows}}
    assert client.post(f"installed/{installed['id']}/mappingAttr", json=body).status_code == 200


@pytest.mark.evidence("CLIENT", "opsrampcli webhookalerts; INFERRED: the response")
@pytest.mark.parametrize("name", ["CUSTOM", "NEWRELIC", "CUSTOM-EVENT"])
def test_a_post_to_a_shown_address_becomes_an_alert(empty_client, name):
    response = call(webhook(install(empty_client, name, inboundConfig=WEBHOOK)))
    assert response.status_code == 200
    (event_id,) = response.json()
    (alert,) = alerts(empty_client)
    assert (alert["subject"], alert["currentState"], alert["app"]) == (
        "The CPU is busy", "Warning", "Nagios",
    )  # fmt: skip
    path = f"/api/v2/tenants/client_8/alerts/event/{event_id}"
    assert empty_client.get(path).json()["uniqueId"] == alert["uniqueId"]


@pytest.mark.evidence("SPEC", "webhookDetails; what an entity's address does is INFERRED")
def test_every_shown_address_is_served(empty_client, installed):
    details = installed["inboundConfig"]["authentication"]["webhookDetails"]
    for detail in details:
        assert call(detail["url"], {}).status_code == 200
    subjects = [alert["subject"] for alert in alerts(empty_client)]
    assert subjects == ["INCIDENT of Mine"]  # of the same device, metric and component
    assert alerts(empty_client)[0]["repeatCount"] == str(len(details))


@pytest.mark.evidence("INFERRED", "the status for a wrong token is not documented")
@pytest.mark.parametrize("token", ["", "wrong", "%00", "%F0%9F%98%80", "é"])
def test_a_wrong_token_is_401(empty_client, installed, token):
    base = webhook(installed).partition("?")[0]
    for url in (base, f"{base}?vtoken={token}", f"{base}?vtoken={token}&world=default"):
        response = call(url)
        assert (response.status_code, response.json()["error"]) == (401, "unauthorized")
    assert alerts(empty_client) == []


@pytest.mark.evidence("INFERRED", "a token opens its own tenant's webhooks only")
@pytest.mark.parametrize("tenant", ["msp_1", "client_9", "x" * 3000, "%00", ".."])
def test_a_token_of_another_tenant_is_401(installed, tenant):
    response = call(webhook(installed).replace("client_8", tenant))
    assert response.status_code in (401, 404)


@pytest.mark.evidence("INFERRED", "an integration that is disabled or renewed takes no alerts")
def test_a_webhook_ends_with_its_token_and_while_it_is_disabled(empty_client, installed):
    path, url = f"installed/{installed['id']}", webhook(installed)
    empty_client.post(f"{path}/disable")
    assert call(url).status_code == 401
    empty_client.post(f"{path}/enable")
    assert call(url).status_code == 200
    empty_client.post(f"{path}/inbound/authentication/regenerateSecretOrToken")
    assert call(url).status_code == 401


@pytest.mark.evidence("INFERRED", "members, values and defaults of an inbound alert")
def test_inbound_mappings_make_an_alert_of_what_the_other_system_sends(empty_client, installed):
    states = [
        {"attrValue": "Critical", "thirdPartyAttrValue": "5"},
        {"attrValue": "Ok", "thirdPartyAttrValue": "0"},
    ]
    map_alert(
        empty_client,
        installed,
        ("Alert state", "level", states),
        ("Alert Name", "event.title", []),
        ("Device name", "host", []),
        ("Resource IP address", "addr", []),
        ("Component", "absent", []),
    )
    payload = {"level": 5, "event": {"title": "Down"}, "host": "h1", "addr": "10.0.0.1"}
    assert call(webhook(installed), payload).status_code == 200
    (alert,) = alerts(empty_client)
    assert (alert["currentState"], alert["subject"]) == ("Critical", "Down")
    assert (alert["device"]["hostName"], alert["device"]["ipAddress"]) == ("h1", "10.0.0.1")
    assert (alert["serviceName"], alert["app"], alert["component"]) == ("Custom", "CUSTOM", "")
    assert call(webhook(installed), payload | {"level": 0}).status_code == 200
    (alert,) = alerts(empty_client)
    assert (alert["currentState"], alert["oldState"]) == ("Ok", "Critical")


@pytest.mark.evidence("INFERRED", "a refusal in OpsRamp's own shape")
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"5", 400),
        (b'"text"', 400),
        (b"[5]", 400),
        (b"[" * 100_000, 400),
        (b'{"currentState": "firing"}', 400),
        (b'{"subject": {"a": 1}}', 400),
        (b"", 200),
        (b"[]", 200),
        (json.dumps([ALERT, ALERT]).encode(), 200),
    ],
)
def test_what_is_no_alert_is_400(installed, content, status):
    headers = {"Content-Type": "application/json"}
    response = requests.post(webhook(installed), data=content, headers=headers, timeout=10)
    assert response.status_code == status
    assert status == 200 or response.json()[0]["code"] == "0002"


def test_a_mapping_to_any_name_stores_an_alert_or_nothing(empty_client, installed):
    for name in ("alert", "alert.resource", "alert.resource.ipAddress", "resource.a.b.c", "."):
        row = {
            "name": f"x{name}", "attrName": name, "thirdPartyAttrName": "a", "entityType": "ALERT",
        }  # fmt: skip
        body = {"inboundConfig": {"mapAttributes": [row]}}
        empty_client.post(f"installed/{installed['id']}/mappingAttr", json=body)
        assert call(webhook(installed), ALERT | {"a": 1}).status_code in (200, 400)


@pytest.mark.evidence("INFERRED", "another method is answered like on other paths")
def test_a_webhook_is_for_posts(installed):
    response = requests.get(webhook(installed), timeout=10)
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.evidence("INFERRED", "an unknown path below is answered like below /api/v2")
def test_an_unknown_path_beside_the_webhooks_is_opsramps_404(installed):
    url = webhook(installed).replace("/webhook/", "/nothing/")
    response = call(url)
    assert (response.status_code, response.content) == (404, b"")
    assert "X-RateLimit-Limit" in response.headers


def test_an_alert_by_webhook_is_in_the_journal_without_its_token(opsramp):
    body = {"integration": {"id": "CUSTOM"}, "inboundConfig": WEBHOOK}
    intg_id = opsramp.integrations.put(body).id
    url = f"{opsramp.url}/tenants/{opsramp.tenant_id}/integrations/installed/{intg_id}"
    address = opsramp.session.get(url).json()["inboundConfig"]["authentication"]["webhookUrl"]
    assert call(address).status_code == 200
    (entry,) = opsramp.requests.find("receiveWebhooks")
    assert entry.status == 200
    token = address.partition("vtoken=")[2].partition("&")[0]
    assert token not in str(entry)
    assert token not in json.dumps(opsramp.requests.find()[-1].__dict__, default=str)


def test_worlds_that_share_a_token_receive_their_own_alerts():
    access = {"authType": "WEBHOOK", "token": "t" * 32}
    installed = {"integration": {"id": "NEWRELIC"}, "inboundConfig": {"authentication": access}}
    tenant = {"id": "client_1", "name": "C", "installed": [installed]}
    seed = {"tenants": [{**tenant, "keys": [{"key": "k", "secret": "s"}]}]}
    with Emulator(seed="empty") as emulator:
        for name in ("one", "two"):
            url, body = f"{emulator.admin_url}/worlds", {"name": name, "document": seed}
            world = requests.post(url, json=body, timeout=10).json()
            key = world["opsramp"]["tenants"][0]["keys"][0]
            with Client(emulator.base_url) as client:
                token = client.token(client_id=key["key"], client_secret=key["secret"])
                client.headers["Authorization"] = f"Bearer {token}"
                path = "/api/v2/tenants/client_1"
                (found,) = client.get(f"{path}/integrations/installed").json()
                assert call(webhook(found), ALERT | {"subject": name}).status_code == 200
                rows = client.get(f"{path}/alerts/search").json()["results"]
                assert [row["subject"] for row in rows] == [name]


def test_a_webhook_finds_the_world_of_its_token_without_its_name(opsramp):
    body = {"integration": {"id": "NEWRELIC"}, "inboundConfig": WEBHOOK}
    intg_id = opsramp.integrations.put(body).id
    base = f"{opsramp.url}/tenants/{opsramp.tenant_id}"
    found = opsramp.session.get(f"{base}/integrations/installed/{intg_id}").json()
    assert call(webhook(found).partition("&world=")[0]).status_code == 200
    assert opsramp.session.get(f"{base}/alerts/search").json()["totalResults"] == 1
