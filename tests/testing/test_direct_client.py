"""Fixtures of an emulator in this process find what HTTP would give them, without a connection."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from multiprocessing import get_context

import flask
import pytest
from flask import Flask

from opsemu.server import Emulator
from opsemu.server.request_parser import MAX_BODY
from opsemu.testing import Atlas, ControlError, OpsManager, OpsRamp, Server
from opsemu.testing.admin_client import AdminClient
from opsemu.testing.direct_client import DirectClient
from opsemu.worlds.manager import WorldManager
from tests.redis_servers import wait_until
from tests.serving import PATIENCE

TOKEN = "a-token-of-the-admin-api"
SETTINGS = {
    "memory": {},
    "file": {"state": "file:{folder}/state"},
    "redis": {"state": "{redis}"},
    "TLS": {"tls": True},
    "a token": {"admin_token": TOKEN},
    "a port of its own": {"admin": "own", "admin_token": TOKEN},
}
CLOSED = [{"admin": "off"}, {"external_url": "https://ops.example.com"}, {"trust_proxy": True}]


@pytest.fixture
def unconnected(monkeypatch):
    """Let the admin API be reached by no connection."""

    def exchange(connection, request):
        raise AssertionError("a connection was used")

    monkeypatch.setattr("opsemu.testing.admin_client._exchange", exchange)


@pytest.fixture(scope="module")
def host():
    with Emulator(seed="empty") as running:
        yield running


def outcomes(host, *call):
    """What a call returns, or its error: in this process, and as if it were another one."""
    with closing(AdminClient(host.admin_url, host.config.admin_token, host.ca_file)) as over_http:
        return [outcome(client, *call) for client in (host.control, over_http)]


def outcome(client, *call):
    try:
        return client.call(*call)
    except ControlError as error:
        return (error.status, error.word, str(error))
    except OSError:
        return "the connection was lost"


def get_integrations(om):
    return om.session.get(f"{om.url}/groups/{om.group_id}/integrations")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_world_is_used_without_a_connection_whatever_the_settings(
    name, tmp_path, request, unconnected
):
    places = {"folder": tmp_path}
    if name == "redis":
        places["redis"] = request.getfixturevalue("redis_url")
    settings = {key: str(value).format(**places) for key, value in SETTINGS[name].items()}
    with Emulator(seed="empty", **settings) as host, host.ops_manager(strict=True) as om:
        om.integrations.put("PAGER_DUTY", serviceKey="a" * 32)
        assert get_integrations(om).json()["totalCount"] == 1
        om.requests.assert_called_once("getIntegrations")
        assert om.requests.wait_for("getIntegrations")[0].exchanges == 1


@pytest.mark.parametrize("settings", CLOSED)
def test_an_admin_api_that_is_closed_is_closed_to_fixtures(settings):
    with Emulator(**settings) as host:
        direct, over_http = outcomes(host, "GET", "/worlds", {})
    assert direct[0] in (403, 404)
    assert direct == over_http


@pytest.mark.parametrize(
    "call",
    [
        ("GET", "/worlds", {}),
        ("GET", "/version", {"a": "b"}),
        ("GET", "/config", {}),
        ("GET", "/coverage", {}),
        ("GET", "/openapi.json", {}),
        ("GET", "/metrics", {}),
        ("GET", "/nothing", {}),
        ("PATCH", "/worlds", {}),
        ("GET", "/worlds/none", {}),
        ("POST", "/worlds", {}, {"seed": "none"}),
        ("POST", "/worlds", {}, {"name": "ä\x00€"}),
        ("POST", "/verify", {"world": "default"}, {"operation": "getIntegratoins"}),
        ("POST", "/verify", {"world": "nö & such"}, {}),
        ("POST", "/wait", {"timeout": "soon"}, {}),
        ("POST", "/wait", {"timeout": 0.01}, {"atLeast": 7}),
        ("POST", "/inbox/wait", {"timeout": 0.01}, {}),
        ("PUT", "/integrations/NO%20SUCH", {"project": "a"}, {"attributes": {}}),
        ("POST", "/worlds", {}, {"document": {"a": "x" * MAX_BODY}}),
    ],
    ids=lambda call: f"{call[0]} {call[1]}",
)
def test_both_ways_have_the_same_outcome(emulator, call):
    emulator.reset()
    direct, over_http = outcomes(emulator, *call)
    assert direct == over_http


def test_a_failure_of_a_view_shows_no_traceback(host, monkeypatch, caplog):
    monkeypatch.setattr(WorldManager, "names", lambda self: 1 / 0)
    direct, over_http = outcomes(host, "GET", "/worlds", {})
    assert direct[0] == 500
    assert direct == over_http
    assert caplog.text.count("ZeroDivisionError: ") == 2


@pytest.mark.parametrize("kind", [OpsManager, OpsRamp])
def test_a_name_is_no_part_of_a_url(kind, host):
    with {OpsManager: host.ops_manager, OpsRamp: host.opsramp}[kind]() as world:
        world.integrations.delete("a b?c=é#")
        assert world.integrations.list() == []


def test_an_assertion_about_what_was_called_makes_no_further_routes():
    with Emulator(seed="empty") as host, host.ops_manager() as om:
        get_integrations(om)
        om.requests.assert_called_once("getIntegrations")
        om.requests.assert_called_once(method="GET")
        assert host.services.router._waiting
        with pytest.raises(ControlError, match="did you mean 'getIntegrations'"):
            om.requests.assert_not_called("getIntegratoins")


def test_a_stopped_emulator_refuses_fixtures():
    with Emulator(seed="empty") as host:
        om = host.ops_manager()
    with pytest.raises(ConnectionRefusedError):
        om.requests.count()
    with pytest.raises(ConnectionRefusedError):
        host.ops_manager()


def test_an_emulator_that_is_started_again_is_reached_again(unconnected):
    host = Emulator(seed="empty")
    for _ in range(2):
        with host, host.ops_manager() as om:
            assert om.requests.count() == 0


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_of_the_process_asks_the_process_itself(host):
    with host.ops_manager() as om:
        assert om.requests.count() == 0
        context = get_context("fork")
        ours, theirs = context.Pipe()

        def child():
            theirs.recv()
            theirs.send(om.requests.count())

        process = context.Process(target=child)
        process.start()
        get_integrations(om)
        ours.send(None)
        assert ours.poll(PATIENCE)
        assert ours.recv() == 1
        process.join(PATIENCE)


def test_a_wait_ends_with_the_call_that_it_waits_for(host, unconnected):
    with host.ops_manager() as om, ThreadPoolExecutor(4) as threads:
        waits = [
            threads.submit(om.requests.wait_for, "getIntegrations", times=2, timeout=PATIENCE)
            for _ in range(3)
        ]
        for _ in range(2):
            assert get_integrations(om).status_code == 200
            assert om.requests.count() > 0  # while others wait
        assert [len(wait.result(PATIENCE)) for wait in waits] == [2, 2, 2]
        journal = host.services.worlds.get(om_world(om)).journal
        assert journal._subscriptions == {}


def test_a_wait_ends_where_nothing_tells_of_changes(redis_url, unconnected):
    emulator = Emulator(seed="empty", state=redis_url)
    with emulator as host, host.ops_manager() as om, ThreadPoolExecutor(1) as threads:
        wait = threads.submit(om.requests.wait_for, "getIntegrations", timeout=PATIENCE)
        assert get_integrations(om).status_code == 200
        assert len(wait.result(PATIENCE)) == 1


def test_a_wait_ends_with_its_world(host, unconnected):
    with host.ops_manager() as om, ThreadPoolExecutor(1) as threads:
        wait = threads.submit(om.requests.wait_for, "getIntegrations", timeout=PATIENCE)
        journal = host.services.worlds.get(om_world(om)).journal
        wait_until(lambda: journal._subscriptions)
        om._admin.close()
        with pytest.raises(ControlError, match="there is no world"):
            wait.result(PATIENCE)
        om._admin._keep = True


def test_a_wait_ends_with_its_emulator():
    with ThreadPoolExecutor(1) as threads:
        with Emulator(seed="empty") as host:
            om = host.ops_manager()
            wait = threads.submit(om.requests.wait_for, "getIntegrations", timeout=PATIENCE)
            journal = host.services.worlds.get(om_world(om)).journal
            wait_until(lambda: journal._subscriptions)
        with pytest.raises(ConnectionRefusedError):
            wait.result(PATIENCE)


def test_a_request_of_an_application_under_test_stays_the_current_one(host):
    application = Flask("under_test")
    with application.test_request_context("/its/path"), host.ops_manager() as om:
        assert om.requests.count() == 0
        assert (flask.request.path, flask.current_app.name) == ("/its/path", "under_test")


def test_a_call_is_over_before_the_emulator_has_stopped(monkeypatch):
    entered, done, names = [], [], WorldManager.names

    def slow(self):
        entered.append(1)
        time.sleep(0.05)
        done.append(1)
        return names(self)

    monkeypatch.setattr(WorldManager, "names", slow)
    with Emulator(seed="empty") as host, ThreadPoolExecutor(1) as threads:
        call = threads.submit(host.control.call, "GET", "/worlds", {})
        wait_until(lambda: entered)
        host.stop()
        assert done == [1]
        assert call.result(PATIENCE) == {"worlds": ["default"]}


@pytest.mark.parametrize("kind", [OpsManager, Atlas])
def test_the_first_request_of_a_session_needs_no_challenge(kind, host):
    with {OpsManager: host.ops_manager, Atlas: host.atlas}[kind]() as world:
        for session in (world.session, world.signed(world.keys[0])):
            for _ in range(2):
                assert session.get(f"{world.url}/groups/{world.group_id}").status_code == 200
        assert [call.exchanges for call in world.requests] == [1, 1, 1, 1]
        assert [call.status for call in world.requests] == [200] * 4


def test_a_session_that_waited_for_longer_than_a_nonce_lives_is_challenged(host):
    with host.ops_manager() as om:
        om.session.headers["X"] = "made before the clock moves"
        time.sleep(0.002)  # nonces and clocks count milliseconds
        om.advance(3600)
        assert get_integrations(om).status_code == 200
        assert [call.exchanges for call in om.requests] == [2]


def test_another_thread_is_challenged(host):
    with host.ops_manager() as om, ThreadPoolExecutor(1) as threads:
        assert threads.submit(get_integrations, om).result(PATIENCE).status_code == 200
        assert threads.submit(get_integrations, om).result(PATIENCE).status_code == 200
        assert get_integrations(om).status_code == 200
        assert [call.exchanges for call in om.requests][1:] == [1, 2]


def test_a_session_with_a_server_elsewhere_is_challenged(host):
    elsewhere = Server(host.base_url)
    with elsewhere.ops_manager() as om:
        assert [get_integrations(om).status_code for _ in range(2)] == [200, 200]
        assert [call.exchanges for call in om.requests] == [2, 1]
    elsewhere.forget_control()


def test_a_nonce_without_a_challenge_is_drawn_as_that_of_a_challenge():
    draws = []
    for challenge in (DirectClient.challenge, AdminClient.challenge):
        with Emulator(seed="demo", rng_seed="7") as host, host.world() as om:
            om._admin.challenge = partial(challenge, host.control)
            assert get_integrations(om).status_code == 200
            draws.append(host.services.clocks.random("").bytes(8))
    assert draws[0] == draws[1]


def om_world(om):
    """The name of a world."""
    return om._admin._world
