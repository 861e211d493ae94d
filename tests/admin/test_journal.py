"""The journal: what a person would call a call, findable, bounded and without secrets."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, integrations, signed

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"


def rows(world, **query):
    return world.admin("GET", "/requests", params=query).json()["requests"]


def count(world, **query):
    return world.admin("GET", "/requests/count", params=query).json()["count"]


def test_a_call_and_its_challenge_are_one(world):
    requests.get(world.url, auth=requests.auth.HTTPDigestAuth(*world.key))
    (row,) = rows(world)
    assert (row["operation"], row["status"], row["exchanges"]) == ("getIntegrations", 200, 2)
    assert (row["world"], row["dialect"], row["key"]) == (world.name, "ops-manager", world.key[0])


def test_a_reused_nonce_needs_no_challenge(world):
    for _ in range(3):
        world.session.get(world.url)
    assert [row["exchanges"] for row in rows(world)] == [2, 1, 1]


@pytest.mark.parametrize("client", ["requests", "httpx"])
def test_a_wrong_key_is_one_refused_call_for_its_world(world, client):
    name, _ = world.key
    if client == "requests":
        signed((name, "wrong")).get(world.url)
    else:
        httpx.get(world.url, auth=httpx.DigestAuth(name, "wrong"))
    (row,) = rows(world)
    assert (row["status"], row["exchanges"]) == (401, 2)


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "", "getIntegrations"),
        ("GET", "/SLACK", "getIntegration"),
        ("POST", "/SLACK", "createIntegration"),
        ("PUT", "/SLACK", "updateIntegration"),
        ("DELETE", "/SLACK", "deleteIntegration"),
        ("PATCH", "/SLACK", None),
        ("GET", "/SLACK/more", None),
    ],
)
def test_a_row_names_the_operation(world, method, path, operation):
    world.session.request(method, world.url + path, json={})
    assert rows(world)[-1]["operation"] == operation


def test_secrets_are_masked_wherever_they_turn_up(world):
    world.put("PAGER_DUTY", serviceKey=KEY)
    world.put("SLACK", apiToken="xoxb-secret", teamName=KEY)
    world.session.get(f"{world.url}/{KEY}?apiKey={KEY}&other={KEY}")
    world.session.post(f"{world.url}/WEBHOOK", data=f'{{"secret": "{KEY}"', headers={})
    shown = world.admin("GET", "/requests").text
    assert KEY not in shown
    assert "xoxb-secret" not in shown
    assert "*" * 28 + "c4d5" in shown


def test_what_was_really_sent_can_be_verified(world):
    world.put("PAGER_DUTY", serviceKey=KEY)
    expected = {"operation": "updateIntegration", "body": {"serviceKey": KEY}, "count": 1}
    assert world.admin("POST", "/verify", json=expected).json()["verified"] is True
    expected["body"]["serviceKey"] = KEY[::-1]
    assert world.admin("POST", "/verify", json=expected).json()["verified"] is False


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"operation": "updateIntegration"}, 2),
        ({"operation": "updateIntegration", "type": "SLACK"}, 1),
        ({"method": "GET"}, 1),
        ({"status": 404}, 1),
        ({"path": "*/DATADOG"}, 1),
        ({"dialect": "atlas-v2"}, 0),
    ],
)
def test_calls_are_found_by_what_they_were(world, query, found):
    world.put("PAGER_DUTY", serviceKey=KEY)
    world.put("SLACK", apiToken="xoxb-secret", teamName="T")
    world.session.get(f"{world.url}/DATADOG")
    assert count(world, **query) == found
    pattern = {name: value for name, value in query.items()}
    assert world.admin("POST", "/requests/count", json=pattern).json() == {"count": found}


@pytest.mark.parametrize(
    ("expected", "verified"),
    [
        ({"operation": "getIntegrations"}, True),
        ({"operation": "getIntegrations", "count": 2}, True),
        ({"operation": "getIntegrations", "count": 1}, False),
        ({"operation": "getIntegrations", "atLeast": 3}, False),
        ({"operation": "getIntegrations", "atMost": 2}, True),
        ({"operation": "deleteIntegration", "count": 0}, True),
        ({"order": [{"operation": "getIntegrations"}, {"operation": "getIntegration"}]}, True),
        ({"order": [{"operation": "getIntegration"}, {"operation": "getIntegrations"}]}, False),
    ],
)
def test_expectations_are_held_against_the_journal(world, expected, verified):
    for path in ("", "", "/SLACK"):
        world.session.get(world.url + path)
    answer = world.admin("POST", "/verify", json=expected).json()
    assert answer["verified"] is verified
    assert ("latest calls" in answer["message"]) is not verified


def test_a_verdict_is_refused_once_calls_were_dropped():
    with Emulator(seed="empty", journal_rows=2) as running, signed(OWNER) as session:
        for _ in range(3):
            session.get(integrations(running, EMPTY))
        answer = requests.post(f"{running.admin_url}/verify", json={"count": 2})
        assert (answer.status_code, answer.json()["error"]) == (409, "calls_dropped")
        allowed = {"count": 2, "allowDropped": True}
        assert requests.post(f"{running.admin_url}/verify", json=allowed).json()["verified"]


def test_the_journal_is_bounded_in_bytes_too():
    with Emulator(seed="empty", journal_bytes=20_000) as running, signed(OWNER) as session:
        for _ in range(30):
            body = {"type": "DATADOG", "apiKey": "k" * 2000}
            session.put(f"{integrations(running, EMPTY)}/DATADOG", json=body)
        answer = requests.get(f"{running.admin_url}/requests").json()
    assert 0 < answer["total"] < 10
    assert answer["total"] + answer["dropped"] == 30


def test_callers_that_nobody_knows_are_found_among_the_unmatched(world):
    signed(("a-stranger", "key")).get(f"{world.url}/STRANGE")
    found = world.admin("GET", "/requests/unmatched").json()["requests"]
    (row,) = [row for row in found if row["target"].endswith("/STRANGE")]
    assert (row["world"], row["status"], row["exchanges"]) == (None, 401, 2)


def test_the_journal_can_be_emptied(world):
    world.session.get(world.url)
    assert world.admin("DELETE", "/requests").status_code == 204
    assert count(world) == 0


def test_a_row_is_found_by_its_number(world):
    world.session.get(world.url)
    (row,) = rows(world)
    assert world.admin("GET", f"/requests/{row['id']}").json() == row


@pytest.mark.parametrize("number", ["0", "-1", "x", "१", "9" * 5000])
@pytest.mark.parametrize(("path", "code"), [("faults", "fault"), ("requests", "request")])
def test_an_unknown_number_is_not_found(world, path, code, number):
    response = world.admin("GET", f"/{path}/{number}")
    assert (response.status_code, response.json()["error"]) == (404, f"no_such_{code}")


def test_waiting_ends_with_the_call_that_was_waited_for(world):
    threading.Timer(0.1, lambda: world.session.get(world.url)).start()
    expected = {"operation": "getIntegrations", "status": 200}
    answer = world.admin("POST", "/wait", params={"timeout": 15}, json=expected).json()
    assert answer["verified"] is True


def test_waiting_in_vain_ends_with_the_time(world):
    answer = world.admin("POST", "/wait", params={"timeout": 0.05}, json={"count": 7}).json()
    assert (answer["verified"], answer["count"]) == (False, 0)


def test_those_who_wait_hold_up_nobody(world):
    with ThreadPoolExecutor(20) as threads:
        waiting = [
            threads.submit(world.admin, "POST", "/wait", params={"timeout": 15}, json={"count": 1})
            for _ in range(20)
        ]
        time.sleep(0.2)
        assert not any(future.done() for future in waiting)
        assert world.session.get(world.url).status_code == 200
        assert all(future.result().json()["verified"] for future in waiting)
