"""Faults, each as a real client meets it."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from opsemu.server import Emulator
from opsemu.worlds.fault_rules import named
from tests.conftest import DEMO, OWNER, integrations, signed

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"
WRITES = ["POST", "PUT", "DELETE"]


def fail(world, **rule):
    answer = world.admin("POST", "/faults", json=rule)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def retrying(world, **options):
    """A session that tries again as urllib3 does it."""
    retry = Retry(total=3, backoff_factor=0, status_forcelist=[429, 500, 503], **options)
    world.session.mount("http://", HTTPAdapter(max_retries=retry))
    return world.session


def codes(world):
    rows = world.admin("GET", "/requests").json()["requests"]
    return [row["status"] for row in rows]


@pytest.mark.evidence("DOCS", "rate limit: 429 RATE_LIMITED with Retry-After")
def test_rate_limited_says_when_to_come_again(world):
    fail(world, name="mongodb.rate_limited", times=1, retryAfter=7)
    answer = world.session.get(world.url)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["errorCode"] == "RATE_LIMITED"
    assert world.session.get(world.url).status_code == 200


def test_a_client_that_retries_survives_a_rate_limit(world):
    session = retrying(world, respect_retry_after_header=True, allowed_methods=["GET"])
    session.get(world.url)
    fail(world, name="mongodb.rate_limited", times=1, retryAfter=0)
    assert session.get(world.url).status_code == 200
    assert codes(world) == [200, 429, 200]


def test_a_retry_below_the_digest_layer_repeats_its_count_and_is_refused(world):
    fail(world, name="mongodb.rate_limited", times=1, retryAfter=0)
    session = retrying(world, respect_retry_after_header=True, allowed_methods=["GET"])
    assert session.get(world.url).status_code == 401


@pytest.mark.evidence("DOCS", "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES is a 405")
@pytest.mark.parametrize(("method", "status"), [("GET", 200), *((name, 405) for name in WRITES)])
def test_maintenance_lets_reads_through(world, method, status):
    fail(world, name="mongodb.maintenance")
    answer = world.session.request(method, f"{world.url}/SLACK", json={"type": "SLACK"})
    assert answer.status_code == status
    code = "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES" if status == 405 else None
    assert answer.json().get("errorCode") == code


@pytest.mark.evidence("RECORDED", "the body of an unexpected error")
def test_an_unexpected_error_changes_nothing(world):
    fail(world, name="mongodb.unexpected_error", operation="updateIntegration")
    answer = world.put("DATADOG", apiKey=KEY)
    assert answer.text == (
        '{"detail":"Unexpected error.","error":500,"errorCode":"UNEXPECTED_ERROR",'
        '"parameters":[],"reason":"Internal Server Error"}'
    )
    assert world.session.get(f"{world.url}/DATADOG").status_code == 404


def test_applied_but_500_makes_the_retry_of_a_post_meet_a_conflict(world):
    fail(world, name="mongodb.applied_but_500", times=1)
    body = {"type": "DATADOG", "apiKey": KEY}
    answers = [world.session.post(f"{world.url}/DATADOG", json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 409]
    assert world.shown("DATADOG")["type"] == "DATADOG"


@pytest.mark.parametrize("method", WRITES)
def test_answered_200_but_lost_leaves_things_as_they_were(world, method):
    fail(world, name="mongodb.answered_200_but_lost", times=1)
    type_name = "DATADOG" if method == "POST" else "PAGER_DUTY"
    body = {"type": type_name, "apiKey" if method == "POST" else "serviceKey": KEY}
    answer = world.session.request(method, f"{world.url}/{type_name}", json=body)
    assert answer.status_code in (200, 204)
    found = {row["type"]: row for row in world.session.get(world.url).json()["results"]}
    assert sorted(found) == ["PAGER_DUTY", "SLACK"]
    assert found["PAGER_DUTY"]["serviceKey"] == "******7890"


def test_an_integration_whose_key_was_found_invalid_is_gone(world):
    fail(world, name="mongodb.key_removed", type="PAGER_DUTY", times=1)
    assert world.session.get(f"{world.url}/PAGER_DUTY").status_code == 404
    assert world.session.get(world.url).json()["totalCount"] == 1
    assert world.session.get(f"{world.url}/SLACK").status_code == 200


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 502, 503, 504])
def test_a_status_comes_with_a_body_of_the_vendor(world, status):
    fail(world, status=status, times=1)
    answer = world.session.get(world.url)
    assert answer.status_code == answer.json()["error"] == status
    assert "X-MongoDB-Service-Version" in answer.headers


def test_an_error_may_be_named_and_a_body_given(world):
    fail(world, error="GROUP_NOT_FOUND", parameters=["x"], times=1)
    fail(world, status=418, body={"short": "stout"}, times=1)
    assert world.session.get(world.url).json()["detail"] == "No group with ID x exists."
    assert world.session.get(world.url).json() == {"short": "stout"}


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        ({"times": 2}, [503, 503, 200, 200, 200, 200]),
        ({"after": 2}, [200, 200, 503, 503, 503, 503]),
        ({"every": 3}, [503, 200, 200, 503, 200, 200]),
        ({"after": 1, "every": 2, "times": 2}, [200, 503, 200, 503, 200, 200]),
        ({"limit": 4, "window": 3600}, [200, 200, 200, 200, 503, 503]),
        ({"probability": 0}, [200] * 6),
    ],
)
def test_a_rule_strikes_when_it_says(world, rule, statuses):
    fail(world, status=503, **rule)
    assert [world.session.get(world.url).status_code for _ in range(6)] == statuses
    assert codes(world) == statuses


def test_chance_is_the_same_for_the_same_seed():
    seen = []
    for _ in range(2):
        with Emulator(rng_seed="7") as running, signed(OWNER) as session:
            rule = {"status": 503, "probability": 0.5}
            requests.post(f"{running.admin_url}/faults", json=rule)
            url = integrations(running, DEMO)
            seen.append([session.get(url).status_code for _ in range(20)])
    assert seen[0] == seen[1]
    assert {200, 503} == set(seen[0])


@pytest.mark.parametrize(
    ("where", "struck"),
    [
        ({"operation": "getIntegration"}, True),
        ({"operation": "getIntegrations"}, False),
        ({"method": "GET", "type": "SLACK"}, True),
        ({"type": "DATADOG"}, False),
        ({"path": "*/SLACK"}, True),
        ({"project": "f" * 24}, False),
    ],
)
def test_a_rule_strikes_where_it_says(world, where, struck):
    fail(world, status=503, **where)
    answer = world.session.get(f"{world.url}/SLACK")
    assert (answer.status_code == 503) is struck


def test_a_rule_for_another_key_of_the_world_does_not_strike(world):
    fail(world, status=503, key=world.made["mongodb"]["keys"][1]["publicKey"])
    assert world.session.get(world.url).status_code == 200


def test_faults_stay_in_their_world(new_world):
    one, other = new_world(seed="demo"), new_world(seed="demo")
    fail(one, status=503)
    assert other.session.get(other.url).status_code == 200
    assert one.session.get(one.url).status_code == 503


def test_a_reset_connection_is_a_broken_one_to_requests_and_curl(world):
    fail(world, fault="CONNECTION_RESET_BY_PEER")
    with pytest.raises(requests.ConnectionError, match=r"reset by peer"):
        world.session.get(world.url)
    curl = ["curl", "-s", "--digest", "-u", ":".join(world.key), world.url]
    assert subprocess.run(curl, capture_output=True, check=False).returncode in (52, 56)


def test_a_client_that_retries_survives_an_empty_answer(world):
    session = retrying(world, allowed_methods=["GET"])
    session.get(world.url)
    fail(world, fault="EMPTY_RESPONSE", times=1)
    assert session.get(world.url).status_code == 200
    assert world.admin("GET", "/faults").json()["faults"][0]["struck"] == 1


def test_a_truncated_body_is_noticed(world):
    fail(world, truncateAfter=10, times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        world.session.get(world.url)
    assert world.session.get(world.url).status_code == 200


def test_latency_runs_into_the_clients_timeout(world):
    world.session.get(world.url)
    fail(world, fixedDelayMilliseconds=60_000, times=1)
    with pytest.raises(requests.ReadTimeout):
        world.session.get(world.url, timeout=0.2)
    assert world.session.get(world.url, timeout=20).status_code == 200


@pytest.mark.parametrize(
    "spread",
    [
        {"type": "uniform", "lower": 20, "upper": 40},
        {"type": "lognormal", "median": 30, "sigma": 0.01},
    ],
)
def test_latency_may_follow_a_distribution(world, spread):
    fail(world, delayDistribution=spread)
    started = monotonic()
    assert world.session.get(world.url).status_code == 200
    assert monotonic() - started >= 0.02


def test_held_answers_hold_up_nobody(world):
    world.session.get(world.url)
    fail(world, fixedDelayMilliseconds=1500, operation="getIntegration")
    with ThreadPoolExecutor(20) as threads:
        auth = [requests.auth.HTTPDigestAuth(*world.key) for _ in range(20)]
        url = f"{world.url}/SLACK"
        held = [threads.submit(requests.get, url, auth=one, timeout=20) for one in auth]
        for _ in range(5):
            assert world.session.get(world.url).status_code == 200
        assert not all(future.done() for future in held)
        assert {future.result().status_code for future in held} == {200}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"operation": "makeCoffee", "status": 500}, "no operation 'makeCoffee'"),
        ({"name": "mongodb.coffee"}, "no fault 'mongodb.coffee'; `opsemu fault names` lists all"),
        ({"error": "NO_COFFEE"}, "no error 'NO_COFFEE'"),
        ({"operation": "getIntegrations"}, "no effect"),
        ({"status": 200}, "Must be one of"),
        ({"status": 500, "tiems": 1}, "tiems"),
        ({"name": "mongodb.key_removed", "operation": "createIntegration"}, "does not concern"),
    ],
)
def test_a_rule_that_could_never_do_what_it_says_is_refused(world, rule, sentence):
    answer = world.admin("POST", "/faults", json=rule)
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]


def test_rules_can_be_looked_at_and_taken_back(world):
    number = fail(world, status=503, times=3)
    world.session.get(world.url)
    shown = world.admin("GET", f"/faults/{number}").json()
    assert shown == {"id": number, "status": 503, "times": 3, "seen": 1, "struck": 1}
    assert world.admin("DELETE", f"/faults/{number}").status_code == 204
    assert world.admin("DELETE", f"/faults/{number}").status_code == 404
    assert world.session.get(world.url).status_code == 200


def test_a_row_names_the_fault_that_struck(world):
    fail(world, name="mongodb.rate_limited", times=1)
    world.session.get(world.url)
    (row,) = world.admin("GET", "/requests").json()["requests"]
    assert row["fault"] == "mongodb.rate_limited"
    assert row["reasons"][0] == "fault: mongodb.rate_limited struck"


def test_every_named_fault_says_what_it_does(server):
    answer = requests.get(f"{server.admin_url}/faults/names").json()
    assert set(answer) == set(named())
    assert all(answer.values())


@pytest.fixture
def tenant(world):
    """A tenant of the world: ask for a token, and call with it."""
    return Tenant(world)


class Tenant:
    def __init__(self, world):
        made = world.made["opsramp"]["tenants"][0]
        self.base = world.server.base_url
        self.url = f"{self.base}/api/v2/tenants/{made['id']}/integrations/installed/search"
        self.form = {
            "grant_type": "client_credentials",
            "client_id": made["keys"][0]["key"],
            "client_secret": made["keys"][0]["secret"],
        }

    def token(self):
        answer = requests.post(f"{self.base}/auth/oauth/token", data=self.form)
        return answer.json()["access_token"]

    def get(self, token):
        return requests.get(self.url, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.evidence("ISSUE", "python-opsramp PR 81: 407 with valid credentials under load")
def test_a_throttled_opsramp_says_407_to_a_good_token(world, tenant):
    token = tenant.token()
    fail(world, name="opsramp.throttle_407", times=1)
    refused = tenant.get(token)
    assert (refused.status_code, refused.json()["error"]) == (407, "invalid_token")
    assert tenant.get(token).status_code == 200


@pytest.mark.evidence("DOCS", "429 throttled")
def test_a_throttled_opsramp_may_say_429(world, tenant):
    fail(world, name="opsramp.throttled", times=1)
    refused = tenant.get(tenant.token())
    assert refused.status_code == 429
    assert refused.text == '{"error":"throttled","error_description":"Too Many Requests"}'


def test_an_expired_token_is_replaced_by_a_new_one(world, tenant):
    token = tenant.token()
    fail(world, name="opsramp.token_expired", times=1)
    assert [tenant.get(token).status_code for _ in range(2)] == [407, 407]
    assert tenant.token() != token
    assert tenant.get(tenant.token()).status_code == 200


def test_the_faults_of_one_vendor_do_not_strike_the_other(world, tenant):
    fail(world, name="mongodb.unexpected_error")
    fail(world, error="GROUP_NOT_FOUND")
    assert tenant.get(tenant.token()).status_code == 200
    assert world.session.get(world.url).status_code == 500
