"""Alerts: posted, repeated, searched."""

from __future__ import annotations

import re

import pytest

from opsemu.opsramp.alert_model import MAX_ALERTS
from opsemu.server import Emulator
from opsemu.store import Owner

from .conftest import Client

TENANT = "/api/v2/tenants/client_8"
# SPEC, tenants/{tenantId}/alert: examples 1, 3 and, without `serviceName` and `app`, 4.
LAPTOP = {
    "serviceName": "CPU", "device": {"hostName": "laptop", "ipAddress": "172.2.229.109"},
    "subject": "The CPU is busy", "alertTime": "2017-10-01T00:00:00+0000",
    "currentState": "CRITICAL", "app": "OPSRAMP", "alertType": "Maintenance", "component": "C",
    "description": "an API call", "monitorName": "test",
}  # fmt: skip
SERVER = {
    "serviceName": "MEMORY", "resource": {"extResourceId": "6464", "ipAddress": "172.24.132.47"},
    "subject": "The memory is full", "alertTime": "2018-11-02 10:52:55",
    "currentState": "warning", "oldState": "OK",
}  # fmt: skip
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def post(client: Client, **changes):
    """Post the alert with changes; the alert as GET shows it."""
    (event_id,) = client.post(f"{TENANT}/alert", json=LAPTOP | changes).json()
    return client.get(f"{TENANT}/alerts/event/{event_id}").json()


def search(client: Client, query: str = "") -> list[str]:
    """The subjects of the alerts that are found."""
    page = client.get(f"{TENANT}/alerts/search?{query}").json()
    return [row["subject"] for row in page["results"]]


@pytest.mark.evidence("SPEC", "alert, alerts: arrays of event ids")
def test_a_post_is_answered_with_an_event_id_for_each_alert(client):
    one = client.post(f"{TENANT}/alert", json=LAPTOP)
    many = client.post(f"{TENANT}/alerts", json=[LAPTOP, SERVER])
    assert (one.status_code, many.status_code) == (200, 200)
    ids = one.json() + many.json()
    assert len(set(ids)) == 3
    assert all(UUID.fullmatch(event_id) for event_id in ids)


@pytest.mark.evidence("SPEC", "alerts/{alertId}, example-raw; the ids' relation is INFERRED")
def test_an_alert_is_shown_with_the_members_of_the_documented_sample(client):
    alert = post(client)
    expected = {
        "subject": "The CPU is busy", "currentState": "Critical", "serviceName": "CPU",
        "metric": "CPU", "alertType": "MAINTENANCE", "app": "OPSRAMP", "component": "C",
        "alertTime": "2017-10-01T00:00:00+0000", "clientUniqueId": "client_8", "tenantId": 8,
        "tenantName": "Demo Client", "repeatCount": "1", "status": "New", "priority": "N/A",
        "eventType": "ALERT", "actedTs": 0, "acknowledged": False, "suppressed": False,
        "permanentlySuppressed": False, "closed": False, "ticketed": False,
        "description": "an API call", "elapsedTimeString": "0m ",
    }  # fmt: skip
    assert {name: alert[name] for name in expected} == expected
    assert list(alert["device"]) == [
        "id", "name", "hostName", "ipAddress", "aliasName", "resourceName", "resourceType", "type",
    ]  # fmt: skip
    assert (alert["device"]["name"], alert["device"]["type"]) == ("laptop", "DEVICE")
    assert alert["resource"]["id"] == alert["device"]["id"]
    assert alert["statusHistory"] == {"createdBy": "system", "createdTime": alert["createdDate"]}
    assert client.get(f"{TENANT}/alerts/{alert['uniqueId']}").json() == alert


@pytest.mark.evidence("SPEC", "alert, examples 2 and 3: a resource, a time without an offset")
def test_an_alert_is_about_a_resource_and_needs_no_app(client):
    (event_id,) = client.post(f"{TENANT}/alerts", json=[SERVER]).json()
    alert = client.get(f"{TENANT}/alerts/event/{event_id}").json()
    assert (alert["resource"]["id"], alert["device"]["ipAddress"]) == ("6464", "172.24.132.47")
    assert alert["alertTime"] == "2018-11-02T10:52:55+0000"
    assert (alert["currentState"], alert["oldState"]) == ("Warning", "Ok")


