"""Alerts from their opening to what is sent, over the admin API and MongoDB's."""

from __future__ import annotations

import json

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed

START = "2026-11-28T09:00:00Z"
CONFIG = {
    "enabled": True,
    "eventTypeName": "NO_PRIMARY",
    "notifications": [
        {
            "typeName": "WEBHOOK",
            "webhookUrl": "https://hooks.example.com/services/secret-part",
            "webhookSecret": "secret123",
            "intervalMin": 5,
            "delayMin": 0,
        }
    ],
}


class World:
    """The default world's admin API and the owner's session."""

    def __init__(self, server, api):
        self.admin_url, self.api = server.admin_url, api
        self.group = f"{server.url}/groups/{EMPTY}"

    def admin(self, method, path, status=None, **options):
        answer = requests.request(method, f"{self.admin_url}{path}", timeout=20, **options)
        assert status in (None, answer.status_code), answer.text
        return answer.json() if answer.content else None

    def configure(self, **change):
        answer = self.api.post(f"{self.group}/alertConfigs", json={**CONFIG, **change})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def open(self, **change):
        body = {"project": EMPTY, "event": "NO_PRIMARY", **change}
        return self.admin("POST", "/alerts", 201, json=body)

    def inbox(self, **query):
        return self.admin("GET", "/inbox", 200, params=query)["deliveries"]

    def events(self, **query):
        return [(each["at"][11:16], each["event"]) for each in self.inbox(**query)]


@pytest.fixture
def world(server, api):
    world = World(server, api)
    world.admin("POST", "/clock/freeze", 200, json={"at": START})
    return world


@pytest.mark.evidence(
    "DOCS", "the manual: alerts, their configurations, the test of a notification"
)
@pytest.mark.evidence("RECORDED", "alerts of mongodb-atlas-cli's runs")
def test_an_alert_is_opened_repeated_acknowledged_and_closed(world):
    config = world.configure()
    opened = world.open(target={"replicaSetName": "rs0", "hostnameAndPort": "db1.example:27017"})
    (alert,) = opened["alerts"]
    assert (alert["alertConfigId"], alert["status"]) == (config["id"], "OPEN")
    world.admin("POST", "/clock/advance", 200, json={"seconds": 1800})
    until = {"acknowledgedUntil": "2026-11-28T11:00:00Z", "acknowledgementComment": "seen"}
    one = f"{world.group}/alerts/{alert['id']}"
    answer = world.api.patch(one, json=until)
    assert answer.status_code == 200, answer.text
    assert answer.json()["acknowledgingUsername"] == "opsowner"
    world.admin("POST", "/clock/advance", 200, json={"seconds": 3600})
    closed = world.admin("POST", f"/alerts/{alert['id']}/close", 200)
    assert (closed["status"], closed["resolved"]) == ("CLOSED", "2026-11-28T10:30:00Z")
    assert world.events() == [
        ("09:00", "alert.open"),
        ("09:05", "alert.update"),
        ("09:15", "alert.update"),
        ("09:30", "alert.update"),
        ("09:30", "alert.acknowledge"),
        ("10:30", "alert.close"),
    ]
    listed = world.api.get(f"{world.group}/alerts?status=CLOSED").json()
    assert [each["id"] for each in listed["results"]] == [alert["id"]]
    assert world.api.get(f"{world.group}/alerts?status=OPEN").json()["totalCount"] == 0
    assert list(world.api.get(one).json()) == sorted(world.api.get(one).json())


@pytest.mark.evidence("RECORDED", "an alert of Atlas acknowledged until the second of the request")
@pytest.mark.evidence("CLIENT", "scripts of Ops Manager take it back by a date in the past")
@pytest.mark.parametrize(("until", "is_shown"), [("09:00:00", True), ("08:59:59", False)])
def test_the_present_second_acknowledges_and_the_past_takes_it_back(world, until, is_shown):
    world.admin("POST", "/clock/freeze", 200, json={"at": START.replace("00Z", "00.7Z")})
    world.configure()
    (alert,) = world.open()["alerts"]
    body = {"acknowledgedUntil": f"2026-11-28T{until}Z"}
    shown = world.api.patch(f"{world.group}/alerts/{alert['id']}", json=body).json()
    assert ("acknowledgedUntil" in shown) is is_shown


