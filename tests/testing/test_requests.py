"""The view of the journal that tests have."""

from __future__ import annotations

from threading import Timer

import pytest
import requests

from opsemu.testing import ControlError

pytestmark = pytest.mark.usefixtures("way")

SECRET = "xoxb-1111-2222-3333-abcd"


def post_slack(om, token=SECRET):
    url = f"{om.url}/groups/{om.group_id}/integrations/SLACK"
    return om.session.post(url, json={"type": "SLACK", "apiToken": token, "teamName": "T"})


def get_integrations(om):
    return om.session.get(f"{om.url}/groups/{om.group_id}/integrations")


def test_assertions_that_hold_say_nothing(ops_manager):
    post_slack(ops_manager)
    get_integrations(ops_manager)
    calls = ops_manager.requests
    calls.assert_called("createIntegration")
    calls.assert_called_once("createIntegration", type="SLACK", status=200)
    calls.assert_called_times(2)
    calls.assert_not_called("deleteIntegration")
    calls.assert_order("createIntegration", "getIntegrations")


@pytest.mark.parametrize(
    ("verb", "arguments", "sentence"),
    [
        ("assert_called", ("deleteIntegration",), "expected at least 1 call of deleteIntegration"),
        ("assert_called_once", ("getIntegrations",), "expected 1 call of getIntegrations, there"),
        ("assert_called_times", (3, "createIntegration"), "expected 3 calls of createIntegration"),
        ("assert_not_called", ("createIntegration",), "expected no call of createIntegration"),
        ("assert_order", ("getIntegrations", "createIntegration"), "getIntegrations, then create"),
    ],
)
def test_a_failed_assertion_shows_the_calls(ops_manager, verb, arguments, sentence):
    post_slack(ops_manager)
    get_integrations(ops_manager)
    get_integrations(ops_manager)
    with pytest.raises(AssertionError, match=sentence) as failure:
        getattr(ops_manager.requests, verb)(*arguments)
    calls = str(failure.value).splitlines()[1:]
    assert calls[0] == "the calls were:"
    assert calls[2].startswith('    sent {"type": "SLACK", "apiToken": "*****')
    assert calls[3].startswith("    answered {")
    assert [call.split()[0] for call in calls[1:] if call[2] != " "] == [
        "createIntegration",
        *2 * ["getIntegrations"],
    ]


def test_no_calls_are_called_no_calls(ops_manager):
    with pytest.raises(AssertionError, match="there were no calls at all"):
        ops_manager.requests.assert_called("getIntegration", type="SLACK")


def test_calls_that_did_not_log_in_are_shown_with_why(ops_manager):
    requests.get(f"{ops_manager.url}/groups", timeout=20)
    requests.get(f"{ops_manager.url}/groups", auth=(ops_manager.public_key, "x"), timeout=20)
    with pytest.raises(AssertionError) as failure:
        ops_manager.requests.assert_called("createIntegration")
    lines = [line for line in str(failure.value).splitlines() if not line.startswith("    ")]
    assert [line.partition("  (")[2] for line in lines[2:]] == [
        "the scheme is Basic, and Digest is asked for (curl: --digest))",
        "",
        "no credentials were sent, so the client was given a challenge)",
    ]
    ops_manager.requests.clear()
    with pytest.raises(AssertionError, match="there were no calls at all"):
        ops_manager.requests.assert_called("createIntegration")


def test_handles_have_short_representations(ops_manager):
    fault = ops_manager.fail_next(503)
    post_slack(ops_manager)
    assert repr(ops_manager) == f"<OpsManager {ops_manager.base_url}>"
    assert repr(fault) == f"<Fault {fault.id}>"
    assert repr(ops_manager.requests) == "<Requests: 1 calls>"
    assert repr(ops_manager.requests[0]) == "<Call createIntegration 503>"


def test_a_long_body_is_cut(ops_manager):
    post_slack(ops_manager, token="x" * 5000)
    assert max(map(len, str(ops_manager.requests).splitlines())) < 320


def test_a_call_is_one_call_whatever_digest_takes(ops_manager, way):
    post_slack(ops_manager)
    (call,) = ops_manager.requests
    assert (call.operation, call.method, call.status) == ("createIntegration", "POST", 200)
    assert call.exchanges == (1 if way == "direct" else 2)
    assert call.key == ops_manager.public_key


def test_bodies_are_compared_in_full_and_shown_masked(ops_manager):
    post_slack(ops_manager)
    ops_manager.requests.assert_called_once("createIntegration", body={"apiToken": SECRET})
    with pytest.raises(AssertionError):
        ops_manager.requests.assert_called("createIntegration", body={"apiToken": SECRET[:-1]})
    assert ops_manager.requests[0].sent["apiToken"] == "*" * 20 + "abcd"


def test_a_refusal_says_why(ops_manager):
    post_slack(ops_manager, token=[])
    (call,) = ops_manager.requests.find(status=400)
    assert "apiToken" in str(call)


def test_an_operation_that_there_is_not_is_a_slip(ops_manager):
    with pytest.raises(ControlError, match="no operation 'createIntegratoin'"):
        ops_manager.requests.assert_not_called("createIntegratoin")


def test_calls_may_be_forgotten(ops_manager):
    get_integrations(ops_manager)
    ops_manager.requests.clear()
    assert len(ops_manager.requests) == ops_manager.requests.count() == 0


def test_a_call_may_be_waited_for(ops_manager):
    timer = Timer(0.05, get_integrations, [ops_manager])
    timer.start()
    (call,) = ops_manager.requests.wait_for("getIntegrations", timeout=20)
    timer.join()
    assert call.status == 200


def test_waiting_in_vain_ends(ops_manager):
    with pytest.raises(AssertionError, match=r"waited 0.05 s for 1 of getIntegration"):
        ops_manager.requests.wait_for("getIntegrations", timeout=0.05)


def test_nothing_is_asserted_of_calls_that_were_dropped(make_ops_manager):
    om = make_ops_manager(journal_rows=2)
    for _ in range(3):
        get_integrations(om)
    with pytest.raises(ControlError, match="dropped"):
        om.requests.assert_not_called("deleteIntegration")


def test_many_calls_are_cut_short(ops_manager):
    for _ in range(25):
        get_integrations(ops_manager)
    text = str(ops_manager.requests)
    assert "… and 5 before" in text
    assert text.count("getIntegrations") == 20


@pytest.mark.parametrize(
    ("verb", "pattern", "near"),
    [
        ("assert_not_called", {"type": "SLAK"}, "SLACK"),
        ("count", {"type": "PAGERDUTY"}, "PAGER_DUTY"),
        ("find", {"method": "get"}, "GET"),
        ("assert_called", {"stauts": 200}, "status"),
    ],
)
def test_a_pattern_that_can_never_match_is_a_slip(ops_manager, verb, pattern, near):
    with pytest.raises(ControlError, match=f"did you mean '{near}'"):
        getattr(ops_manager.requests, verb)(**pattern)
