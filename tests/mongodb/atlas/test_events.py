"""Events: what a world's own writes made, as Atlas lists it."""

from __future__ import annotations

import json

import pytest
import requests

from ...conftest import DEMO, EMPTY
from ...recordings import FOLDER
from .conftest import PREFIXES, caller
from .test_projects import ORG

PROJECT = f"/groups/{EMPTY}"
ALERT_CONFIG = {
    "eventTypeName": "NO_PRIMARY",
    "notifications": [{"typeName": "EMAIL", "emailAddress": "someone@example.com"}],
}
USER = {"databaseName": "admin", "username": "alice", "password": "x"}


def types(call, path: str) -> list[str]:
    """The types of the events at a path."""
    return [event["eventTypeName"] for event in call("GET", path).json()["results"]]


def recorded(name: str) -> dict[str, set[str]]:
    """The attributes of each recorded type of event."""
    text = (FOLDER / "mongodb" / f"v2-2026-08-10-list-{name}-events.json").read_text()
    body = json.loads(json.loads(text)["response"]["body"])
    return {event["eventTypeName"]: set(event) for event in body["results"]}


@pytest.mark.evidence("RECORDED", "Atlas v2: types, attributes, the newest first")
def test_writes_make_the_recorded_events(v2):
    config = v2("POST", f"{PROJECT}/alertConfigs", ALERT_CONFIG).json()["id"]
    v2("PATCH", f"{PROJECT}/alertConfigs/{config}", {"enabled": False})
    v2("DELETE", f"{PROJECT}/alertConfigs/{config}")
    v2("POST", f"{PROJECT}/databaseUsers", USER)
    v2("DELETE", f"{PROJECT}/databaseUsers/admin/nobody")
    v2("DELETE", f"{PROJECT}/databaseUsers/admin/alice")
    group = v2("POST", "/groups", {"name": "new", "orgId": ORG}).json()["id"]
    v2("POST", f"/groups/{group}/customDBRoles/roles", {"roleName": "r", "actions": []})
    v2("DELETE", f"/groups/{group}")
    assert types(v2, f"{PROJECT}/events") == [
        "MONGODB_USER_DELETED",
        "MONGODB_USER_ADDED",
        "ALERT_CONFIG_DELETED_AUDIT",
        "ALERT_CONFIG_CHANGED_AUDIT",
        "ALERT_CONFIG_ADDED_AUDIT",
    ]
    assert types(v2, f"/orgs/{ORG}/events") == [
        "GROUP_DELETED",
        "GROUP_CREATED",
        "ALERT_CONFIG_ADDED_AUDIT",
    ]
    events = v2("GET", f"{PROJECT}/events").json()["results"]
    theirs = recorded("project")
    assert {e["eventTypeName"]: set(e) for e in events} == {
        e["eventTypeName"]: theirs[e["eventTypeName"]] for e in events
    }
    assert all(list(event) == sorted(event) for event in events)
    assert {event.get("dbUserUsername") for event in events} == {"alice", None}
    deleted = v2("GET", f"/orgs/{ORG}/events").json()["results"][0]
    assert set(deleted) == recorded("org")["GROUP_DELETED"]
    assert (deleted["groupId"], deleted["orgId"]) == (group, ORG)


@pytest.mark.evidence("SPEC", "names of the types; INFERRED that these writes make them")
@pytest.mark.parametrize("family", PREFIXES)
def test_an_integration_makes_events(callers, family):
    call = callers[family]
    call.put("SLACK", {"apiToken": "t", "teamName": "t"})
    call("DELETE", f"{PROJECT}/integrations/SLACK")
    call("DELETE", f"{PROJECT}/integrations/SLACK")
    assert types(call, f"{PROJECT}/events") == ["INTEGRATION_REMOVED", "INTEGRATION_CONFIGURED"]
    assert types(call, f"/groups/{DEMO}/events") == []


@pytest.mark.parametrize("family", PREFIXES)
def test_an_event_is_found_by_its_link_and_its_id(callers, family):
    call = callers[family]
    call.put("SLACK", {"apiToken": "t", "teamName": "t"})
    (event,) = call("GET", f"{PROJECT}/events").json()["results"]
    link = event["links"][0]["href"]
    assert link == f"{call.url}{PROJECT}/events/{event['id']}"
    assert call.session.get(link).json() == event
    assert event["id"] != "f" * 24
    for path, code in (
        (f"{PROJECT}/events", "EVENT_NOT_FOUND"),
        (f"/orgs/{ORG}/events", "ORG_EVENT_NOT_FOUND"),
    ):
        answer = call("GET", f"{path}/{'f' * 24}")
        assert (answer.status_code, answer.json()["errorCode"]) == (404, code)


