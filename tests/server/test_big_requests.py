"""What takes long runs beside the event loop, and what anyone may send is bounded."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlencode

import pytest
import requests

from opsemu.server import Emulator, threads
from opsemu.server.request_parser import HttpRequest

from ..conftest import DEMO, OWNER, integrations, signed
from ..serving import PATIENCE

TOKEN_PATHS = [("/api/oauth/token", 401), ("/api/oauth/revoke", 401), ("/auth/oauth/token", 400)]
BIG_FORM = urlencode({f"field{number}": "value" for number in range(5_000)})


@pytest.fixture
def answered_by(monkeypatch):
    """The names of the threads that answered."""
    names, respond = [], threads.RequestThreads.call

    def call(self, request, answer):
        names.append(threading.current_thread().name)
        return respond(self, request, answer)

    monkeypatch.setattr(threads.RequestThreads, "call", call)
    return names


@pytest.fixture
def server():
    with Emulator(seed="demo") as emulator:
        yield emulator


def request(method: str, target: str, body: bytes = b"") -> HttpRequest:
    return HttpRequest(method, target.encode(), [], body, "1.1", keep_alive=True)


@pytest.mark.parametrize(
    ("sent", "is_beside"),
    [
        (request("GET", "/api/public/v1.0/groups"), False),
        (request("POST", "/api/public/v1.0/groups", b"{}"), False),
        (request("POST", "/api/public/v1.0/groups", b"x" * 65 * 1024), True),
        (request("GET", "/__admin/state"), True),
        (request("POST", "/__admin/reset"), True),
    ],
)
def test_admin_requests_and_big_bodies_run_beside_the_event_loop(sent, is_beside):
    pool = threads.RequestThreads(2, reads_block=False, writes_block=False)
    assert (pool.executor(sent, is_resumed=False) is not None) == is_beside
    pool.shutdown()


def test_what_was_slow_twice_runs_beside_the_event_loop_the_next_time(monkeypatch):
    pool = threads.RequestThreads(2, reads_block=False, writes_block=False)
    monkeypatch.setattr(threads, "SLOW", -1.0)
    pool.call(request("GET", "/groups/a/alertConfigs?pageNum=1"), lambda: b"")
    first = pool.executor(request("GET", "/groups/a/alertConfigs"), is_resumed=False)
    assert first is None  # it may have imported what answers it
    pool.call(request("GET", "/groups/a/alertConfigs?pageNum=1"), lambda: b"")
    targets = ["/groups/a/alertConfigs?pageNum=2", "/groups/a/alertConfigs/b", "/groups/a", "/orgs"]
    found = [pool.executor(request("GET", each), is_resumed=False) for each in targets]
    assert [each is not None for each in found] == [True, True, False, False]
    monkeypatch.setattr(threads, "perf_counter", lambda: time.perf_counter() + threads.SLOW_FOR)
    assert pool.executor(request("GET", targets[0]), is_resumed=False) is None
    pool.shutdown()


def test_a_request_that_had_to_wait_stays_on_the_event_loop():
    pool = threads.RequestThreads(2, reads_block=False, writes_block=False)
    for _ in range(2):
        pool.call(request("GET", "/groups/a"), lambda: time.sleep(2 * threads.SLOW) or b"")
    assert pool.executor(request("GET", "/groups/a"), is_resumed=False) is None
    pool.shutdown()


def test_memory_is_served_from_threads_and_the_loop_alike(server, answered_by, monkeypatch):
    monkeypatch.setattr(threads, "SLOW", PATIENCE)
    with signed(OWNER) as api:
        api.get(integrations(server, DEMO))
        name = "x" * 70 * 1024
        body = {"type": "SLACK", "apiToken": "a" * 40, "teamName": name}
        assert api.put(f"{integrations(server, DEMO)}/SLACK", json=body).status_code == 200
        assert api.get(f"{integrations(server, DEMO)}/SLACK").json()["teamName"] == name
    assert requests.get(f"{server.admin_url}/state", timeout=PATIENCE).ok
    assert {name.partition("_")[0] for name in answered_by} == {"opsemu"}
    assert sum("_" in name for name in answered_by) == 2


@pytest.mark.parametrize(("path", "status"), TOKEN_PATHS)
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
@pytest.mark.evidence("INFERRED", "the limit is opsemu's; the errors are those of an empty form")
def test_a_big_form_is_not_parsed_for_a_token(server, monkeypatch, path, status, kind):
    parsed = []
    monkeypatch.setattr("werkzeug.formparser.FormDataParser.parse", lambda *a: parsed.append(a))
    if kind == "urlencoded":
        sent = {"data": BIG_FORM, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    else:
        sent = {"files": {f"part{number}": "value" for number in range(1_001)}}
    answer = requests.post(f"{server.base_url}{path}", timeout=PATIENCE, **sent)
    assert (answer.status_code, parsed) == (status, [])
    assert answer.json()


def test_a_form_to_any_other_path_is_not_parsed(server, monkeypatch):
    parsed = []
    monkeypatch.setattr("werkzeug.formparser.FormDataParser.parse", lambda *a: parsed.append(a))
    answer = requests.post(integrations(server, DEMO), data={"a": "b"}, timeout=PATIENCE)
    assert (answer.status_code, parsed) == (401, [])
    view = requests.get(f"{server.admin_url}/requests/unmatched", timeout=PATIENCE).json()
    assert view["requests"][0]["request"]["body"] == "a=b"


def test_a_small_form_still_leads_to_a_token(server):
    form = {"grant_type": "nonsense"}
    answer = requests.post(f"{server.base_url}/auth/oauth/token", data=form, timeout=PATIENCE)
    assert (answer.status_code, "nonsense" in answer.text) == (400, True)