@pytest.mark.evidence(
    "DOCS", "the manual: alerts, their configurations, the test of a notification"
)
def test_a_deleted_configuration_cancels_its_alerts_and_tells_so(world):
    config = world.configure()
    (alert,) = world.open()["alerts"]
    world.api.delete(f"{world.group}/alertConfigs/{config['id']}")
    shown = world.api.get(f"{world.group}/alerts/{alert['id']}").json()
    assert shown["status"] == "CANCELLED"
    assert [event for _, event in world.events()] == ["alert.open", "alert.cancel"]


def test_an_event_that_no_configuration_waits_for_says_why(world):
    world.configure(matchers=[{"fieldName": "CLUSTER_NAME", "operator": "EQUALS", "value": "A"}])
    world.configure(enabled=False)
    opened = world.open(target={"clusterName": "B"})
    assert opened["alerts"] == []
    assert [reason.partition(": ")[2] for reason in opened["reasons"]] == [
        "its matcher CLUSTER_NAME EQUALS A does not match",
        "it is disabled",
    ]
    refused = world.admin("POST", "/alerts", 400, json={"project": EMPTY, "event": "NO_PRIMRY"})
    assert "did you mean 'NO_PRIMARY'?" in refused["message"]
    refused = world.admin("POST", "/alerts", 400, json={"project": "0" * 24, "event": "HOST_DOWN"})
    assert "there is no project" in refused["message"]


def test_the_inbox_shows_the_signature_and_no_secret(world):
    world.configure()
    world.open()
    (delivery,) = world.inbox(service="WEBHOOK")
    shown = json.dumps(delivery)
    assert "secret-part" not in shown
    assert "secret123" not in shown
    assert len(delivery["request"]["headers"]["X-MMS-Signature"]) == 28
    assert delivery["request"]["body"]["eventTypeName"] == "NO_PRIMARY"
    assert (delivery["state"], delivery["answer"]["status"]) == ("delivered", 200)
    assert world.admin("GET", f"/inbox/{delivery['id']}", 200) == delivery
    verdict = world.admin("POST", "/inbox/verify", 200, json={"event": "alert.open", "count": 1})
    assert verdict["verified"] is True
    world.admin("DELETE", "/inbox", 204)
    assert world.inbox() == []


@pytest.mark.evidence(
    "DOCS", "the manual: alerts, their configurations, the test of a notification"
)
def test_a_test_notification_is_sent(world):
    config = world.configure()
    notifier = config["notifications"][0]["notifierId"]
    path = f"{world.group}/alertConfigs/{config['id']}/{notifier}/test"
    answer = world.api.post(path)
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert answer.json()["details"]["notificationType"] == "WEBHOOK"
    assert [event for _, event in world.events()] == ["alert.open"]
    assert world.api.get(f"{world.group}/alerts").json()["totalCount"] == 0


@pytest.mark.evidence("RECORDED", "alerts of mongodb-atlas-cli's runs")
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("alerts?status=NONE", 400, "INVALID_ALERT_STATUS"),
        ("alerts/x", 404, "INVALID_ALERT_ID"),
        (f"alerts/{'0' * 24}", 404, "ALERT_NOT_FOUND"),
    ],
)
def test_bad_requests_have_the_vendors_errors(world, path, status, code):
    answer = world.api.get(f"{world.group}/{path}")
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)


@pytest.mark.evidence("INFERRED", "an open maintenance window holds notifications back")
@pytest.mark.parametrize(
    ("kind", "times"), [("REPLICA_SET", ["09:30"]), ("HOST", ["09:00", "09:05", "09:15", "09:30"])]
)
def test_a_maintenance_window_of_its_type_holds_an_alert_back(world, kind, times):
    window = {"startDate": "2026-11-28T08:00:00Z", "endDate": "2026-11-28T09:30:00Z"}
    made = world.api.post(
        f"{world.group}/maintenanceWindows", json={**window, "alertTypeNames": [kind]}
    )
    assert made.status_code == 200
    world.configure()
    world.open()
    world.admin("POST", "/clock/advance", 200, json={"seconds": 1800})
    assert [at for at, _ in world.events()] == times


@pytest.mark.evidence(
    "DOCS", "the manual: alerts, their configurations, the test of a notification"
)
def test_disabling_a_configuration_cancels_its_alerts(world):
    config = world.configure()
    (alert,) = world.open()["alerts"]
    one = f"{world.group}/alertConfigs/{config['id']}"
    assert world.api.patch(one, json={"enabled": False}).status_code == 200
    assert world.admin("GET", f"/alerts/{alert['id']}")["status"] == "CANCELLED"


