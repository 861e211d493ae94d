"""The vendors' faults, as MongoDB's Go SDK and python-opsramp meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from .test_go import SDK
from .toolchain import own_program
from .venvs import PYTHON_OPSRAMP, programs

SCRIPT = Path(__file__).parent / "opsramp_faults.py"

the_sdk = pytest.mark.client(f"{SDK}, faults")
the_binding = pytest.mark.client("python-opsramp, faults")


@pytest.fixture
def fail(target):
    """Adds a fault to the emulator that the client is pointed at."""

    def add(**rule):
        answer = requests.post(f"{target.server}/__admin/faults", json=rule, timeout=20)
        assert answer.status_code == 201, answer.text

    return add


@pytest.fixture
def statuses(target):
    """Of the answers since the client began, without the challenges."""
    return lambda: [call.status for call in target.recorder.calls if call.status != 401]


@pytest.fixture
def atlas(target):
    """How one call with the SDK ends in the demo project, which has PAGER_DUTY and SLACK."""
    program = str(own_program("faults"))
    return lambda *call: json.loads(target.run(program, *call))


@pytest.fixture
def opsramp(target):
    """How each of some calls of one python-opsramp client ends."""
    python = programs(PYTHON_OPSRAMP) / "python"
    return lambda *calls: json.loads(target.run(str(python), str(SCRIPT), *calls))


@the_sdk
@pytest.mark.evidence("CLIENT", "atlas-sdk, run: AsError, and no retries of its own")
@pytest.mark.parametrize(
    ("fault", "call", "outcome", "afterwards"),
    [
        ("rate_limited", "create DATADOG", (429, "RATE_LIMITED"), 404),
        ("maintenance", "create DATADOG", (405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"), 404),
        ("maintenance", "delete SLACK", (405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"), 200),
        ("unexpected_error", "create DATADOG", (500, "UNEXPECTED_ERROR"), 404),
        ("applied_but_500", "create DATADOG", (500, "UNEXPECTED_ERROR"), 200),
        ("applied_but_500", "delete SLACK", (500, "UNEXPECTED_ERROR"), 404),
        ("answered_200_but_lost", "create DATADOG", (200, None), 404),
        ("answered_200_but_lost", "delete SLACK", (204, None), 200),
        ("key_removed", "get SLACK", (404, "INTEGRATION_NOT_CONFIGURED"), 404),
    ],
)
def test_the_atlas_sdk_tells_a_fault_once(fail, atlas, statuses, fault, call, outcome, afterwards):
    fail(name=f"mongodb.{fault}", times=1)
    ended = atlas(*call.split())
    assert (ended["status"], ended.get("errorCode")) == outcome
    assert atlas("get", call.split()[1])["status"] == afterwards
    assert statuses() == [outcome[0], afterwards]


@the_sdk
@pytest.mark.evidence("CLIENT", "atlas-sdk, run: the response holds Retry-After, nobody waits")
def test_the_atlas_sdk_leaves_a_rate_limit_to_its_caller(fail, atlas):
    fail(name="mongodb.rate_limited", times=1)
    assert atlas("list") == {"status": 429, "errorCode": "RATE_LIMITED", "retryAfter": "60"}
    assert atlas("list") == {"status": 200}


@the_sdk
def test_the_atlas_sdk_reads_during_maintenance(fail, atlas):
    fail(name="mongodb.maintenance")
    assert atlas("create", "DATADOG")["status"] == 405
    assert atlas("list") == atlas("get", "SLACK") == {"status": 200}


@the_sdk
def test_the_atlas_sdk_meets_a_conflict_when_it_repeats_what_was_applied(fail, atlas):
    fail(name="mongodb.applied_but_500", times=1)
    assert atlas("create", "DATADOG")["status"] == 500
    conflict = {"status": 409, "errorCode": "INTEGRATION_ALREADY_CONFIGURED"}
    assert atlas("create", "DATADOG") == conflict


@the_sdk
def test_the_atlas_sdk_tells_a_broken_connection_from_a_refusal(fail, atlas, statuses):
    fail(fault="EMPTY_RESPONSE", operation="createIntegration")
    assert atlas("create", "DATADOG") == {"transport": "EOF"}
    assert atlas("get", "DATADOG") == {"status": 200}
    assert statuses() == [200]


@the_binding
@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run: 407 is a RuntimeError at once")
def test_python_opsramp_fails_at_a_407_and_its_token_stays_good(fail, opsramp, statuses):
    fail(name="opsramp.throttle_407", times=1)
    refused, repeated = opsramp("search", "search")
    assert refused.startswith("RuntimeError: <Response [407]> GET http")
    assert '"error":"invalid_token"' in refused
    assert repeated == "answered"
    assert statuses() == [200, 407, 200]


@the_binding
@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run: it asks for no token by itself")
def test_python_opsramp_has_to_connect_again_when_its_token_ends(fail, opsramp, statuses):
    fail(name="opsramp.token_expired", times=1)
    refused = opsramp("search", "search", "connect", "search")
    assert [ending[:28] for ending in refused[:2]] == ["RuntimeError: <Response [407"] * 2
    assert refused[2:] == ["answered", "answered"]
    assert statuses() == [200, 407, 407, 200, 200]


@the_binding
@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run: urllib3 repeats no POST")
def test_python_opsramp_does_not_repeat_a_throttled_install(fail, opsramp, statuses):
    fail(name="opsramp.throttled", times=1)
    refused, repeated = opsramp("create", "create")
    assert refused.startswith("RuntimeError: <Response [429]> POST http")
    assert '"error":"throttled"' in refused
    assert repeated == "answered"
    assert statuses() == [200, 429, 200]


@the_binding
@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run: a GET is tried again seven times")
@pytest.mark.parametrize(
    ("throttled", "ending", "answers"),
    [(2, "answered", [429, 429, 200]), (8, "RetryError", [429] * 8)],
)
def test_python_opsramp_waits_as_it_is_told(fail, opsramp, statuses, throttled, ending, answers):
    fail(name="opsramp.throttled", times=throttled, retryAfter=1)
    (ended,) = opsramp("search")
    assert ended.partition(":")[0] == ending
    assert statuses() == [200, *answers]
