"""Alerts that the projects of a seed have from the start."""

from __future__ import annotations

import pytest

from opsemu.application import SEEDS
from opsemu.worlds.clock import Clocks
from opsemu.worlds.seed_errors import SeedError
from tests.alerting.test_alerts import CONFIG
from tests.alerting.test_tools import any_server  # noqa: F401

ORG, PROJECT, CONFIG_ID = "a" * 24, "b" * 24, "c" * 24
OPEN = {
    "id": "d" * 24,
    "alertConfigId": CONFIG_ID,
    "eventTypeName": "NO_PRIMARY",
    "status": "OPEN",
    "created": "2026-11-27T09:00:00Z",
    "updated": "2026-11-27T10:00:00Z",
    "lastNotified": "2026-11-27T10:00:00Z",
    "replicaSetName": "rs0",
    "links": [{"rel": "self", "href": "http://localhost/alerts"}],
}
CLOSED = {
    "id": "e" * 24,
    "alertConfigId": "f" * 24,
    "eventTypeName": "OUTSIDE_METRIC_THRESHOLD",
    "status": "CLOSED",
    "created": "2020-07-02T16:27:44Z",
    "resolved": "2020-07-02T16:29:22Z",
    "metricName": "CONNECTIONS",
    "currentValue": {"number": 7.5, "units": "RAW"},
}


def seed(*alerts, **project):
    role = {"roleName": "ORG_OWNER", "orgId": ORG}
    config = {**CONFIG, "id": CONFIG_ID}
    about = {"id": PROJECT, "name": "P", "orgId": ORG, "alertConfigs": [config], **project}
    return {
        "projects": [{"alerts": list(alerts), **about}],
        "apiKeys": [{"publicKey": "k", "privateKey": "p", "roles": [role]}],
    }


def test_a_seeded_alert_is_listed_goes_on_and_ends(any_server):  # noqa: F811
    with any_server.ops_manager(seed=seed(OPEN, CLOSED)) as manager:
        url = f"{manager.url}/groups/{PROJECT}/alerts"
        listed = manager.session.get(url).json()["results"]
        assert [each["id"] for each in listed] == [OPEN["id"], CLOSED["id"]]
        assert listed[0].items() >= {k: v for k, v in OPEN.items() if k != "links"}.items()
        assert listed[1]["currentValue"] == CLOSED["currentValue"]
        assert len(manager.inbox) == 0
        manager.advance(240)
        assert len(manager.inbox) == 0
        manager.advance(61)
        (alert,) = manager.alerts.list("OPEN")
        alert.close()
        events = [each["event"] for each in manager.inbox]
        assert events == ["alert.update", "alert.close"]
        manager.reset()
        assert [each.id for each in manager.alerts.list("OPEN")] == [OPEN["id"]]


@pytest.mark.parametrize(
    ("change", "status", "events"),
    [
        ({}, "OPEN", ["alert.update"]),
        ({"status": "TRACKING"}, "OPEN", ["alert.open", "alert.update"]),
        ({"status": "INFORMATIONAL"}, "INFORMATIONAL", []),
        ({"status": "CANCELLED"}, "CANCELLED", []),
        ({"acknowledgedUntil": "2090-11-28T11:00:00Z"}, "OPEN", []),
    ],
)
def test_what_happens_to_a_seeded_alert_depends_on_its_status(server, change, status, events):
    with server.ops_manager(seed=seed({**OPEN, **change})) as manager:
        manager.advance(600)
        (alert,) = manager.alerts.list()
        assert alert.status == status
        assert [each["event"] for each in manager.inbox] == events


def test_an_alert_needs_no_more_than_its_event(server):
    with server.ops_manager(seed=seed({"eventTypeName": "NO_PRIMARY"})) as manager:
        (alert,) = manager.alerts.list("OPEN")
        assert alert["alertConfigId"] == CONFIG_ID


@pytest.mark.parametrize(
    ("alert", "sentence"),
    [
        ({"eventTypeName": "NO_PRIMRY"}, "there is no type of event 'NO_PRIMRY'; did you mean"),
        ({"status": "OPEN"}, "alerts[0].eventTypeName: Missing data"),
        ({**OPEN, "status": "OPNE"}, "alerts[0].status: Must be one of"),
        ({**OPEN, "created": "yesterday"}, "alerts[0].created: not a time such as"),
        ({**OPEN, "id": "7"}, "alerts[0].id: "),
        ({**OPEN, "clustername": "C"}, "alerts[0].clustername: Unknown field"),
        ({**OPEN, "alertConfigId": "f" * 24}, f"NO_PRIMARY with the id {'f' * 24}"),
        ({"eventTypeName": "HOST_DOWN"}, "no alert configuration for HOST_DOWN that is enabled"),
    ],
)
def test_a_wrong_alert_is_a_mistake_of_the_seed(alert, sentence):
    with pytest.raises(SeedError) as refused:
        SEEDS.read(seed(alert), "s", Clocks().time("seed"))
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("seed s: projects[0].alerts[0]")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"alerts": [OPEN, OPEN]}, "the ids of all alerts[1]"),
        ({"alertConfigs": [{**CONFIG, "id": "x"}]}, "alertConfigs[0].id: not an id"),
    ],
)
def test_ids_of_a_seed_are_ids_and_occur_once(change, place):
    with pytest.raises(SeedError) as refused:
        SEEDS.read(seed(**change), "s", Clocks().time("seed"))
    assert place in str(refused.value)
