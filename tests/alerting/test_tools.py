"""Alerts in tests, on the command line, in states and on other backends."""

from __future__ import annotations

import pytest
import requests
from click.testing import CliRunner

from opsemu.cli.verbs import cli
from opsemu.server import Emulator
from opsemu.testing import UnusedFaults
from tests.alerting.test_alerts import CONFIG, START, World, world  # noqa: F401
from tests.conftest import EMPTY, OWNER, signed


@pytest.fixture
def manager(server):
    with server.ops_manager(seed="demo") as manager:
        path = f"{manager.url}/groups/{manager.group_id}/alertConfigs"
        assert manager.session.post(path, json=CONFIG).status_code == 201
        yield manager


@pytest.fixture(params=["memory:", "file:", "redis:"])
def any_server(request, tmp_path):
    """A server with a state of each kind."""
    states = {"memory:": "memory:", "file:": f"file:{tmp_path / 'state'}"}
    state = states.get(request.param) or request.getfixturevalue("redis_url")
    with Emulator(state=state) as server:
        yield server


def test_alerts_are_the_same_whatever_keeps_them(any_server):
    with any_server.ops_manager(seed="demo") as manager:
        path = f"{manager.url}/groups/{manager.group_id}/alertConfigs"
        assert manager.session.post(path, json=CONFIG).status_code == 201
        manager.freeze(START)
        alerts = [manager.alerts.open("NO_PRIMARY", replica_set=f"rs{n}") for n in range(3)]
        alerts[0].acknowledge(seconds=3600)
        alerts[1].cancel()
        manager.advance(3600)
        alerts[2].close()
        for alert, events in zip(alerts, ["oau", "oc", "ouuuuc"], strict=True):
            sent = [
                each["event"].partition(".")[2][0] for each in manager.inbox.find(alert=alert.id)
            ]
            assert "".join(sent) == events
        manager.inbox.clear()
        assert len(manager.inbox) == 0


def test_a_strict_world_fails_if_no_delivery_met_its_fault(server):
    with pytest.raises(UnusedFaults, match=r"deliver\.SLACK"):  # noqa: SIM117
        with server.ops_manager(strict=True) as manager:
            manager.fail_next(503, operation="deliver.SLACK")


def test_a_strict_world_is_content_if_a_delivery_met_its_fault(server):
    with server.ops_manager(strict=True) as manager:
        path = f"{manager.url}/groups/{manager.group_id}/alertConfigs"
        assert manager.session.post(path, json=CONFIG).status_code == 201
        manager.fail_next(503, operation="deliver.WEBHOOK")
        manager.alerts.open("NO_PRIMARY")
        (sent,) = manager.inbox.find(state="refused")
        assert sent["answer"]["status"] == 503


def test_a_test_opens_an_alert_and_asserts_what_was_sent(manager):
    manager.freeze("2026-11-28T09:00:00Z")
    alert = manager.alerts.open("NO_PRIMARY", replica_set="rs0")
    assert (alert.status, alert["replicaSetName"]) == ("OPEN", "rs0")
    (sent,) = manager.inbox.wait_for("WEBHOOK", event="alert.open")
    assert sent["request"]["body"]["id"] == alert.id
    alert.acknowledge(seconds=1800, comment="seen")
    manager.advance(1799)
    manager.inbox.assert_not_delivered("WEBHOOK", event="alert.update")
    manager.advance(600)
    manager.inbox.assert_delivered("WEBHOOK", event="alert.update")
    alert.close()
    assert [each.id for each in manager.alerts.list("CLOSED")] == [alert.id]
    with pytest.raises(AssertionError, match="0 matching, expected: atLeast 1\nthe deliver"):
        manager.inbox.assert_delivered("SLACK")
    manager.inbox.clear()
    with pytest.raises(AssertionError, match="nothing was sent"):
        manager.inbox.wait_for("WEBHOOK", timeout=0.1)


def test_an_event_that_nothing_waits_for_fails_the_test(manager):
    with pytest.raises(AssertionError, match="no configuration of the project is for HOST_DOWN"):
        manager.alerts.open("HOST_DOWN")


def test_the_inbox_is_listed_whole_or_as_far_as_its_latest_deliveries(server, world):  # noqa: F811
    world.configure()
    for cluster in ("A", "B", "C"):
        run(server, "alert", "open", "NO_PRIMARY", "--project", EMPTY, "--cluster", cluster)
    url = f"{server.admin_url}/inbox"
    everything = requests.get(url, timeout=10).json()["deliveries"]
    assert len(everything) == 3
    latest = requests.get(url, params={"limit": 2}, timeout=10).json()["deliveries"]
    assert latest == everything[1:]
    assert requests.get(url, params={"limit": 0}, timeout=10).status_code == 400


