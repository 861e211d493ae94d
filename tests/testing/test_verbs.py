"""What a test may do to its world: faults, clock, stored integrations, reset."""

from __future__ import annotations

import socket
import sys
from datetime import datetime, timezone

import pytest
import requests

from opsemu.testing import ControlError, UnusedFaults
from tests.serving import PATIENCE

pytestmark = pytest.mark.usefixtures("way")


def get_integrations(om):
    return om.session.get(f"{om.url}/groups/{om.group_id}/integrations")


@pytest.mark.parametrize(
    ("what", "status"), [(503, 503), ("GROUP_NOT_FOUND", 404), ("mongodb.rate_limited", 429)]
)
def test_the_next_call_fails_and_the_one_after_does_not(ops_manager, what, status):
    fault = ops_manager.fail_next(what)
    assert [get_integrations(ops_manager).status_code for _ in range(2)] == [status, 200]
    assert (fault.struck, fault.seen) == (1, 2)


def test_a_rule_is_spelled_like_python(ops_manager):
    ops_manager.fail_next("mongodb.rate_limited", retry_after=7, operation="getIntegrations")
    assert get_integrations(ops_manager).headers["Retry-After"] == "7"


def test_a_connection_may_break(ops_manager):
    ops_manager.fail_next(fault="CONNECTION_RESET_BY_PEER")
    with pytest.raises(requests.ConnectionError):
        get_integrations(ops_manager)
    assert get_integrations(ops_manager).status_code == 200


def test_all_calls_fail_until_the_fault_is_removed(ops_manager):
    fault = ops_manager.fail(503)
    assert [get_integrations(ops_manager).status_code for _ in range(3)] == [503] * 3
    fault.remove()
    assert get_integrations(ops_manager).status_code == 200