@pytest.mark.evidence("SPEC", "apiKeyId: the key that made the event")
def test_an_event_has_the_id_that_its_key_is_listed_with(server, v2):
    body = {"desc": "made", "roles": ["ORG_OWNER"]}
    made = v2("POST", f"/orgs/{ORG}/apiKeys", body).json()
    other = caller(server, "atlas-v2", (made["publicKey"], made["privateKey"]))
    with other.session:
        other("POST", f"{PROJECT}/databaseUsers", USER)
    v2("DELETE", f"{PROJECT}/databaseUsers/admin/alice")
    ids = {
        key["publicKey"]: key["id"] for key in v2("GET", f"/orgs/{ORG}/apiKeys").json()["results"]
    }
    events = v2("GET", f"{PROJECT}/events").json()["results"]
    assert [ids[event["publicKey"]] for event in events] == [each["apiKeyId"] for each in events]


@pytest.mark.evidence("RECORDED", "105 of 105 answers without a count have no link to a next page")
def test_a_page_without_a_count_has_no_next_link(v2):
    for _ in range(3):
        v2.put("SLACK", {"apiToken": "t"})
    query = "includeCount=false&includeRaw=false&itemsPerPage=1&pageNum=1"
    page = v2("GET", f"{PROJECT}/events?{query}").json()
    assert (len(page["results"]), page["totalCount"]) == (1, 0)
    assert [link["rel"] for link in page["links"]] == ["self"]
    counted = v2("GET", f"{PROJECT}/events?itemsPerPage=1").json()
    assert [link["rel"] for link in counted["links"]] == ["self", "next"]


@pytest.mark.evidence("CLIENT", "the query of the Atlas CLI; SPEC excludedEventType")
@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("eventType=INTEGRATION_CONFIGURED&eventType=OTHER", 1),
        ("eventType=OTHER", 0),
        ("excludedEventType=INTEGRATION_CONFIGURED", 0),
        ("minDate=2020-01-01T00%3A00%3A00Z", 1),
        ("minDate=2020-01-01T00:00:00.000Z&maxDate=2100-01-01", 1),
        ("maxDate=2020-01-01T00%3A00%3A00%2B01%3A00", 0),
        ("maxDate=2020-01-01T00:00:00+01:00", 0),
    ],
)
def test_events_are_chosen_by_type_and_time(v2, query, number):
    v2.put("SLACK", {"apiToken": "t"})
    assert v2("GET", f"{PROJECT}/events?{query}").json()["totalCount"] == number


def test_a_time_that_is_none_is_refused(v2):
    answer = v2("GET", f"{PROJECT}/events?minDate=yesterday")
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_DATE_FORMAT")


def test_a_reset_forgets_the_events(server, v2):
    v2.put("SLACK", {"apiToken": "t"})
    server.reset()
    assert types(v2, f"{PROJECT}/events") == []


def test_global_events_take_a_global_key(server, callers):
    manager = callers["ops-manager"]
    answer = manager("GET", "/globalEvents")
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "USER_UNAUTHORIZED")
    key = {"publicKey": "boss", "privateKey": "k", "roles": [{"roleName": "GLOBAL_OWNER"}]}
    worlds = f"{server.admin_url}/worlds"
    made = requests.post(worlds, json={"document": {"apiKeys": [key]}}, timeout=9).json()
    (key,) = made["mongodb"]["keys"]
    auth = requests.auth.HTTPDigestAuth(key["publicKey"], key["privateKey"])
    requests.post(f"{manager.url}/groups", json={"name": "p"}, auth=auth, timeout=9)
    events = requests.get(f"{manager.url}/globalEvents", auth=auth, timeout=9).json()["results"]
    assert [event["eventTypeName"] for event in events] == ["GROUP_CREATED"]
    one = requests.get(f"{manager.url}/globalEvents/{events[0]['id']}", auth=auth, timeout=9)
    assert one.json() == events[0]
    requests.delete(f"{worlds}/{made['name']}", timeout=9)


@pytest.mark.evidence("INFERRED", "an envelope has the same body in its content")
def test_a_project_that_was_made_with_an_envelope_has_its_event(v2):
    made = v2("POST", "/groups?envelope=true", {"name": "Enveloped", "orgId": ORG}).json()
    (event,) = v2("GET", f"/orgs/{ORG}/events").json()["results"]
    assert (event["eventTypeName"], event["groupId"]) == ("GROUP_CREATED", made["content"]["id"])


def test_an_answer_that_names_no_project_makes_no_event_of_one(v2, server):
    v2("POST", "/groups", {"name": "Cut", "orgId": ORG})
    (entry,) = server.services.worlds.get("default").journal.all()
    entry.response_body = b"{"
    assert types(v2, f"/orgs/{ORG}/events") == []
