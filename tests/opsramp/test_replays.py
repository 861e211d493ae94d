"""Replay every recorded exchange; responses differ only where replays.json says so."""

from __future__ import annotations

from typing import Any

import pytest

from opsemu.auth.api_keys import client_document, owner_of
from opsemu.store.layout import API_KEY

from .conftest import Client
from .samples import REPLAYS, differences, names, normalize, sample

SAMPLES: dict[str, Any] = REPLAYS["samples"]
REPLAYED = [name for name, replay in SAMPLES.items() if "not_replayed" not in replay]


def replay_request(client: Client, name: str):
    """Send the request of a recorded exchange; its own headers come first."""
    request = sample(name)["request"]
    body = request["body"]
    content = {"data": body} if isinstance(body, str) else {"json": body}
    headers = request.get("headers")
    return client.request(request["method"], request["path"], headers=headers, **content)


@pytest.fixture
def prepare_tenant(client, seed_tenant, server):
    """Bring the tenant into the state that a sample was taken in."""

    def prepare(replay: dict[str, Any]) -> None:
        state = replay["state"]
        if state != "demo":
            seed_tenant(state.get("installed", ()), state.get("activity", ()))
            for key in state.get("keys", ()):
                account = {"clientId": key["key"], "clientSecret": key["secret"], "roles": []}
                document = client_document(account, "default")
                server.store.create(owner_of(key["key"]), {API_KEY: {key["key"]: document}})
        for name in replay.get("before", ()):
            assert replay_request(client, name).status_code == 200

    return prepare


@pytest.mark.evidence("SPEC", "OpsRamp's OpenAPI samples, one by one; tests/opsramp/replays.json")
@pytest.mark.parametrize("name", REPLAYED)
def test_a_recorded_request_gets_the_recorded_answer(client, prepare_tenant, name):
    prepare_tenant(SAMPLES[name])
    response = replay_request(client, name)
    expected = sample(name)["response"]
    differing = differences(normalize(expected["body"]), normalize(response.json()))
    assert response.status_code == expected["status"]
    assert response.headers["Content-Type"] == expected["headers"]["Content-Type"]
    assert set(differing) == set(SAMPLES[name].get("differs", ()))


def test_every_recorded_exchange_is_played_or_says_why_not():
    assert sorted(SAMPLES) == names()
    assert all(len(SAMPLES[name]["not_replayed"]) > 20 for name in set(SAMPLES) - set(REPLAYED))


def test_every_difference_has_a_reason():
    reasons = {reason for name in REPLAYED for reason in SAMPLES[name].get("differs", {}).values()}
    assert reasons == set(REPLAYS["reasons"])


@pytest.mark.evidence("SPEC", "available/search, example-1: ten of fourteen integrations")
def test_the_known_part_of_the_catalogue_comes_in_the_recorded_order(client):
    recorded = sample("spec-get-available-search-1")["response"]["body"]["results"]
    response = client.get("available/search?queryString=category:MONITORING_INTEGRATION").json()
    ours = [(row["id"], row["name"]) for row in response["results"]]
    theirs = [(row["id"], row["name"]) for row in recorded]
    assert [row for row in ours if row in theirs] == theirs
