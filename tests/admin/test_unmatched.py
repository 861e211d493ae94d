"""Requests that did not log in: in the world of the key that they name, else beside each world."""

from __future__ import annotations

import base64
import logging

import pytest
import requests

from opsemu.server import Emulator

V2 = {"Accept": "application/vnd.atlas.2023-01-01+json"}


def basic(user, password="a-wrong-secret"):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def listed(world, **params):
    answer = world.admin("GET", "/requests", params=params).json()
    return answer["requests"], answer["unmatched"]


def secret_names(world):
    mongodb, opsramp = world.made["mongodb"], world.made["opsramp"]
    return mongodb["serviceAccounts"][0]["clientId"], opsramp["tenants"][0]["keys"][0]["key"]


@pytest.mark.parametrize(
    ("headers", "path", "reason"),
    [
        ({}, "/api/public/v1.0/groups", "no credentials were sent"),
        (basic("nobody"), "/api/public/v1.0/groups", "the scheme is Basic, and Digest"),
        ({"Authorization": "Bearer x"}, "/api/atlas/v2/groups", "the token is unknown here"),
        ({"Authorization": "Bearer x"}, "/api/v2/tenants/client_8", "the token is unknown here"),
        ({}, "/api/v2/tenants/client_8", "a Bearer token is asked for"),
        ({}, "/nowhere", "RESOURCE_NOT_FOUND"),
    ],
)
def test_a_request_of_no_world_is_shown_beside_each(world, server, headers, path, reason):
    requests.get(server.base_url + path, headers=V2 | headers, timeout=20)
    own, (entry,) = listed(world)
    assert (own, entry["world"]) == ([], None)
    assert entry["reasons"][0].startswith(reason)
    last = world.admin("GET", "/requests/last/explain").json()
    assert (last["id"], last["reasons"]) == (entry["id"], entry["reasons"])
    assert listed(world, status="200") == ([], [])


@pytest.mark.parametrize("path", ["/api/public/v1.0/groups", "/api/v2/tenants/client_8"])
def test_basic_with_a_known_key_is_in_the_keys_world(world, server, path):
    requests.get(server.base_url + path, headers=basic(world.key[0]), timeout=20)
    (entry,), unmatched = listed(world)
    assert (entry["key"], entry["status"], unmatched) == (world.key[0], 401, [])


@pytest.mark.parametrize(
    ("path", "number"), [("/api/oauth/token", 0), ("/auth/oauth/token", 1)], ids=["atlas", "ramp"]
)
def test_a_wrong_secret_is_in_the_world_of_its_client(world, server, path, number):
    client = secret_names(world)[number]
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": "no"}
    requests.post(server.base_url + path, data=form, timeout=20)
    (entry,), unmatched = listed(world)
    assert (entry["key"], unmatched) == (client, [])
    assert entry["reasons"][0] == "the secret is not the client's"
    requests.post(server.base_url + path, data=form | {"client_id": "s" * 40}, timeout=20)
    ((entry,), (stranger,)) = listed(world)
    assert stranger["reasons"][0] == "there is no client of 40 characters here"


def test_an_expired_token_is_told_from_an_unknown_one(world, server):
    form = world.made["opsramp"]["tenants"][0]["keys"][0]
    form = {"grant_type": "client_credentials", "client_id": form["key"]} | {
        "client_secret": form["secret"]
    }
    token = requests.post(f"{server.base_url}/auth/oauth/token", data=form, timeout=20).json()
    world.admin("POST", "/clock/advance", json={"seconds": 8000})
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    requests.get(f"{server.base_url}/api/v2/tenants/client_8", headers=bearer, timeout=20)
    entries, unmatched = listed(world)
    assert entries[-1]["reasons"][0] == "the token has expired"
    assert unmatched == []


def test_a_failed_verdict_names_the_requests_of_no_world(world, server):
    assert "there were no calls at all" in world.admin("POST", "/verify").json()["message"]
    requests.get(world.url, timeout=20)
    message = world.admin("POST", "/verify").json()["message"]
    path = world.url.removeprefix(server.base_url)
    assert message == (
        "0 matching, expected: atLeast 1; no call has a key of it; calls of no world: "
        f"GET {path} 401 (no credentials were sent, so the client was given a challenge)"
    )


def test_earlier_requests_are_not_shown_beside_a_new_reset_or_emptied_world(world, new_world):
    requests.get(world.url, timeout=20)
    later = new_world(seed="demo")
    assert [len(listed(each)[1]) for each in (world, later)] == [1, 0]
    world.admin("DELETE", "/requests")
    requests.get(world.url, timeout=20)
    assert [len(listed(each)[1]) for each in (world, later)] == [1, 1]
    later.admin("POST", "/reset")
    assert [len(listed(each)[1]) for each in (world, later)] == [1, 0]


def test_an_answered_challenge_is_not_left_among_them(world):
    world.session.get(world.url)
    own, unmatched = listed(world)
    assert (len(own), unmatched) == (1, [])


def test_without_requests_there_is_no_last_one(world):
    answer = world.admin("GET", "/requests/last/explain")
    assert (answer.status_code, answer.json()["error"]) == (404, "no_such_request")


def test_a_request_without_credentials_is_logged_at_info(caplog):
    with caplog.at_level(logging.INFO, "opsemu.access"), Emulator(seed="demo") as emulator:
        requests.get(f"{emulator.url}/groups", timeout=20)
    assert "no credentials were sent" in caplog.text


def test_the_latest_unmatched_requests_of_all_worlds_are_shown(server, monkeypatch):
    monkeypatch.setattr("opsemu.admin.requests.MAX_UNMATCHED", 2)
    for number in range(3):
        requests.get(f"{server.base_url}/nowhere/{number}", timeout=20)
    answer = requests.get(f"{server.admin_url}/requests/unmatched", timeout=20).json()
    targets = [entry["target"] for entry in answer["requests"]]
    assert targets == ["/nowhere/1", "/nowhere/2"]
    assert answer["total"] >= 3
