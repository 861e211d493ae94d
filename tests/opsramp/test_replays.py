"""Every recorded exchange is played again, and differs where it is said to and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from opsemu.auth.api_keys import TABLE, client_document, owner_of

from .conftest import Client
from .samples import REPLAYS, differences, names, sample, settled

SAMPLES: dict[str, Any] = REPLAYS["samples"]
PLAYED = [name for name, replay in SAMPLES.items() if "not_replayed" not in replay]


def play(ramp: Client, name: str):
    """Send the request of a recorded exchange; its own headers come first."""
    request = sample(name)["request"]
    body = request["body"]
    sent = {"data": body} if isinstance(body, str) else {"json": body}
    return ramp.request(request["method"], request["path"], headers=request.get("headers"), **sent)


@pytest.fixture
def prepared(ramp, given, server):
    """Bring the tenant into the state that a sample was taken in."""

    def prepare(replay: dict[str, Any]) -> None:
        state = replay["given"]
        if state != "demo":
            given(state.get("installed", ()), state.get("activity", ()))
            for key in state.get("keys", ()):
                client = {"clientId": key["key"], "clientSecret": key["secret"], "roles": []}
                document = client_document(client, "default")
                server.store.create(owner_of(key["key"]), {TABLE: {key["key"]: document}})
        for earlier in replay.get("before", ()):
            assert play(ramp, earlier).status_code == 200

    return prepare


@pytest.mark.evidence("SPEC", "OpsRamp's OpenAPI samples, one by one; tests/opsramp/replays.json")
@pytest.mark.parametrize("name", PLAYED)
def test_a_recorded_request_gets_the_recorded_answer(ramp, prepared, name):
    prepared(SAMPLES[name])
    answer = play(ramp, name)
    expected = sample(name)["response"]
    found = differences(settled(expected["body"]), settled(answer.json()))
    assert answer.status_code == expected["status"]
    assert answer.headers["Content-Type"] == expected["headers"]["Content-Type"]
    assert set(found) == set(SAMPLES[name].get("differs", ()))


def test_every_recorded_exchange_is_played_or_says_why_not():
    assert sorted(SAMPLES) == names()
    assert all(len(SAMPLES[name]["not_replayed"]) > 20 for name in set(SAMPLES) - set(PLAYED))


def test_every_difference_has_a_reason():
    told = {reason for name in PLAYED for reason in SAMPLES[name].get("differs", {}).values()}
    assert told == set(REPLAYS["reasons"])


@pytest.mark.evidence("SPEC", "available/search, example-1: ten of fourteen integrations")
def test_the_known_part_of_the_catalogue_comes_in_the_recorded_order(ramp):
    recorded = sample("spec-get-available-search-1")["response"]["body"]["results"]
    answer = ramp.get("available/search?queryString=category:MONITORING_INTEGRATION").json()
    ours = [(row["id"], row["name"]) for row in answer["results"]]
    theirs = [(row["id"], row["name"]) for row in recorded]
    assert [row for row in ours if row in theirs] == theirs
