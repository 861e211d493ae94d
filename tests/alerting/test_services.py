"""What each service is sent, and what its fake takes and refuses."""

from __future__ import annotations

import json
from html import unescape

import pytest
import requests

from opsemu.alerting.service import Message
from opsemu.alerting.services import SERVICES
from opsemu.alerting.services.webhook import signature
from tests.alerting.test_alerts import World, world  # noqa: F401
from tests.conftest import EMPTY

KEY = "00000000-aaaa-4bbb-8ccc-0123456789ab"
NOTIFICATIONS = {
    "DATADOG": {"datadogApiKey": "a" * 32, "datadogRegion": "EU"},
    "MICROSOFT_TEAMS": {"microsoftTeamsWebhookUrl": "https://x.webhook.office.com/webhookb2/abc"},
    "OPS_GENIE": {"opsGenieApiKey": KEY},
    "PAGER_DUTY": {"serviceKey": "b" * 32},
    "SLACK": {"apiToken": "xoxb-1234567890", "channelName": "alerts"},
    "VICTOR_OPS": {"victorOpsApiKey": KEY, "victorOpsRoutingKey": "team"},
}
PAGING = ["alert.open", "alert.acknowledge", "alert.close"]
OTHERS = ["alert.open", "alert.update", "alert.acknowledge", "alert.close"]
EVENTS = {
    **dict.fromkeys(("PAGER_DUTY", "OPS_GENIE", "VICTOR_OPS"), PAGING),
    **dict.fromkeys(("DATADOG", "MICROSOFT_TEAMS", "SLACK"), OTHERS),
}


@pytest.mark.evidence("DOCS", "the services' own pages; two signature vectors by MongoDB's rule")
@pytest.mark.parametrize(
    ("secret", "body", "expected"),
    [
        (
            "secret123",
            '{"id":"533dc40ae4b00835ff81eaee","status":"OPEN"}',
            "ZNk2CvZLyveMyIBqkyeiuM7955k=",
        ),
        ("some-secret", "some-body", "GoyJFZTNW9b2IdyOzKxpSfu/7tA="),
    ],
)
def test_the_signature_is_that_of_the_vectors(secret, body, expected):
    assert signature(secret, body.encode()) == expected


@pytest.mark.evidence("INFERRED", "what MongoDB puts into messages is not public")
@pytest.mark.evidence("SPEC", "the services' own specifications of their APIs")
@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_a_service_is_told_and_takes_what_it_is_told(world, name):  # noqa: F811
    notification = {"typeName": name, **NOTIFICATIONS[name]}
    world.configure(notifications=[notification])
    (alert,) = world.open(target={"replicaSetName": "rs0"})["alerts"]
    world.admin("POST", "/clock/advance", json={"seconds": 400})
    one = f"{world.group}/alerts/{alert['id']}"
    assert world.api.patch(one, json={"acknowledgedUntil": "2027-01-01T00:00:00Z"}).ok
    world.admin("POST", f"/alerts/{alert['id']}/close")
    deliveries = world.inbox(service=name)
    assert [each["event"] for each in deliveries] == EVENTS[name]
    assert {each["state"] for each in deliveries} == {"delivered"}, deliveries
    for secret in NOTIFICATIONS[name].values():
        if len(secret) > 12:
            assert secret not in json.dumps(deliveries)


@pytest.mark.parametrize(
    "notification",
    [
        {"typeName": "VICTOR_OPS", "victorOpsApiKey": KEY},
        {"typeName": "VICTOR_OPS", "victorOpsApiKey": KEY, "victorOpsRoutingKey": None},
        {"typeName": "OPS_GENIE", "opsGenieApiKey": KEY, "opsGenieRegion": None},
        {"typeName": "DATADOG", "datadogApiKey": "a" * 32, "datadogRegion": None},
    ],
)
def test_an_alert_opens_whatever_a_notification_leaves_out(world, notification):  # noqa: F811
    world.configure(notifications=[notification])
    world.open(target={"replicaSetName": "rs0"})
    (delivery,) = world.inbox()
    assert delivery["state"] == "delivered"


def test_a_notification_of_an_imported_state_without_a_url_is_not_sent(world):  # noqa: F811
    config = world.configure()
    state = world.admin("GET", "/state")
    (stored,) = state["owners"][f"project/{EMPTY}"]["alertConfigs"][config["id"]]["notifications"]
    del stored["webhookUrl"]
    world.admin("PUT", "/state", 204, json=state)
    world.open()
    (delivery,) = world.inbox()
    sentence = "the integration that its webhookUrl comes from was deleted"
    assert (delivery["state"], delivery["reason"]) == ("not sent", sentence)


