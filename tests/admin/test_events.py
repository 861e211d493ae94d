"""`/__admin/events`: what happens in a world, for the web page."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import requests

from opsemu.admin.event_stream import MAX_ROWS, EventStream
from opsemu.admin.events import MAX_STREAMS
from opsemu.server import streaming as server_streaming
from tests.conftest import DEMO, OWNER, integrations, signed
from tests.serving import PATIENCE, authorization

from .events import Events


@pytest.fixture(autouse=True)
def short_interval(monkeypatch):
    """Events come at once, so that the tests are quick."""
    monkeypatch.setattr(server_streaming, "MIN_INTERVAL", 0.02)


@pytest.fixture
def events(server):
    with Events(server.port) as stream:
        assert stream.next().data == {
            "reset": True, "requests": [], "removed": [], "dropped": 0,
        }  # fmt: skip
        yield stream


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def streams(server):
    return len(server._admin.streams)


def admin(server, method, path, **body):
    answer = requests.request(method, f"{server.admin_url}{path}", timeout=PATIENCE, **body)
    assert answer.status_code < 300, answer.text
    return answer


def test_a_request_is_told_with_its_challenge_as_one(server, api, events):
    assert api.get(integrations(server, DEMO)).status_code == 200
    (row,) = events.answered()
    journal = admin(server, "GET", "/requests").json()["requests"]
    assert {**journal[0], **row} == journal[0]
    assert (row["operation"], row["status"], row["exchanges"]) == ("getIntegrations", 200, 2)
    assert {"request", "response", "reasons"}.isdisjoint(row)


def test_a_challenge_that_was_told_is_taken_back_once_it_is_answered(server, events):
    url = integrations(server, DEMO)
    path = url.removeprefix(server.base_url)
    header = requests.get(url, timeout=PATIENCE).headers["WWW-Authenticate"]
    (told,) = events.next("requests").data["requests"]
    assert (told["world"], told["status"]) == (None, 401)
    signature = authorization(OWNER, "GET", path, header.split('nonce="')[1].split('"')[0])
    assert requests.get(url, headers={"Authorization": signature}, timeout=PATIENCE).ok
    data = events.next("requests").data
    assert data["removed"] == [told["id"]]
    assert [row["exchanges"] for row in data["requests"]] == [2]


def test_events_go_on_after_the_last_one_that_a_client_has(server, api):
    api.get(integrations(server, DEMO))
    with Events(server.port) as stream:
        first = stream.next("requests")
    assert (first.data["reset"], len(first.data["requests"])) == (True, 1)
    api.get(integrations(server, DEMO))
    with Events(server.port, after=first.id) as stream:
        data = stream.next("requests").data
    assert (data["reset"], len(data["requests"])) == (False, 1)


@pytest.mark.parametrize("after", ["another-7", "7", "x", "-", "{epoch}-{many}", "{epoch}-x"])
def test_a_client_of_a_server_that_is_gone_begins_anew(server, api, after):
    epoch = server.services.worlds.changes.epoch
    after = after.format(epoch=epoch, many="9" * 5000)
    api.get(integrations(server, DEMO))
    with Events(server.port, after=after) as stream:
        data = stream.next("requests").data
    assert (data["reset"], len(data["requests"])) == (True, 1)


def test_requests_of_no_world_are_told_beside_each_world(server, events):
    requests.get(f"{server.base_url}/nowhere", timeout=PATIENCE)
    (row,) = events.next("requests").data["requests"]
    assert (row["world"], row["target"], row["operation"]) == (None, "/nowhere", None)


def test_requests_of_another_world_are_not_told(server, api):
    made = admin(server, "POST", "/worlds", json={}).json()["name"]
    with Events(server.port, made) as stream:
        assert stream.next("requests").data["requests"] == []
        api.get(integrations(server, DEMO))
        requests.get(f"{server.base_url}/nowhere", timeout=PATIENCE)
        assert [row["world"] for row in stream.answered()] == [None]


@pytest.mark.parametrize(
    ("method", "path", "body", "part"),
    [
        ("POST", "/faults", {"status": 503}, "faults"),
        ("DELETE", "/faults", None, "faults"),
        ("POST", "/clock/advance", {"seconds": 5}, "clock"),
        ("POST", "/snapshots", {"name": "s"}, "snapshots"),
        ("POST", "/worlds", {}, "worlds"),
        ("POST", "/stubs", {"path": "/x", "status": 200}, "stubs"),
        ("DELETE", "/inbox", None, "inbox"),
    ],
)
def test_a_write_of_the_admin_api_is_told(server, events, method, path, body, part):
    admin(server, method, path, json=body)
    assert part in events.next("changed").data["parts"]


def test_what_only_reads_is_not_told_as_a_change(server, api, events):
    admin(server, "POST", "/requests/find", json={})
    admin(server, "POST", "/requests/count", json={})
    assert api.get(integrations(server, DEMO)).status_code == 200
    assert len(events.answered()) == 1
    admin(server, "POST", "/faults", json={"status": 503})
    assert events.next().data == {"parts": ["faults"]}


def test_a_write_of_a_client_changes_the_state(server, api, events):
    body = {"type": "PAGER_DUTY", "serviceKey": "a" * 32}
    assert api.put(f"{integrations(server, DEMO)}/PAGER_DUTY", json=body).status_code == 200
    assert events.next("changed").data == {"parts": ["alerts", "inbox", "state"]}


def test_an_alert_that_moves_by_itself_is_told(server, events):
    body = {"project": DEMO, "event": "USERS_WITHOUT_MULTIFACTOR_AUTH"}
    config = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": [
        {"typeName": "EMAIL", "emailAddress": "a@example.com", "intervalMin": 5, "delayMin": 0}
    ]}  # fmt: skip
    with signed(OWNER) as session:
        url = f"{server.url}/groups/{DEMO}/alertConfigs"
        assert session.post(url, json=config).status_code == 201
    body = {"project": DEMO, "event": "NO_PRIMARY"}
    admin(server, "POST", "/alerts", json=body)
    assert {"alerts", "inbox"} <= {*events.next("changed").data["parts"]}


@pytest.mark.parametrize("clear", ["DELETE /requests", "POST /reset"])
def test_a_journal_that_is_emptied_is_told(server, api, events, clear):
    api.get(integrations(server, DEMO))
    assert len(events.answered()) == 1
    admin(server, *clear.split())
    data = events.next("requests").data
    assert (data["reset"], data["requests"]) == (True, [])
    assert "requests" in events.next("changed").data["parts"]
    api.get(integrations(server, DEMO))
    assert len(events.answered()) == 1


def test_a_stream_ends_with_its_world(server):
    made = admin(server, "POST", "/worlds", json={}).json()["name"]
    with Events(server.port, made) as stream:
        stream.next("requests")
        admin(server, "DELETE", f"/worlds/{made}")
        assert stream.next().data == {"parts": ["worlds"]}
        assert stream.rest() == b""
    until(lambda: streams(server) == 0)


def test_a_stream_ends_if_its_world_went_just_before(server):
    stream = EventStream(server._admin, "gone", "")
    assert stream.part() == b'event: changed\ndata: {"parts":["worlds"]}\n\n'
    assert stream.part() is None


def test_a_stream_of_no_world_is_refused(server):
    with Events(server.port, "nowhere") as stream:
        assert stream.head[0] == "HTTP/1.1 404 Not Found"


def test_the_head_promises_no_length(server):
    with Events(server.port) as stream:
        names = [line.partition(":")[0] for line in stream.head[1:]]
    assert {"Connection: close", "X-Accel-Buffering: no"} <= {*stream.head}
    assert {"Content-Length", "Transfer-Encoding"}.isdisjoint(names)


def test_a_stream_ends_with_its_client(server):
    journal = server.services.worlds.get("default").journal
    opened = [Events(server.port) for _ in range(5)]
    for stream in opened:
        stream.next()
    until(lambda: len(journal._subscriptions.get(None, ())) == 5)
    opened[0].client.shutdown(1)
    for stream in opened[1:]:
        stream.close()
    until(lambda: streams(server) == 0)
    assert journal._subscriptions == {}
    assert opened[0].rest() == b""
    opened[0].close()


def test_streams_are_limited(server):
    opened = [Events(server.port) for _ in range(MAX_STREAMS)]
    with Events(server.port) as refused:
        assert refused.head[0] == "HTTP/1.1 503 Service Unavailable"
    for stream in opened:
        stream.close()
    until(lambda: streams(server) == 0)
    with Events(server.port) as stream:
        assert stream.next().data["reset"]


def test_an_idle_stream_is_kept_alive(server, monkeypatch):
    monkeypatch.setattr(server_streaming, "MAX_INTERVAL", 0.05)
    monkeypatch.setattr("opsemu.admin.event_stream.KEEP_ALIVE", 0.1)
    with Events(server.port) as stream:
        stream.next()
        assert stream._block() == [":"]


def test_a_burst_is_told_in_one_event_without_its_oldest(server, api, events):
    for number in range(150):
        requests.get(f"{server.base_url}/{number}", timeout=PATIENCE)
    told, dropped = [], 0
    while len(told) + dropped < 150:
        data = events.next("requests").data
        told += [row["id"] for row in data["requests"]]
        dropped += data["dropped"]
    assert told == sorted(set(told))
    assert len(told) + dropped == 150


def test_a_client_is_told_of_a_flood_once_a_second(server, api, monkeypatch):
    monkeypatch.setattr("opsemu.admin.event_stream.BUSY", 3600.0)
    api.get(integrations(server, DEMO))
    world = server.services.worlds.get("default")
    (entry,) = world.journal.all()
    stream = EventStream(server._admin, "default", "")
    assert b'"dropped":0' in stream.part()
    for count, dropped in ((MAX_ROWS, 0), (MAX_ROWS + 5, 5)):
        for _ in range(count):
            world.record(replace(entry))
        assert b'"dropped":%d' % dropped in stream.part()
    world.record(replace(entry))
    assert stream.part() == b""
    monkeypatch.setattr("opsemu.admin.event_stream.BUSY", 0.0)
    assert b'"dropped":0' in stream.part()


def test_a_stream_without_a_server_that_can_suspend_has_what_there_is(server):
    with server._admin._app.test_client() as client:
        answer = client.get("/__admin/events", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.get_data().startswith(b"id: ")
    assert streams(server) == 0
