"""The example of docs/testing.md: code that retries, and the proof that it does."""

import time

import pytest
import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPDigestAuth
from urllib3.util import Retry

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678"


def add_pager_duty(session, base_url, group_id, service_key, sleep=time.sleep):
    """The code under test: it adds a project's PagerDuty integration, in three attempts at most."""
    url = f"{base_url}/groups/{group_id}/integrations/PAGER_DUTY"
    for attempt in range(3):
        answer = session.post(url, json={"type": "PAGER_DUTY", "serviceKey": service_key})
        if answer.status_code == 409 and attempt > 0:
            return  # the attempt before was made, whatever its answer said
        if answer.status_code not in (429, 500, 503):
            break
        sleep(int(answer.headers.get("Retry-After", 1)))
    answer.raise_for_status()


def test_it_waits_as_long_as_it_is_told(ops_manager):
    ops_manager.fail_next("mongodb.rate_limited", operation="createIntegration", retry_after=7)
    pauses = []
    add_pager_duty(
        ops_manager.session, ops_manager.url, ops_manager.group_id, KEY, sleep=pauses.append
    )
    assert pauses == [7]
    ops_manager.requests.assert_called_times(2, "createIntegration", type="PAGER_DUTY")
    ops_manager.integrations.assert_stored("PAGER_DUTY", serviceKey=KEY)


def test_what_was_done_though_the_answer_was_500_is_enough(ops_manager):
    ops_manager.fail_next("mongodb.applied_but_500")
    add_pager_duty(
        ops_manager.session, ops_manager.url, ops_manager.group_id, KEY, sleep=lambda _: None
    )
    assert [call.status for call in ops_manager.requests] == [500, 409]
    ops_manager.integrations.assert_stored("PAGER_DUTY", serviceKey=KEY)


def test_it_gives_up_after_three_attempts(ops_manager):
    ops_manager.fail(503, operation="createIntegration")
    with pytest.raises(requests.HTTPError, match="503"):
        add_pager_duty(
            ops_manager.session, ops_manager.url, ops_manager.group_id, KEY, sleep=lambda _: None
        )
    ops_manager.requests.assert_called_times(3, "createIntegration")
    assert ops_manager.integrations.list() == []


def test_retries_below_digest_do_not_help(ops_manager):
    again = Retry(total=3, status_forcelist=[503], allowed_methods=None)
    session = requests.Session()
    session.auth = HTTPDigestAuth(ops_manager.public_key, ops_manager.private_key)
    session.mount("http://", HTTPAdapter(max_retries=again))
    ops_manager.fail_next(503)
    answer = session.get(f"{ops_manager.url}/groups/{ops_manager.group_id}")
    assert answer.status_code == 401
