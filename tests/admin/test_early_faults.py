"""Faults before authentication: on the paths for tokens, and in place of a refusal."""

from __future__ import annotations

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER, integrations, signed

from .test_faults import codes, fail

OPSRAMP, ATLAS = "/auth/oauth/token", "/api/oauth/token"


@pytest.fixture(params=[OPSRAMP, ATLAS])
def token(request, world):
    """Ask for a token of the world: OpsRamp's or Atlas's."""
    return Token(world, request.param)


class Token:
    def __init__(self, world, path):
        self.path = path
        self.operation = {OPSRAMP: "tokenLogin", ATLAS: "tokenOauth"}[path]
        self.url = world.server.base_url + path
        if path == OPSRAMP:
            key = world.made["opsramp"]["tenants"][0]["keys"][0]
            self.client = (key["key"], key["secret"])
        else:
            key = world.made["mongodb"]["serviceAccounts"][0]
            self.client = (key["clientId"], key["clientSecret"])

    def get(self, client=None):
        form = {"grant_type": "client_credentials"}
        answer = requests.post(self.url, data=form, auth=client or self.client, timeout=20)
        return answer.status_code


@pytest.mark.parametrize("by", ["operation", "path", "method", "key"])
def test_a_fault_strikes_where_tokens_are_issued(world, token, by):
    condition = {
        "operation": token.operation,
        "path": f"*{token.path}",
        "method": "POST",
        "key": token.client[0],
    }
    fail(world, status=503, times=1, **{by: condition[by]})
    assert [token.get() for _ in range(2)] == [503, 200]
    assert codes(world) == [503, 200]


def test_an_error_of_the_vendor_strikes_there_if_the_rule_names_the_operation(world, token):
    fail(world, error="UNEXPECTED_ERROR")
    assert token.get() == 200
    fail(world, error="UNEXPECTED_ERROR", operation=token.operation)
    assert token.get() == 500


def test_no_token_is_made_by_a_request_that_fails(world):
    token = Token(world, ATLAS)
    fail(world, status=503, times=1)
    before = len(list(world.server.store.names("", "token")))
    assert token.get() == 503
    assert len(list(world.server.store.names("", "token"))) == before


def test_a_wrong_secret_meets_the_faults_of_its_keys_world(world, token):
    fail(world, status=503)
    assert token.get((token.client[0], "wrong")) == 503
    assert token.get(("nobody", "wrong")) == 401


def test_a_challenge_may_fail_and_is_in_the_default_world(server):
    url = f"{server.url}/groups"
    rule = {"path": "*/groups", "status": 503, "times": 1}
    requests.post(f"{server.admin_url}/faults", json=rule).raise_for_status()
    assert [requests.get(url).status_code for _ in range(2)] == [503, 401]
    (row,) = requests.get(f"{server.admin_url}/requests").json()["requests"]
    assert (row["status"], row["fault"].partition(" ")[0]) == (503, "rule")
    assert row["reasons"][0] == f"fault: {row['fault']} struck"


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        ({"times": 1}, [503, 200, 200]),
        ({"after": 1}, [200, 503, 503]),
        ({"every": 2}, [503, 200, 503]),
        ({"limit": 2, "window": 3600}, [200, 200, 503]),
        ({"probability": 0}, [200, 200, 200]),
        ({"operation": "getIntegrations", "times": 1}, [503, 200, 200]),
    ],
)
def test_a_challenge_and_its_answer_are_one_call(server, demo, rule, statuses):
    """Each call begins with a challenge, as those of curl do."""
    requests.post(f"{server.admin_url}/faults", json={"status": 503, **rule}).raise_for_status()
    answers = []
    for _ in range(3):
        with signed(OWNER) as session:
            answers.append(session.get(demo).status_code)
    assert answers == statuses
    (shown,) = requests.get(f"{server.admin_url}/faults").json()["faults"]
    assert (shown["seen"], shown["struck"]) == (3, statuses.count(503))


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "mongodb.unexpected_error"},
        {"error": "UNEXPECTED_ERROR"},
        {"operation": "getIntegrations", "status": 503},
        {"probability": 1, "status": 503},
        {"key": OWNER[0], "status": 503},
    ],
)
def test_what_needs_a_key_leaves_a_challenge_alone(server, demo, rule):
    requests.post(f"{server.admin_url}/faults", json=rule).raise_for_status()
    assert requests.get(demo).status_code == 401
    with signed(OWNER) as session:
        assert session.get(demo).status_code in (500, 503)


def test_a_key_that_is_claimed_meets_the_faults_of_its_world(world):
    fail(world, key=world.key[0], status=503)
    with signed((world.key[0], "wrong")) as session:
        assert session.get(world.url).status_code == 503
    assert requests.get(world.url).status_code == 401


def test_a_delayed_challenge_stays_in_the_journal(server, demo):
    rule = {"fixedDelayMilliseconds": 1, "times": 1}
    requests.post(f"{server.admin_url}/faults", json=rule).raise_for_status()
    with signed(OWNER) as session:
        assert session.get(demo).status_code == 200
    rows = requests.get(f"{server.admin_url}/requests").json()["requests"]
    assert [(row["status"], row["fault"] is None) for row in rows] == [(401, False), (200, True)]


def test_a_bad_token_and_an_unknown_path_may_fail_as_well(server):
    requests.post(f"{server.admin_url}/faults", json={"status": 503}).raise_for_status()
    url = f"{server.base_url}/api/v2/tenants/x/integrations/installed/search"
    headers = {"Authorization": "Bearer unknown"}
    assert requests.get(url, headers=headers).status_code == 503
    with signed(OWNER) as session:
        assert session.get(f"{server.url}/nothing").status_code == 503
    assert requests.get(f"{server.base_url}/nothing").status_code == 503


def test_rules_that_do_not_match_cost_no_write_and_no_place_in_the_cache():
    with Emulator(seed="demo") as emulator, signed(OWNER) as session:
        url = integrations(emulator, DEMO)
        for number in range(50):
            rule = {"path": f"/other/{number}", "status": 503}
            requests.post(f"{emulator.admin_url}/faults", json=rule).raise_for_status()
        for _ in range(3):
            session.get(url)
        hits = emulator.response_cache.hits
        assert session.get(url).status_code == 200
        assert emulator.response_cache.hits == hits + 1
        assert emulator.services.shared_state.read("default", "fault counts") is None
        rule = {"path": "*/integrations", "status": 503}
        requests.post(f"{emulator.admin_url}/faults", json=rule).raise_for_status()
        assert session.get(url).status_code == 503


def test_retry_after_of_a_limit_is_the_rules_own(world):
    fail(world, name="mongodb.rate_limited", limit=1, window=60, retryAfter=7)
    assert world.session.get(world.url).status_code == 200
    refused = world.session.get(world.url)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