@pytest.mark.evidence(
    "INFERRED", "alert_repeats: Ops Manager's page says growing; even is a guess for Atlas"
)
@pytest.mark.parametrize(("repeats", "count"), [("growing", 4), ("even", 7)])
def test_a_seed_says_whether_repeats_grow(server, repeats, count):
    role = {"roleName": "ORG_OWNER", "orgId": "d" * 24}
    document = {
        "projects": [{"id": EMPTY, "name": "Empty", "orgId": "d" * 24, "alertConfigs": [CONFIG]}],
        "apiKeys": [{"publicKey": "owner", "privateKey": "k", "roles": [role]}],
        "settings": {"alert_repeats": repeats},
    }
    with server.ops_manager(seed=document) as manager:
        manager.freeze(START)
        manager.alerts.open("NO_PRIMARY")
        manager.advance(1800)
        assert len(manager.inbox) == count


def test_the_inbox_keeps_the_latest_deliveries():
    with Emulator(inbox_rows=20) as server, signed(OWNER) as api:
        world = World(server, api)
        world.admin("POST", "/clock/freeze", 200, json={"at": START})
        world.configure()
        (alert,) = world.open()["alerts"]
        world.admin("POST", "/clock/advance", 200, json={"seconds": 40 * 86400})
        world.admin("POST", f"/alerts/{alert['id']}/close", 200)
        kept = world.inbox()
    numbers = [int(each["id"].rpartition(".")[2]) for each in kept]
    assert 20 <= len(kept) <= 25
    assert numbers == list(range(numbers[0], numbers[0] + len(kept)))
    assert kept[-1]["event"] == "alert.close"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"config": "0" * 24}, "there is no alert configuration '000000000000000000000000'"),
        ({"config": "x", "event": None}, "there is no alert configuration 'x'"),
        ({"event": None}, "give an event, or the id of an alert configuration"),
        ({"project": "x", "event": None, "config": "x"}, "there is no project 'x'"),
        ({"project": {}}, "project: Not a valid string."),
        ({"target": {"cluster": "C"}}, "target.cluster: Unknown field"),
        ({"target": ["C"]}, "target"),
        ({"target": {"clusterName": None}}, "target.clusterName"),
        ({"value": "much"}, "value: Not a valid number."),
        ({"value": "nan"}, "value"),
        ({"details": "text"}, "details: Not a valid list."),
        ({"units": 5}, "units: Not a valid string."),
    ],
)
def test_an_alert_that_cannot_be_is_refused_in_one_sentence(world, change, sentence):
    world.configure()
    refused = world.admin("POST", "/alerts", 400, json=_body(change))
    assert sentence in refused["message"]
    assert "\n" not in refused["message"]
    assert world.admin("GET", "/alerts")["alerts"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1e300},
        {"value": -0.0, "metric": "CONNECTIONS"},
        {"metric": "NO_METRIC"},
        {"metric": "", "units": ""},
        {"target": {"hostnameAndPort": "no-port", "userAlias": "\x00\ufffe<b>"}},
        {"target": {"hostnameAndPort": ":::"}},
        {"details": ["${x}"], "tags": ["<b>"]},
    ],
)
def test_odd_values_open_an_alert_that_can_be_shown(world, change):
    world.configure()
    (alert,) = world.open(**change)["alerts"]
    assert world.inbox()[0]["state"] == "delivered"
    assert world.api.get(f"{world.group}/alerts/{alert['id']}").ok
    assert world.admin("POST", f"/alerts/{alert['id']}/close", 200, json={"value": -1e300})


def test_an_alert_is_acknowledged_to_the_end_of_time(world):
    world.configure()
    world.admin("POST", "/clock/freeze", 200, json={"at": "2095-01-01T00:00:00Z"})
    (alert,) = world.open()["alerts"]
    for body in ({"seconds": 4e9}, {"seconds": 1, "comment": "x" * 9000}):
        world.admin("POST", f"/alerts/{alert['id']}/acknowledge", 200, json=body)
        world.admin("POST", "/clock/advance", 200, json={"seconds": 60})
    for path in ("no-id", "%00", "." * 300):
        world.admin("POST", f"/alerts/{path}/close", 404)
        world.admin("GET", f"/inbox/{path}", 404)


def _body(change):
    body = {"project": EMPTY, "event": "NO_PRIMARY", **change}
    return {name: value for name, value in body.items() if value is not None}