@pytest.mark.evidence("SPEC", "required members; INFERRED: the words of the refusal")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": None}, "subject"),
        ({"currentState": None}, "currentState"),
        ({"currentState": "on fire"}, "currentState"),
        ({"serviceName": None}, "serviceName"),
        ({"device": None}, "device"),
        ({"device": {}}, "device"),
        ({"device": {"hostName": ""}}, "device"),
        ({"device": {"hostName": 5}}, "hostName"),
        ({"alertType": "MOOD"}, "alertType"),
        ({"alertTime": "yesterday"}, "alertTime"),
        ({"description": "x" * 20_000}, "body"),
    ],
)
def test_a_wrong_alert_is_a_400_that_names_its_member(client, changes, field):
    response = client.post(f"{TENANT}/alert", json=LAPTOP | changes)
    assert (response.status_code, response.json()[0]["fieldName"]) == (400, field)
    assert search(client) == []


@pytest.mark.evidence("INFERRED", "the SPEC has an object for alert and an array for alerts")
@pytest.mark.parametrize(
    ("path", "body"),
    [("alert", [LAPTOP]), ("alerts", LAPTOP), ("alerts", [LAPTOP, 5]), ("alert", 5)],
)
def test_what_is_no_alert_is_refused_and_nothing_is_stored(client, path, body):
    assert client.post(f"{TENANT}/{path}", json=body).status_code == 400
    assert search(client) == []


@pytest.mark.evidence("CLIENT", "opsrampcli getalerts --heal posts device, metric, component")
def test_an_alert_that_is_posted_again_changes_the_one_there_is(client):
    first = post(client)
    names = ("device", "metric", "component", "serviceName", "problemArea", "alertType", "app")
    heal = {name: first[name] for name in names}
    body = {**heal, "currentState": "Ok", "subject": "Healed", "description": "by hand"}
    assert client.post(f"{TENANT}/alert", json=body).status_code == 200
    alert = client.get(f"{TENANT}/alerts/{first['uniqueId']}").json()
    assert (alert["currentState"], alert["oldState"]) == ("Ok", "Critical")
    assert (alert["repeatCount"], alert["subject"]) == ("2", "Healed")
    assert alert["createdDate"] == first["createdDate"]
    assert search(client) == ["Healed"]


@pytest.mark.evidence("INFERRED", "what makes two alerts the same is not documented")
@pytest.mark.parametrize(
    "changes", [{"serviceName": "PING"}, {"component": "D"}, {"device": {"hostName": "other"}}]
)
def test_an_alert_about_another_thing_is_another_alert(client, changes):
    assert post(client)["uniqueId"] != post(client, **changes)["uniqueId"]


@pytest.mark.evidence("SPEC", "alerts/search: orderBy, descending; CLIENT: no description")
def test_a_search_lists_the_newest_first_and_without_descriptions(client):
    client.post(f"{TENANT}/alerts", json=[LAPTOP, SERVER])
    page = client.get(f"{TENANT}/alerts/search").json()
    assert [row["subject"] for row in page["results"]] == [SERVER["subject"], LAPTOP["subject"]]
    assert list(page) == [
        "results", "totalResults", "orderBy", "pageNo", "pageSize", "totalPages", "nextPage",
        "previousPageNo", "descendingOrder",
    ]  # fmt: skip
    assert (page["orderBy"], page["descendingOrder"]) == ("ts", True)
    assert all("description" not in row for row in page["results"])
    query = "isDescendingOrder=false&sortName=subject"
    assert search(client, query) == sorted([LAPTOP["subject"], SERVER["subject"]])