@pytest.mark.evidence("DOCS", "the services' own pages; two signature vectors by MongoDB's rule")
@pytest.mark.parametrize(("name", "why"), [("HIP_CHAT", "shut down in February 2019")])
def test_nothing_is_sent_to_a_closed_service_and_the_inbox_says_why(world, name, why):  # noqa: F811
    world.configure(
        notifications=[{"typeName": name, "notificationToken": "t" * 30, "roomName": "r"}]
    )
    world.open()
    (delivery,) = world.inbox()
    assert (delivery["state"], why in delivery["reason"]) == ("not sent", True)


def test_mails_are_rows_with_the_text(world):  # noqa: F811
    world.configure(notifications=[{"typeName": "EMAIL", "emailAddress": "me@example.com"}])
    world.open(target={"replicaSetName": "rs0"})
    (delivery,) = world.inbox(service="EMAIL")
    assert delivery["state"] == "delivered"
    assert "Replica set has no primary\nrs0\n" in unescape(delivery["text"])


# By service: the path below `/__fakes`, a good request, and how bad ones are answered.
JSON = {"Content-Type": "application/json"}
EVENT = {
    "routing_key": "r" * 32,
    "event_action": "trigger",
    "payload": {"summary": "s", "source": "s", "severity": "error"},
}
FAKES = {
    "PAGER_DUTY": ("/pagerduty/v2/enqueue", {}, EVENT, 202),
    "SLACK": (
        "/slack/api/chat.postMessage",
        {"Authorization": "Bearer xoxb-1"},
        {"channel": "c", "text": "t"},
        200,
    ),
    "DATADOG": (
        "/datadog/api/v1/events",
        {"DD-API-KEY": "a" * 32},
        {"title": "t", "text": "t"},
        202,
    ),
    "OPS_GENIE": (
        "/opsgenie/v2/alerts",
        {"Authorization": f"GenieKey {KEY}"},
        {"message": "m"},
        202,
    ),
    "VICTOR_OPS": (
        "/victorops/integrations/generic/20131114/alert/k/r",
        {},
        {"message_type": "CRITICAL"},
        200,
    ),
    "MICROSOFT_TEAMS": ("/teams/webhookb2/x", {}, {"text": "t"}, 200),
}
BAD = [
    ("PAGER_DUTY", {**EVENT, "routing_key": "short"}, {}, 400, "invalid event"),
    ("PAGER_DUTY", {**EVENT, "event_action": "resolve"}, {}, 400, "dedup_key"),
    ("PAGER_DUTY", {**EVENT, "payload": {"summary": "s"}}, {}, 400, "payload.source"),
    ("SLACK", {"channel": "c"}, {}, 200, "no_text"),
    ("SLACK", {"text": "c"}, {}, 200, "channel_not_found"),
    ("SLACK", {"channel": "c", "text": "t"}, {"Authorization": ""}, 200, "not_authed"),
    ("DATADOG", {"title": "t"}, {}, 400, "Missing required attribute: text"),
    ("DATADOG", {"title": "t", "text": "t"}, {"DD-API-KEY": "x"}, 403, "Forbidden"),
    ("OPS_GENIE", {}, {}, 422, "Message can not be empty"),
    ("OPS_GENIE", {"message": "m" * 131}, {}, 422, "longer than 130"),
    ("OPS_GENIE", {"message": "m"}, {"Authorization": "GenieKey x"}, 401, "API Key is invalid"),
    ("VICTOR_OPS", {"message_type": "BAD"}, {}, 200, "failure"),
    ("MICROSOFT_TEAMS", {"title": "t"}, {}, 400, "Summary or Text is required."),
]


@pytest.mark.evidence("SPEC", "the services' own specifications of their APIs")
@pytest.mark.evidence("DOCS", "the services' own pages; two signature vectors by MongoDB's rule")
@pytest.mark.evidence("CLIENT", "the services' own clients read these answers")
@pytest.mark.parametrize("name", FAKES)
def test_a_fake_takes_a_good_message_of_a_client(server, name):
    path, headers, body, status = FAKES[name]
    url = f"{server.base_url}/__fakes{path}"
    answer = requests.post(url, json=body, headers=headers, timeout=9)
    assert answer.status_code == status, answer.text
    listed = requests.get(f"{server.admin_url}/inbox", params={"service": name}, timeout=9).json()
    (delivery,) = listed["deliveries"]
    assert (delivery["event"], delivery["state"]) == ("received", "delivered")


@pytest.mark.evidence("SPEC", "the services' own specifications of their APIs")
@pytest.mark.evidence("DOCS", "the services' own pages; two signature vectors by MongoDB's rule")
@pytest.mark.evidence("CLIENT", "the services' own clients read these answers")
@pytest.mark.parametrize(("name", "body", "changed", "status", "words"), BAD)
def test_a_fake_refuses_a_bad_message(server, name, body, changed, status, words):
    path, headers, _, _ = FAKES[name]
    url = f"{server.base_url}/__fakes{path}"
    answer = requests.post(url, json=body, headers={**headers, **changed}, timeout=9)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