def run(server, *arguments):
    result = CliRunner().invoke(cli, [*arguments, "--url", server.base_url])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_line_opens_lists_and_closes(server, world):  # noqa: F811
    world.configure()
    opened = run(server, "alert", "open", "NO_PRIMARY", "--project", EMPTY, "--cluster", "C")
    name = opened.split()[1]
    assert opened == f"alert {name} is OPEN\n"
    assert name in run(server, "alert", "list", "--status", "OPEN")
    assert run(server, "alert", "close", name) == f"alert {name} is CLOSED\n"
    listed = run(server, "inbox", "list", "--service", "WEBHOOK")
    assert "alert.open" in listed
    assert "alert.close" in listed
    shown = run(server, "inbox", "show", f"{name}.1")
    assert '"X-MMS-Event": "alert.open"' in shown
    assert run(server, "inbox", "clear") == "the inbox is empty\n"


def test_alerts_and_deliveries_are_in_states_snapshots_and_resets(server, world):  # noqa: F811
    world.configure()
    (alert,) = world.open()["alerts"]
    world.admin("POST", "/snapshots", json={"name": "before"})
    state = world.admin("GET", "/state", 200)
    assert "secret123" not in str(state)
    assert "secret-part" not in str(state)
    server.reset()
    world.admin("POST", "/clock/freeze", json={"at": START})
    assert world.admin("GET", "/alerts")["alerts"] == []
    world.admin("PUT", "/state", 204, json=state)
    assert [each["id"] for each in world.admin("GET", "/alerts")["alerts"]] == [alert["id"]]
    assert len(world.inbox()) == 1
    assert world.admin("POST", f"/alerts/{alert['id']}/close")["status"] == "CLOSED"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "OPNE"}, ".status: "),
        ({"created": "yesterday"}, ".created: "),
        ({"due": {"x": "y"}}, ".due"),
        ({"config": {"id": 5}}, ".config"),
        ({"sent": "1"}, ".sent: "),
    ],
)
def test_a_wrong_alert_in_a_state_is_refused(world, change, place):  # noqa: F811
    world.configure()
    (alert,) = world.open()["alerts"]
    state = world.admin("GET", "/state", 200)
    state["owners"][f"alert/{alert['id']}"]["alert"][alert["id"]] |= change
    refused = world.admin("PUT", "/state", 400, json=state)
    assert place in refused["message"]


def test_alerts_go_on_after_a_restart_and_nothing_is_sent_twice(tmp_path):
    state = f"file:{tmp_path / 'state'}"
    for turn in range(2):
        with Emulator(state=state) as server, signed(OWNER) as api:
            world = World(server, api)
            world.admin("POST", "/clock/freeze", json={"at": f"2026-11-28T09:0{turn * 6}:00Z"})
            if turn == 0:
                world.configure()
                world.open()
            events = world.events()
    assert events == [("09:00", "alert.open"), ("09:05", "alert.update")]


def test_servers_of_one_redis_send_each_notification_once(redis_url):
    with (
        Emulator(state=redis_url) as one,
        Emulator(state=redis_url) as two,
        signed(OWNER) as api,
    ):
        first, second = World(one, api), World(two, api)
        first.admin("POST", "/clock/freeze", json={"at": "2026-11-28T09:00:00Z"})
        first.configure()
        first.open()
        first.admin("POST", "/clock/advance", json={"seconds": 1800})
        assert first.events() == second.events()
        assert len({each["id"] for each in second.inbox()}) == len(second.events()) == 4


def test_a_project_that_is_deleted_takes_its_alerts_along(server, api, world):  # noqa: F811
    org = api.get(f"{server.url}/groups/{EMPTY}").json()["orgId"]
    group = api.post(f"{server.url}/groups", json={"name": "Short", "orgId": org}).json()["id"]
    api.post(f"{server.url}/groups/{group}/alertConfigs", json=CONFIG)
    assert world.open(project=group)["alerts"]
    assert api.delete(f"{server.url}/groups/{group}").ok
    assert world.admin("GET", "/alerts")["alerts"] == []
    assert requests.get(f"{server.admin_url}/health", timeout=9).ok
