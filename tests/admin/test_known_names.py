"""A pattern or a rule that could never match a request is refused, with the nearest name."""

from __future__ import annotations

import pytest
import requests

from opsemu.worlds.known_names import nearest
from tests.conftest import OWNER

WRONG = [
    (
        {"type": "PAGERDUTY"},
        "there is no type 'PAGERDUTY'; did you mean 'PAGER_DUTY'? `opsemu types`",
    ),
    ({"type": "slack"}, "there is no type 'slack'; did you mean 'SLACK'? `opsemu types` lists all"),
    ({"operation": "createIntegratoin"}, "did you mean 'createIntegration'? `opsemu operations`"),
    (
        {"operation": "x" * 5000},
        f"there is no operation '{'x' * 60}'; `opsemu operations` lists all",
    ),
    ({"method": "post"}, "there is no method 'post'; did you mean 'POST'?"),
    ({"method": "FETCH"}, "there is no method 'FETCH'; expected one of GET, HEAD, POST, PUT"),
    ({"path": "/groups/*"}, "paths begin with '/api/'; did you mean '*/groups/*'?"),
    ({"path": "groups"}, "paths begin with '/api/'; did you mean '*/groups'?"),
    ({"path": "http://h/api/x"}, "a path has no host; did you mean '/api/x'?"),
    ({"path": "*/groups?pretty=true"}, "a path has no query; did you mean '*/groups'?"),
    ({"project": "Demo Project"}, "did you mean 'c0ffeec0ffeec0ffeec0ffee'?"),
    (
        {"project": "client8"},
        "no project or tenant 'client8' in this world; did you mean 'client_8'?",
    ),
    ({"project": "c0ffee"}, "there is no project or tenant 'c0ffee' in this world"),
    ({"key": OWNER[0]}, "lists all; it leads to the world 'default'"),
    ({"tpye": "SLACK"}, "tpye: Unknown field; did you mean 'type'?"),
]
MATCHING = [
    {"type": "SLACK", "operation": "getIntegration", "method": "GET", "path": "*/SLACK"},
    {"project": "f" * 24, "path": "/api/public/v1.0/groups"},
    {"project": "client_8", "path": "/auth/oauth/token"},
    {"path": "/api/private/*"},
    {"path": "*"},
]


@pytest.mark.parametrize(("pattern", "sentence"), WRONG)
@pytest.mark.parametrize("path", ["/faults", "/verify", "/requests/count", "/requests/find"])
def test_what_can_never_match_is_refused_with_the_nearest_name(world, path, pattern, sentence):
    body = pattern | ({"status": 503} if path == "/faults" else {})
    answer = world.admin("POST", path, json=body)
    assert answer.status_code == 400, answer.text
    assert sentence in answer.json()["message"]


@pytest.mark.parametrize("pattern", MATCHING)
@pytest.mark.parametrize("path", ["/faults", "/verify"])
def test_what_may_match_one_day_is_allowed(world, path, pattern):
    body = pattern | ({"status": 503} if path == "/faults" else {})
    assert world.admin("POST", path, json=body).ok


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/requests?type=SLAK", None),
        ("GET", "/requests/count?type=SLAK", None),
        ("POST", "/wait?timeout=0", {"type": "SLAK"}),
        ("POST", "/verify", {"order": [{"type": "SLACK"}, {"type": "SLAK"}]}),
    ],
)
def test_they_are_refused_wherever_a_pattern_is_read(world, method, path, body):
    answer = world.admin(method, path, json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
    assert "did you mean 'SLACK'?" in answer.json()["message"]


@pytest.mark.parametrize(
    ("member", "name", "sentence"),
    [
        ("dialect", "atlas-v3", "there is no dialect 'atlas-v3'; did you mean 'atlas-v"),
        (
            "fault",
            "mongodb.rate_limted",
            "did you mean 'mongodb.rate_limited'? `opsemu fault names`",
        ),
    ],
)
def test_patterns_have_further_names(world, member, name, sentence):
    message = world.admin("POST", "/verify", json={member: name}).json()["message"]
    assert sentence in message
    assert world.admin("POST", "/verify", json={"fault": "rule 7"}).ok


def test_a_fault_names_the_nearest_fault_and_error(world):
    for rule, near in (
        ({"name": "mongodb.rate_limted"}, "'mongodb.rate_limited'"),
        ({"error": "GROUP_NOTFOUND"}, "'GROUP_NOT_FOUND'"),
    ):
        message = world.admin("POST", "/faults", json=rule).json()["message"]
        assert f"did you mean {near}?" in message


def test_the_default_world_may_have_faults_at_any_path(server):
    rule = {"path": "/elsewhere", "status": 503, "times": 1}
    assert requests.post(f"{server.admin_url}/faults", json=rule, timeout=20).ok
    assert requests.get(f"{server.base_url}/elsewhere", timeout=20).status_code == 503


@pytest.mark.parametrize("name", ["", "_", "***", "\ud800"])
def test_names_of_punctuation_have_no_nearest(name):
    assert nearest(name, ["SLACK"]) is None
