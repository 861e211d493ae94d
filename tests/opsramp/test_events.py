"""Events and activity."""

from __future__ import annotations

from base64 import b64encode

import pytest

from .conftest import DEMO
from .test_traps import UNKNOWN

EVENT = {
    "name": "Create",
    "entity": "INCIDENT",
    "eventType": "CREATE",
    "notifier": {"type": "REST_API", "baseURI": "a", "authType": "BASIC", "password": "p"},
    "endPointURI": "b",
    "payload": b64encode(b'{"subject":"$incident.subject"}').decode(),
}
EVENTS = f"installed/{DEMO}/event"


@pytest.fixture
def event(client):
    """An event of the demo integration."""
    return client.post(EVENTS, json=EVENT).json()


@pytest.mark.evidence("SPEC", "event: eventPayload in the answer to a POST, payload in that to GET")
def test_a_payload_is_decoded_and_called_differently_when_it_is_read(client, event):
    assert event["eventPayload"] == '{"subject":"$incident.subject"}'
    read = client.get(f"{EVENTS}/{event['id']}").json()
    assert read["payload"] == event["eventPayload"]
    assert "eventPayload" not in read
    assert client.get(f"{EVENTS}s").json()["results"] == [read]


@pytest.mark.evidence(
    "CLIENT", "Terraform provider sends plain text; INFERRED for what is no base64"
)
@pytest.mark.parametrize("body", [{"eventPayload": "cGxhaW4="}, {"payload": "no base64!"}])
def test_a_plain_payload_stays(client, body):
    response = client.post(EVENTS, json={"name": "n", "entity": "ALERT", **body}).json()
    assert response["eventPayload"] == next(iter(body.values()))


@pytest.mark.evidence("SPEC", "event, example-create: endPointURI in place of baseURI")
def test_the_end_point_takes_the_place_of_the_base(event):
    assert event["notifier"] == {"baseURI": "b", "authType": "BASIC"}


@pytest.mark.evidence("CLIENT", "Terraform provider reads them back; SPEC answers lack them")
def test_what_a_client_needs_back_is_shown(event):
    assert (event["eventType"], event["endPointURI"], event["active"]) == ("CREATE", "b", True)


@pytest.mark.evidence("SPEC", "event/{eventId}: number and first name of a filter stay")
def test_a_filter_keeps_its_number_and_its_first_name(client):
    rule = {"key": "Subject", "operator": "Contains", "value": "x", "resourceType": "INCIDENT"}
    body = {**EVENT, "filterCriteria": {"matchType": "ANY", "rules": [rule, rule]}}
    first = client.post(EVENTS, json=body).json()
    criteria = first["filterCriteria"]
    assert list(criteria) == ["id", "name", "matchType", "rules", "actions"]
    numbers = [criteria["id"], *(row["id"] for row in criteria["rules"])]
    assert len(set(numbers)) == 3
    again = client.post(f"{EVENTS}/{first['id']}", json={**body, "name": "Other"}).json()
    assert (again["id"], again["name"]) == (first["id"], "Other")
    assert (again["filterCriteria"]["id"], again["filterCriteria"]["name"]) == (
        numbers[0],
        "Create",
    )


@pytest.mark.evidence("SPEC", "activate and deactivate; the answers' bodies are INFERRED")
def test_an_event_is_switched_and_removed(client, event):
    path = f"{EVENTS}/{event['id']}"
    for verb, active in (("deactivate", False), ("activate", True)):
        assert client.post(f"{path}/{verb}").content == b""
        assert client.get(path).json()["active"] is active
    assert client.delete(path).content == b""
    assert client.get(path).status_code == 500


@pytest.mark.evidence("INFERRED", "like an unknown integration")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_event_is_500(client, method):
    response = client.request(method, f"{EVENTS}/INTG-EVENT-x", json=EVENT)
    assert (response.status_code, response.json()["code"]) == (500, "0003")


@pytest.mark.evidence("SPEC", "name and entity are required; the code of the refusal is INFERRED")
@pytest.mark.parametrize(
    ("body", "field"),
    [({"entity": "INCIDENT"}, "name"), ({"name": "x", "entity": "NONE"}, "entity")],
)
def test_a_wrong_event_is_400(client, body, field):
    response = client.post(EVENTS, json=body)
    assert (response.status_code, response.json()[0]["fieldName"]) == (400, field)


@pytest.mark.evidence("SPEC", "activity: newest first, by queryString or parameters of their own")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("status=FAILED", 1),
        ("queryString=status:FAILED,SUCCESS%2BIntgMode:INBOUND", 2),
        ("queryString=startTime:2017-03-07T00:00:00+0530+endTime:2017-03-08T08:00:00%200000", 1),
        ("startTime=1488892849283", 2),
        (f"queryString=installedintgId:{UNKNOWN}", 0),
        ("queryString=startTime:nonsense", 3),
    ],
)
def test_activity_is_chosen_by_a_query(client, query, count):
    response = client.get(f"activity?{query}").json()
    times = [row["processedTime"] for row in response["results"]]
    assert (response["totalResults"], times) == (count, sorted(times, reverse=True))


@pytest.mark.evidence("SPEC", "events/retry, later; what is retried is INFERRED")
@pytest.mark.parametrize(
    ("retry", "count"),
    [
        ({"intgMode": "OUTBOUND"}, 1),
        ({"eventList": ["INC0000000347"]}, 2),
        ({"timeRange": {"startTime": "1488892849283", "endTime": "1488970355393"}}, 2),
    ],
)
def test_failed_events_are_tried_again(client, retry, count):
    response = client.post(f"{EVENTS}s/retry", json={"retry-events": [retry]}).json()
    assert response["totalResults"] == count
    assert all("installedintgId" not in row for row in response["results"])
