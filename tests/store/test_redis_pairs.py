"""Two servers on one Redis: what one is told, the other knows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from ..admin.events import Events
from ..conftest import signed
from ..serving import authorization, challenge, exchange, request, statuses

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"


def rows(world):
    return world.admin("GET", "/requests").json()["requests"]


def _at_atlas(world):
    return world.url.replace("/public/", "/atlas/")


def signed_get(world, nonce, count):
    """The bytes of a GET of the world's integrations, and the whole answer to them."""
    path = world.url.partition("/api")[1] + world.url.partition("/api")[2]
    signature = authorization(world.key, "GET", path, nonce, f"{count:08x}")
    return exchange(world.server.port, request("GET", path, signature))


def test_a_write_is_read_at_the_other(pair):
    first, second = pair
    assert first.put("DATADOG", apiKey=KEY).status_code == 200
    assert second.shown("DATADOG")["apiKey"].endswith(KEY[-4:])


def test_calls_of_both_are_in_one_journal_in_their_order(pair):
    for world in (*pair, *pair):
        world.session.get(world.url)
    found = [rows(world) for world in pair]
    assert found[0] == found[1]
    assert [row["exchanges"] for row in found[0]] == [2, 2, 1, 1]
    assert [row["id"] for row in found[0]] == sorted({row["id"] for row in found[0]})


def test_a_call_is_found_by_its_number_and_explained_at_the_other(pair):
    first, second = pair
    first.session.get(f"{first.url}/DATADOG")
    (row,) = rows(second)
    told = second.admin("GET", f"/requests/{row['id']}/explain", params={}).json()
    assert (told["status"], told["refused"]) == (404, True)
    assert "INTEGRATION_NOT_CONFIGURED" in told["reasons"][0]


def test_a_challenge_of_one_is_answered_at_the_other_and_is_one_call(pair):
    first, second = pair
    refused = requests.get(first.url, timeout=20)
    nonce = refused.headers["WWW-Authenticate"].partition('nonce="')[2].partition('"')[0]
    assert statuses(signed_get(second, nonce, 1)) == [200]
    assert [row["exchanges"] for row in rows(first)] == [2]


def test_a_count_that_was_used_at_one_is_a_replay_at_the_other(pair):
    first, second = pair
    nonce = challenge(first.server.port)
    assert statuses(signed_get(first, nonce, 1)) == [200]
    replayed = signed_get(second, nonce, 1)
    assert (statuses(replayed), b"stale=false" in replayed) == ([401], True)
    assert statuses(signed_get(second, nonce, 2)) == [200]


def test_a_fault_strikes_as_often_as_it_may_over_all_servers(pair):
    first, second = pair
    rule = {"status": 503, "times": 7, "operation": "getIntegrations"}
    assert first.admin("POST", "/faults", json=rule).status_code == 201
    with ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(world.session.get, world.url) for world in pair * 10]
        found = [call.result().status_code for call in calls]
    assert (found.count(503), found.count(200)) == (7, 13)
    (shown,) = second.admin("GET", "/faults").json()["faults"]
    assert (shown["struck"], shown["seen"]) == (7, 20)


def test_a_fault_that_one_removes_is_gone_at_the_other(pair):
    first, second = pair
    number = first.admin("POST", "/faults", json={"status": 500}).json()["id"]
    assert second.session.get(second.url).status_code == 500
    assert second.admin("DELETE", f"/faults/{number}").status_code == 204
    assert first.session.get(first.url).status_code == 200


def test_the_clock_is_the_same_at_both(pair):
    first, second = pair
    first.admin("POST", "/clock/freeze", json={"at": "2031-02-03T04:05:06Z"})
    assert second.session.get(second.url).headers["Date"] == "Mon, 03 Feb 2031 04:05:06 GMT"
    second.admin("POST", "/clock/advance", json={"seconds": 60})
    assert first.session.get(first.url).headers["Date"] == "Mon, 03 Feb 2031 04:06:06 GMT"


def test_a_rate_limit_is_counted_down_by_both(pair):
    left = [
        int(world.session.get(_at_atlas(world)).headers["Ratelimit-Remaining"])
        for world in pair * 2
    ]
    assert left == [1199, 1198, 1197, 1196]


