"""The two recorded bodies of webhooks, made again from a seed and the verbs of the admin API.

They are test data of OpenTelemetry's receiver (opentelemetry-collector-contrib,
receiver/mongodbatlasreceiver/testdata/alerts), which replaced identifiers by `R`.
"""

from __future__ import annotations

import pytest
import requests

from tests.conftest import EMPTY

pytestmark = [
    pytest.mark.evidence(
        "RECORDED", "opentelemetry-collector-contrib receiver/mongodbatlasreceiver/testdata/alerts"
    )
]

RULE = "\n\n----------------------------------------\n\n"
NAMES = "Project: Project 0\n\nOrganization: R&#x27;s Org - 2022-05-31"
CLOSED = {
    "replicaSetName": "R-shard-0",
    "metricName": "CONNECTIONS",
    "acknowledgedUntil": "2022-06-03T20:45:56Z",
    "created": "2022-06-03T19:43:40Z",
    "acknowledgingUsername": "R@gmail.com",
    "typeName": "HOST_METRIC",
    "hostnameAndPort": "R-shard-00-02.f1eir.mongodb.net:27017",
    "humanReadable": f"{NAMES}{RULE}CLOSED\nConnections has gone above 0 \n"
    "cluster0-shard-00-02.f1eir.mongodb.net\nCreated: 2022/06/03 19:43 GMT\n"
    f"Replica Set: R-shard-0\nType: Secondary\nCurrent Value: 0 {RULE}",
    "acknowledgementComment": "Test",
    "clusterName": "Cluster0",
    "userAlias": "cluster0-shard-00-02.f1eir.mongodb.net",
    "eventTypeName": "OUTSIDE_METRIC_THRESHOLD",
    "lastNotified": "2022-06-03T19:45:57Z",
    "updated": "2022-06-03T20:38:34Z",
    "currentValue": {"number": 0, "units": "RAW"},
    "resolved": "2022-06-03T20:38:34Z",
    "status": "CLOSED",
}
INFORMATIONAL = {
    "replicaSetName": "R-shard-0",
    "created": "2022-06-03T22:30:31Z",
    "typeName": "REPLICA_SET",
    "hostnameAndPort": "R:27017",
    "humanReadable": f"{NAMES}{RULE}INFORMATIONAL\nReplica set elected a new primary\nR-shard-0\n"
    "Created: 2022/06/03 22:30 GMT\nReplica Set: R-shard-0\nCurrent Member State\n"
    f"DOWN: 1 member\nSECONDARY: 1 member\nPRIMARY: 1 member{RULE}",
    "clusterName": "Cluster0",
    "eventTypeName": "PRIMARY_ELECTED",
    "updated": "2022-06-03T22:30:31Z",
    "status": "INFORMATIONAL",
}
# They are replaced in the recordings: the kinds of values are compared.
OPAQUE = ("groupId", "alertConfigId", "id", "links")

HOOK = {"typeName": "WEBHOOK", "webhookUrl": "https://example.com/hook", "intervalMin": 60}
LIMIT = {"metricName": "CONNECTIONS", "operator": "GREATER_THAN", "threshold": 0, "units": "RAW"}
SEED = {
    "organizations": [{"id": "d" * 24, "name": "R's Org - 2022-05-31"}],
    "projects": [
        {
            "id": EMPTY,
            "name": "Project 0",
            "orgId": "d" * 24,
            "alertConfigs": [
                {
                    "enabled": True,
                    "eventTypeName": "OUTSIDE_METRIC_THRESHOLD",
                    "metricThreshold": LIMIT,
                    "notifications": [HOOK],
                },
                {"enabled": True, "eventTypeName": "PRIMARY_ELECTED", "notifications": [HOOK]},
            ],
        }
    ],
}


@pytest.fixture
def admin(server):
    made = requests.post(f"{server.admin_url}/worlds", json={"document": SEED}, timeout=9).json()

    def call(path, **body):
        query = {"world": made["name"]}
        answer = requests.post(f"{server.admin_url}{path}", params=query, json=body, timeout=9)
        assert answer.ok, answer.text
        return answer.json()

    def last_body():
        query = {"world": made["name"]}
        inbox = requests.get(f"{server.admin_url}/inbox", params=query, timeout=9).json()
        return inbox["deliveries"][-1]["request"]["body"]

    call.last_body = last_body
    yield call
    requests.delete(f"{server.admin_url}/worlds/{made['name']}", timeout=9)


def same(body, recorded):
    assert {name: value for name, value in body.items() if name not in OPAQUE} == recorded
    assert [link["rel"] for link in body["links"]] == ["self"]
    assert all(isinstance(body[name], str) for name in OPAQUE[:3])


def test_a_metric_alert_is_opened_acknowledged_and_closed(admin):
    admin("/clock/freeze", at=CLOSED["created"])
    target = {
        name: CLOSED[name]
        for name in ("replicaSetName", "hostnameAndPort", "clusterName", "userAlias")
    }
    opened = admin(
        "/alerts",
        project=EMPTY,
        event="OUTSIDE_METRIC_THRESHOLD",
        metric="CONNECTIONS",
        value=5,
        target=target,
        details=["Type: Secondary"],
    )
    (alert,) = opened["alerts"]
    admin("/clock/freeze", at="2022-06-03T19:45:57Z")
    who = {"seconds": 3599, "comment": "Test", "username": "R@gmail.com"}
    admin(f"/alerts/{alert['id']}/acknowledge", **who)
    admin("/clock/freeze", at=CLOSED["resolved"])
    admin(f"/alerts/{alert['id']}/close", value=0)
    same(admin.last_body(), CLOSED)


def test_an_event_is_told(admin):
    admin("/clock/freeze", at=INFORMATIONAL["created"])
    target = {
        name: INFORMATIONAL[name] for name in ("replicaSetName", "hostnameAndPort", "clusterName")
    }
    details = [
        "Current Member State",
        "DOWN: 1 member",
        "SECONDARY: 1 member",
        "PRIMARY: 1 member",
    ]
    admin("/alerts", project=EMPTY, event="PRIMARY_ELECTED", target=target, details=details)
    same(admin.last_body(), INFORMATIONAL)
