"""The clock of a world: nonces, tokens, time stamps and limits follow it."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import pytest
import requests

from opsemu.auth import tokens
from opsemu.auth.api_keys import client_document, find_key, owner_of
from opsemu.server import Emulator
from opsemu.store import open_store
from opsemu.store.layout import API_KEY
from opsemu.worlds.clock import Clocks
from tests.conftest import DEMO, OWNER, integrations, signed

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"


def turn(world, verb, **body):
    answer = world.admin("POST", f"/clock/{verb}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def stale(world):
    """How many calls of the next two had to be made again with a new nonce."""
    world.admin("DELETE", "/requests")
    for _ in range(2):
        assert world.session.get(world.url).status_code == 200
    rows = world.admin("GET", "/requests").json()["requests"]
    return [row["exchanges"] for row in rows]


def test_a_frozen_clock_shows_the_same_moment_on_every_answer(world):
    turn(world, "freeze", at="2031-02-03T04:05:06Z")
    dates = {world.session.get(world.url).headers["Date"] for _ in range(3)}
    assert dates == {"Mon, 03 Feb 2031 04:05:06 GMT"}


def test_identifiers_carry_the_time_of_the_world(world):
    turn(world, "freeze", at="2031-02-03T04:05:06Z")
    url = world.url.replace("/api/public/v1.0/", "/api/atlas/v1.0/")
    body = {"type": "DATADOG", "apiKey": KEY}
    listed = world.session.post(f"{url}/DATADOG", json=body).json()["results"]
    (found,) = [row["id"] for row in listed if row["type"] == "DATADOG"]
    assert int(found[:8], 16) == 1927857906


def test_a_nonce_grows_stale_when_the_clock_is_put_on(world):
    world.session.get(world.url)
    assert stale(world) == [1, 1]
    turn(world, "advance", seconds=61)
    assert stale(world) == [2, 1]


def test_a_frozen_clock_that_is_put_on_ages_nonces_too(world):
    turn(world, "freeze")
    world.session.get(world.url)
    turn(world, "advance", seconds=59)
    assert stale(world) == [1, 1]
    turn(world, "advance", seconds=2)
    assert stale(world) == [2, 1]


def test_a_clock_that_is_turned_back_makes_nothing_stale(world):
    world.session.get(world.url)
    turn(world, "advance", seconds=-3600)
    assert stale(world) == [1, 1]


def test_a_limit_ends_with_its_window(world):
    world.admin("POST", "/faults", json={"name": "mongodb.rate_limited", "limit": 1, "window": 60})
    turn(world, "freeze")
    assert world.session.get(world.url).status_code == 200
    refused = world.session.get(world.url)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    turn(world, "advance", seconds=60)
    assert world.session.get(world.url).status_code == 200


def test_a_token_ends_with_the_time_of_its_world():
    store, clocks = open_store("memory:"), Clocks()
    document = client_document({"clientId": "a", "clientSecret": "s", "roles": []}, "w")
    store.create(owner_of("a"), {API_KEY: {"a": document}})
    now = clocks.time("w").now
    token = tokens.issue(store, find_key(store, "a"), 3600, lambda: "t", now)[0]
    clocks.advance("w", 3601)
    assert tokens.find(store, token).expires < clocks.time("w").now()
    clocks.free("w")
    assert tokens.find(store, token).expires > clocks.time("w").now()


DAY = 86_400


def test_a_clock_put_back_by_400_days_does_not_stop_rate_limits(world):
    url = world.url.replace("/public/", "/atlas/")
    for _ in range(3):
        world.session.get(url)
    for days, remaining in ((-400, "1199"), (400, "1199"), (400, "1199"), (-400, "1199")):
        turn(world, "advance", seconds=days * DAY)
        assert world.session.get(url).headers["Ratelimit-Remaining"] == remaining
        assert world.session.get(url).headers["Ratelimit-Remaining"] == "1198"


@pytest.mark.parametrize("days", [-400, 400])
def test_a_token_is_never_said_to_be_valid_for_longer_than_its_life(world, days):
    key = world.made["opsramp"]["tenants"][0]["keys"][0]
    form = {"grant_type": "client_credentials", "client_id": key["key"]}
    url = f"{world.server.base_url}/auth/oauth/token"
    for turns in (0, 1, 2):
        turn(world, "advance", seconds=turns * days * DAY)
        answer = requests.post(url, data={**form, "client_secret": key["secret"]}).json()
        assert 7190 < answer["expires_in"] <= 7200
        turn(world, "advance", seconds=7201)
        token = {"Authorization": f"Bearer {answer['access_token']}"}
        tenant = world.made["opsramp"]["tenants"][0]["id"]
        installed = f"/api/v2/tenants/{tenant}/integrations/installed/search"
        assert requests.get(world.server.base_url + installed, headers=token).status_code == 407


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2095-12-31T00:00:00Z"])
def test_all_goes_on_at_the_edges_of_time(world, at):
    world.admin("POST", "/faults", json={"status": 429, "limit": 3, "window": 60})
    turn(world, "freeze", at=at)
    assert world.put("DATADOG", apiKey=KEY).status_code == 200
    assert world.session.get(world.url).headers["Date"][12:16] in at
    assert world.session.delete(f"{world.url}/DATADOG").status_code == 204
    assert world.session.get(world.url).status_code == 429
    for path in ("/requests", "/faults", "/clock", "/state", "/snapshots"):
        assert world.admin("GET", path).status_code == 200
    turn(world, "free")
    assert world.session.get(world.url).status_code == 200


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_goes_on_when_the_machines_own_is_put_back_or_on(monkeypatch, days):
    clocks, now = Clocks(), time.time()
    clocks.advance("w", 3600)
    monkeypatch.setattr("opsemu.worlds.clock.time.time", lambda: now + days * DAY)
    assert clocks.time("w").now() == pytest.approx(now + days * DAY + 3600, abs=1)
    clocks.advance("w", 3600)
    monkeypatch.setattr("opsemu.worlds.clock.time.time", lambda: now + days * DAY + 10)
    assert clocks.time("w").now() == pytest.approx(now + days * DAY + 7210, abs=1)


def test_clocks_do_not_concern_other_worlds(new_world, api, demo):
    one = new_world(seed="demo")
    turn(one, "freeze", at="2031-02-03T04:05:06Z")
    assert parsedate_to_datetime(api.get(demo).headers["Date"]).year != 2031


def test_a_clock_is_shown_and_set_free(world):
    shown = turn(world, "freeze", at="2031-02-03T04:05:06.5Z")
    assert (shown["now"], shown["frozen"]) == ("2031-02-03T04:05:06.500Z", True)
    assert turn(world, "free")["offset"] == 0
    assert turn(world, "advance", seconds=10)["offset"] == pytest.approx(10, abs=0.1)
    assert world.admin("GET", "/clock").json()["frozen"] is False


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("freeze", {"at": "tomorrow"}),
        ("freeze", {"at": "9999-01-01T00:00:00Z"}),
        ("advance", {}),
        ("advance", {"seconds": 1e12}),
        ("advance", {"seconds": -1e12}),
        ("advance", {"seconds": -9e8, "more": 1}),
    ],
)
def test_a_clock_is_not_set_to_what_is_no_time(world, verb, body):
    assert world.admin("POST", f"/clock/{verb}", json=body).status_code == 400
    assert world.admin("GET", "/clock").json()["offset"] == 0


def test_a_reset_gives_the_real_time_back(world):
    turn(world, "advance", seconds=1000)
    world.admin("POST", "/reset")
    assert world.admin("GET", "/clock").json()["offset"] == 0


def test_what_was_shown_at_an_earlier_moment_is_remembered():
    clocks, start = Clocks(), time.time()
    clocks.freeze("w", 1000.0)
    clocks.advance("w", 50)
    clock = clocks.time("w")
    assert clock.at(start - 10) == start - 10
    assert clock.at(time.time()) == 1050.0
    assert clock.is_frozen


def test_with_a_frozen_clock_and_a_seed_ids_are_the_same_in_every_run():
    def ids():
        with Emulator(rng_seed="42") as running, signed(OWNER) as session:
            body = {"at": "2030-01-01T00:00:00Z"}
            requests.post(f"{running.admin_url}/clock/freeze", json=body)
            url = integrations(running, DEMO).replace("/public/", "/atlas/")
            session.put(f"{url}/DATADOG", json={"type": "DATADOG", "apiKey": KEY})
            return [row["id"] for row in session.get(url).json()["results"]][-1]

    assert ids() == ids()


def test_a_token_of_opsramp_ends_with_the_time_of_its_world(world):
    made = world.made["opsramp"]["tenants"][0]
    form = {"grant_type": "client_credentials", "client_id": made["keys"][0]["key"]}
    form["client_secret"] = made["keys"][0]["secret"]
    base = world.server.base_url
    token = requests.post(f"{base}/auth/oauth/token", data=form).json()["access_token"]
    url = f"{base}/api/v2/tenants/{made['id']}/integrations/installed/search"
    call = {"url": url, "headers": {"Authorization": f"bearer {token}"}}
    assert requests.get(**call).status_code == 200
    turn(world, "advance", seconds=7201)
    assert requests.get(**call).status_code == 407