FOLLOWED = {
    "WEBHOOK": {"url": "https://hooks.example.com/x"},
    "PAGER_DUTY": {"serviceKey": "a" * 32, "region": "US"},
    "SLACK": {"apiToken": "xoxb-1234567890", "teamName": "t", "channelName": "c"},
    "DATADOG": {"apiKey": "a" * 32, "region": "US"},
    "OPS_GENIE": {"apiKey": KEY, "region": "US"},
    "VICTOR_OPS": {"apiKey": KEY},
    "MICROSOFT_TEAMS": {"microsoftTeamsWebhookUrl": "https://x.webhook.office.com/y"},
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_notification_whose_integration_was_deleted_is_not_sent_and_says_so(server, name):
    with server.atlas() as atlas:
        path = f"{atlas.url}/groups/{atlas.group_id}"
        one = f"{path}/integrations/{name}"
        body = {"type": name, **FOLLOWED[name]}
        (shown,) = atlas.session.post(one, json=body).json()["results"]
        hook = {"typeName": name, "intervalMin": 5, "integrationId": shown["id"]}
        config = {"enabled": True, "eventTypeName": "NO_PRIMARY", "notifications": [hook]}
        assert atlas.session.post(f"{path}/alertConfigs", json=config).status_code == 201
        alert = atlas.alerts.open("NO_PRIMARY")
        gone = atlas.session.delete(one).ok
        alert.close()
        first, *_, last = atlas.inbox.find(name)
        assert (first["event"], first["state"]) == ("alert.open", "delivered")
        expected = ("not sent", True) if gone else ("delivered", False)
        assert (last["state"], "was deleted" in last.get("reason", "")) == expected


ODD = [
    b"", b"\xff", b"null", b"[]", b'"x"', b"5", b"[" * 9000,
    *(
        json.dumps(dict.fromkeys(names, value)).encode()
        for names in [
            ("payload", "event_action", "dedup_key", "routing_key"),
            ("attachments", "text", "channel", "message", "message_type", "title", "priority"),
        ]
        for value in (5, [], [5], {"severity": [], "x": {}}, True, "x" * 9000)
    ),
]  # fmt: skip


@pytest.mark.parametrize("name", FAKES)
def test_a_fake_answers_any_body(server, name):
    path, headers, _, _ = FAKES[name]
    with requests.Session() as session:
        for body in ODD:
            answer = session.post(f"{server.base_url}/__fakes{path}", data=body, headers=headers)
            assert answer.status_code < 500, body
            form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            assert session.post(answer.url, data=body, headers=form).status_code < 500, body


@pytest.mark.evidence("CLIENT", "slack_sdk 3.48.0, run")
def test_a_message_of_slack_has_a_text_if_an_empty_one(server):
    path, headers, _, _ = FAKES["SLACK"]
    body = {"channel": "c", "attachments": [{"title": "t"}]}
    answer = requests.post(f"{server.base_url}/__fakes{path}", json=body, headers=headers)
    assert answer.json()["message"]["text"] == ""


@pytest.mark.parametrize("name", [name for name, each in SERVICES.items() if each.compose])
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'{"payload":[],"text":5}'])
def test_no_body_makes_a_fake_fail(name, body):
    for path in SERVICES[name].paths or ("/",):
        answer = SERVICES[name].receive(Message(f"http://x{path}", JSON, body))
        assert answer.status < 500


def test_a_secret_in_the_path_of_a_fake_is_not_in_the_access_log(
    server,
    world,  # noqa: F811
    caplog,
):
    key = "c0ffee00-aaaa-4bbb-8ccc-0123456789ab"
    keys = {"victorOpsApiKey": key, "victorOpsRoutingKey": "team"}
    world.configure(notifications=[{"typeName": "VICTOR_OPS", **keys}])
    path = f"/__fakes/victorops/integrations/generic/20131114/alert/{key}/team"
    with caplog.at_level("INFO", "opsemu.access"):
        url = f"{server.base_url}{path}"
        assert requests.post(url, json={"message_type": "INFO"}, timeout=9).ok
    assert "deliver.VICTOR_OPS" in caplog.text
    assert key not in caplog.text


def test_a_world_has_fakes_of_its_own(server):
    made = requests.post(f"{server.admin_url}/worlds", json={}, timeout=9).json()
    path, headers, body, _ = FAKES["SLACK"]
    url = f"{server.base_url}/__fakes/@{made['name']}{path}"
    assert requests.post(url, json=body, headers=headers, timeout=9).json()["ok"] is True
    counts = [
        len(requests.get(f"{server.admin_url}/inbox", params=query, timeout=9).json()["deliveries"])
        for query in ({}, {"world": made["name"]})
    ]
    assert counts == [0, 1]
    gone = requests.post(url.replace(made["name"], "none"), json=body, headers=headers, timeout=9)
    assert gone.status_code == 404
    requests.delete(f"{server.admin_url}/worlds/{made['name']}", timeout=9)
    assert EMPTY