@pytest.mark.evidence("SPEC", "alerts/search: variables of queryString")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("states:Critical", 1),
        ("states:critical,warning", 2),
        ("states:Info", 0),
        ("alertTypes:Maintenance", 1),
        ("alertTypes:all", 2),
        ("metrics:MEMORY", 1),
        ("apps:OPSRAMP", 2),
        ("clientIds:client_8+states:Warning", 1),
        ("clientIds:client_9", 0),
        ("resourceIds:6464", 1),
        ("uniqueId:1", 1),
        ("priority:N/A", 2),
        ("actions:OPEN", 2),
        ("actions:TICKETED", 0),
        ("startDate:2016-02-24T09:19:47 0000", 2),
        ("startDate:2016-02-24T09:19:47%2B0000", 2),
        ("endDate:2016-02-24T09:19:47%2B0000", 0),
        ("deviceStatus:manage", 2),
    ],
)
def test_a_search_finds_alerts_by_the_documented_variables(client, query, count):
    client.post(f"{TENANT}/alerts", json=[LAPTOP, SERVER])
    assert len(search(client, f"queryString={query}")) == count


@pytest.mark.evidence("SPEC", "elapsedTimeString: `4d 22h 21m `, and `64d 59m ` without hours")
@pytest.mark.parametrize(
    ("seconds", "text"), [(59, "0m "), (424_860, "4d 22h 1m "), (5_533_140, "64d 59m ")]
)
def test_the_time_since_an_alert_is_that_of_the_worlds_clock(seconds, text):
    with (
        Emulator() as emulator,
        emulator.world() as world,
        Client(emulator.base_url) as client,
    ):
        world.freeze()
        unique_id = post(client)["uniqueId"]
        world.advance(seconds)
        client.headers["Authorization"] = f"Bearer {client.token()}"
        alert = client.get(f"{TENANT}/alerts/{unique_id}").json()
    assert alert["elapsedTimeString"] == text


@pytest.mark.evidence("INFERRED", "an unknown alert is answered like an unknown integration")
@pytest.mark.parametrize("path", ["4711", "x" * 300, "event/4711"])
def test_an_unknown_alert_is_500(client, path):
    response = client.get(f"{TENANT}/alerts/{path}")
    assert (response.status_code, response.json()["code"]) == (500, "0003")
    assert "No alert found" in response.text


@pytest.mark.evidence("INFERRED", "DOCS: not authorized is 401")
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "alert"), ("POST", "alerts"), ("GET", "alerts/1"), ("GET", "alerts/search")],
)
def test_alerts_of_another_tenant_are_401(client, method, path):
    url = f"/api/v2/tenants/msp_1/{path}"
    assert client.request(method, url, json=LAPTOP).status_code == 401


def test_only_the_latest_alerts_are_kept(client, server):
    for start in (0, MAX_ALERTS):
        alerts = [LAPTOP | {"component": str(start + n)} for n in range(MAX_ALERTS)]
        assert client.post(f"{TENANT}/alerts", json=alerts).status_code == 200
    page = client.get(f"{TENANT}/alerts/search?pageSize=1").json()
    assert page["totalResults"] == MAX_ALERTS
    assert page["results"][0]["component"] == str(2 * MAX_ALERTS - 1)
    table = server.store.tables(Owner("default", "tenant", "client_8"))["alerts"]
    assert len(table["log"]["alerts"]) == MAX_ALERTS
    assert client.post(f"{TENANT}/alerts", json=[LAPTOP] * (MAX_ALERTS + 1)).status_code == 400


@pytest.mark.evidence("CLIENT", "python-opsramp: get_alert_technologies(), a list; SEED names it")
def test_alert_technologies_are_the_alert_sources(client):
    listed = client.get("/api/v2/cfg/alertTechnologies").json()
    path = f"{TENANT}/cfg/alertSource/available/custIntg/CUSTOM"
    assert listed == client.get(path).json()
    assert {"Custom", "Nagios", "Datadog", "New Relic"} <= {each["name"] for each in listed}


@pytest.mark.evidence("SPEC", "alertTypes, example-1")
def test_alert_types_are_the_documented_list(client):
    assert client.get("/api/v2/alertTypes").json() == [
        "AGENT", "MAINTENANCE", "MONITORING", "APPLIANCE", "SCHEDULED MAINTENANCE", "OBSOLETE",
        "FORECAST", "CHANGE DETECTION",
    ]  # fmt: skip


@pytest.mark.evidence("INFERRED", "DOCS have the status")
@pytest.mark.parametrize("path", ["cfg/alertTechnologies", "alertTypes"])
def test_lists_without_a_tenant_need_a_token(client, path):
    response = client.get(f"/api/v2/{path}", headers={"Authorization": None})
    assert response.status_code == 401