def test_calls_of_both_are_counted_together(pair):
    def listed():
        found = pair[1].admin("GET", "/coverage", params={}).json()["operations"]
        return found["getIntegrations"]["succeeded"]

    before = listed()
    for world in pair:
        world.session.get(world.url)
    assert listed() == before + 2


def test_who_waits_at_one_hears_of_a_call_at_the_other(pair):
    first, second = pair
    call = threading.Timer(0.2, first.session.get, [first.url])
    call.start()
    body = {"operation": "getIntegrations", "count": 1}
    waited = second.admin("POST", "/wait", json=body, params={"timeout": 15})
    call.join()
    assert waited.json() == {
        "verified": True,
        "count": 1,
        "message": "1 matching, expected: count 1",
    }
    assert waited.elapsed.total_seconds() < 14


def test_a_secret_that_one_was_told_is_masked_at_the_other(pair):
    first, second = pair
    rows(second)  # it knows what is stored by now
    first.put("DATADOG", apiKey=KEY)
    first.put("DATADOG", apiKey=KEY[::-1])
    first.session.get(f"{first.url}/{KEY}")
    shown = second.admin("GET", "/requests").text
    assert (KEY in shown, KEY[::-1] in shown) == (False, False)


@pytest.mark.parametrize("way", ["reset", "end"])
def test_what_one_forgets_the_other_forgets(pair, way):
    first, second = pair
    first.put("DATADOG", apiKey=KEY)
    second.admin("POST", "/faults", json={"status": 500})
    second.admin("POST", "/clock/advance", json={"seconds": 1000})
    if way == "reset":
        assert first.admin("POST", "/reset").status_code == 204
        assert rows(second) == []
        assert second.session.get(second.url).status_code == 200
        assert second.session.get(f"{second.url}/DATADOG").status_code == 404
        assert second.admin("GET", "/clock").json()["offset"] == 0
    else:
        gone = requests.delete(f"{first.server.admin_url}/worlds/{first.name}", timeout=20)
        assert gone.status_code == 204
        assert second.session.get(second.url).status_code == 401
        assert second.admin("GET", "/clock").status_code == 404


def test_a_key_that_one_made_signs_at_the_other_until_that_deletes_it(pair):
    first, second = pair
    keys = f"/orgs/{first.made['mongodb']['organizations'][0]['id']}/apiKeys"
    body = {"desc": "new", "roles": ["ORG_OWNER"]}
    made = first.session.post(first.server.url + keys, json=body).json()
    with signed((made["publicKey"], made["privateKey"])) as session:
        assert session.get(second.url).status_code == 200
        assert second.session.delete(f"{second.server.url}{keys}/{made['id']}").status_code == 204
        assert session.get(first.url).status_code == 401


def test_requests_at_one_server_are_told_at_the_other(pair):
    first, second = pair
    with Events(first.server.port, first.name) as events:
        assert events.next("requests").data["reset"]
        assert second.session.get(second.url).status_code == 200
        (row,) = events.answered()
        assert (row["operation"], row["exchanges"]) == ("getIntegrations", 2)
    after = events.last_id
    with Events(second.server.port, second.name, after) as events:
        data = events.next("requests").data
        assert (data["reset"], data["requests"]) == (False, [])


def test_admin_writes_at_one_server_are_told_at_the_other(pair):
    first, second = pair
    with Events(first.server.port, first.name) as events:
        events.next("requests")
        assert second.admin("POST", "/faults", json={"status": 503}).status_code == 201
        assert events.next("changed").data == {"parts": ["faults"]}
        assert second.admin("POST", "/reset").status_code == 204
        assert events.next("requests").data["reset"]


def test_a_stream_ends_when_its_world_is_deleted_at_the_other(pair):
    first, second = pair
    with Events(first.server.port, first.name) as events:
        events.next("requests")
        assert second.admin("DELETE", f"/worlds/{second.name}").status_code == 204
        assert events.next("changed").data == {"parts": ["worlds"]}
        assert events.rest() == b""