@pytest.mark.parametrize(
    ("what", "rule", "sentence"),
    [
        (503, {"operation": "createIntegratoin"}, "there is no operation"),
        ("mongodb.rate_limted", {}, "name"),
        (503, {"retry_later": 5}, "retryLater: Unknown field"),
        (None, {}, "no effect"),
        (200, {}, "status"),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(ops_manager, what, rule, sentence):
    with pytest.raises(ControlError, match=sentence):
        ops_manager.fail_next(what, **rule)


def test_a_strict_block_ends_in_an_error_if_its_fault_was_not_met(ops_manager_server):
    with (
        pytest.raises(UnusedFaults, match="status 503: struck 0 of 1 times"),
        ops_manager_server.ops_manager(strict=True) as om,
    ):
        om.fail_next(503)


def test_a_strict_block_that_fails_says_only_that(ops_manager_server):
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        ops_manager_server.ops_manager(strict=True) as om,
    ):
        om.fail_next(503)
        raise ZeroDivisionError


def test_time_passes_when_it_is_told_to(ops_manager):
    before = get_integrations(ops_manager)
    ops_manager.freeze(datetime(2031, 5, 6, tzinfo=timezone.utc))
    assert get_integrations(ops_manager).headers["Date"] == "Tue, 06 May 2031 00:00:00 GMT"
    ops_manager.advance(90)
    assert get_integrations(ops_manager).headers["Date"] == "Tue, 06 May 2031 00:01:30 GMT"
    ops_manager.free()
    assert get_integrations(ops_manager).headers["Date"][:16] == before.headers["Date"][:16]


def test_a_rate_limit_passes_with_the_clock(ops_manager):
    ops_manager.fail("mongodb.rate_limited", limit=2, window=60)
    assert [get_integrations(ops_manager).status_code for _ in range(3)] == [200, 200, 429]
    ops_manager.advance(61)
    assert get_integrations(ops_manager).status_code == 200


def test_integrations_are_arranged_and_seen_past_the_api(ops_manager):
    put = ops_manager.integrations.put("SLACK", apiToken="xoxb-9876543210", teamName="T")
    assert ops_manager.integrations.list() == [put] == [ops_manager.integrations.get("SLACK")]
    assert (put["apiToken"], put["teamName"]) == ("***********3210", "T")
    ops_manager.integrations.assert_stored("SLACK", apiToken="xoxb-9876543210")
    assert get_integrations(ops_manager).json()["results"][0]["type"] == "SLACK"
    ops_manager.requests.assert_called_once()


def test_integrations_are_forgotten_past_the_api(make_ops_manager):
    om = make_ops_manager(seed="demo")
    om.integrations.delete("SLACK")
    om.integrations.delete("DATADOG")
    assert om.integrations.get("SLACK") is None
    assert get_integrations(om).json()["totalCount"] == 1


def test_those_of_other_projects_are_reached_by_id(make_ops_manager):
    om = make_ops_manager(seed="demo")
    om.integrations.of(om.projects[1]["id"]).put("DATADOG", apiKey="a" * 32)
    assert [each.type for each in om.integrations.list()] == ["PAGER_DUTY", "SLACK"]


def test_a_stored_secret_that_is_another_is_told(ops_manager):
    ops_manager.integrations.put("PAGER_DUTY", serviceKey="x1234567890")
    with pytest.raises(AssertionError, match="PAGER_DUTY differs in serviceKey") as failure:
        ops_manager.integrations.assert_stored("PAGER_DUTY", serviceKey="y1234567890")
    assert "1234567890" not in str(failure.value)


def test_what_is_not_stored_is_told(ops_manager):
    with pytest.raises(AssertionError, match="there is no SLACK"):
        ops_manager.integrations.assert_stored("SLACK")


@pytest.mark.parametrize(
    ("type_name", "attributes", "sentence"),
    [
        ("SLACK", {"apiToken": 3, "teamName": "T"}, "apiToken"),
        ("SLAC", {}, "there is no type 'SLAC'; did you mean 'SLACK'?"),
        ("PAGER_DUTY", {}, "serviceKey"),
    ],
)
def test_what_cannot_be_an_integration_is_not_stored(ops_manager, type_name, attributes, sentence):
    with pytest.raises(ControlError, match=sentence):
        ops_manager.integrations.put(type_name, **attributes)
    assert ops_manager.integrations.list() == []


def test_a_project_that_is_not_there_is_told(ops_manager):
    nowhere = ops_manager.integrations.of("f" * 24)
    for ask in (nowhere.list, lambda: nowhere.put("HIP_CHAT"), lambda: nowhere.delete("SLACK")):
        with pytest.raises(ControlError):
            ask()


def test_a_reset_is_a_new_beginning_with_the_same_keys(ops_manager):
    ops_manager.integrations.put("PAGER_DUTY", serviceKey="x1234567890")
    ops_manager.fail(503)
    ops_manager.freeze("2031-05-06T00:00:00Z")
    ops_manager.reset()
    assert get_integrations(ops_manager).json()["totalCount"] == 0
    assert len(ops_manager.requests) == 1


def test_a_second_key_reads_and_does_not_write(ops_manager):
    session = ops_manager.signed(ops_manager.keys[1])
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
    assert session.get(url).status_code == 200
    assert session.put(f"{url}/SLACK", json={"type": "SLACK"}).status_code in (401, 403)


def test_a_session_without_requests_names_the_extra(ops_manager, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(ImportError, match=r"pip install requests .opsemu.s extra `testing`"):
        ops_manager.signed(ops_manager.keys[0])


def test_the_session_asks_no_proxy(ops_manager, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert get_integrations(ops_manager).status_code == 200


def test_a_control_plane_that_hung_up_is_called_again(make_ops_manager, monkeypatch):
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_INTERVAL", 0.01)
    om = make_ops_manager(threads=2)
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_TIMEOUT", 0.0)
    host, _, port = om.base_url.removeprefix("http://").partition(":")
    # Whoever is swept out later than the control plane's own connection.
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
        assert client.recv(1) == b""
    monkeypatch.setattr("opsemu.server.event_loop.IDLE_TIMEOUT", 75.0)
    assert len(om.requests) == 0


def test_a_stub_answers_until_it_is_removed(ops_manager):
    stub = ops_manager.stubs.add(
        "/api/public/v1.0/groups/*/performanceAdvisor", {"a": 1}, method="GET", name="advisor"
    )
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/performanceAdvisor"
    assert ops_manager.session.get(url).json() == {"a": 1}
    assert (stub.answered, repr(stub)) == (1, f"<Stub {stub.id}>")
    ops_manager.requests.assert_called_once(stub="advisor", status=200)
    assert [call.stub for call in ops_manager.requests] == ["advisor"]
    assert "(a stub answered: advisor)" in str(ops_manager.requests)
    stub.remove()
    assert ops_manager.session.get(url).status_code == 404
    ops_manager.stubs.add("/api/public/v1.0/groups/*/performanceAdvisor", "text", 201)
    assert ops_manager.session.get(url).text == "text"
    ops_manager.stubs.clear()
    assert ops_manager.session.get(url).status_code == 404


def test_opsramp_has_stubs_too(opsramp):
    opsramp.stubs.add("/api/v2/tenants/*/nowhere", [1])
    url = f"{opsramp.url}/tenants/{opsramp.tenant_id}/nowhere"
    assert opsramp.session.get(url).json() == [1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"path": "/api/public/v1.0/groups"}, "is served by getAllGroups"),
        ({"path": "/api/x", "boddy": 1}, "boddy: Unknown field"),
        ({"path": "/download/x"}, "paths begin with '/api/'"),
    ],
)
def test_a_stub_that_could_never_answer_is_refused(ops_manager, options, sentence):
    with pytest.raises(ControlError, match=sentence):
        ops_manager.stubs.add(**options)


def test_a_strict_block_ends_in_an_error_if_its_stub_did_not_answer(ops_manager_server):
    seed = {"stubs": [{"path": "/api/public/v1.0/of-the-seed"}]}
    seed["projects"] = [{"id": "b" * 24, "name": "P", "orgId": "a" * 24}]
    seed["apiKeys"] = [{"publicKey": "k", "privateKey": "p", "roles": []}]
    with (  # noqa: PT012
        pytest.raises(UnusedFaults, match=r"stub GET /api/x: answered 0 of 2 times") as error,
        ops_manager_server.ops_manager(seed, strict=True) as om,
    ):
        om.stubs.add("/api/x", method="GET", times=2)
        om.stubs.add("/api/y")
    assert "stub * /api/y: answered 0 times" in str(error.value)
    assert "of-the-seed" not in str(error.value)
