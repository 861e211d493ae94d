"""A request that cannot be recorded keeps its answer; the log and a counter say so."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.api import journaling
from opsemu.server import Emulator
from opsemu.store import Owner
from opsemu.store.layout import PROJECT
from opsemu.store.shared_state.memory import MemoryLog

from ..conftest import DEMO, EMPTY, OWNER, integrations, signed, tear

NOT_RECORDED = "was not recorded: "
DEPTHS = (980, 1000, 1023, 1024, 1100)


@pytest.fixture
def own(tmp_path):
    """An emulator on files of its own."""
    with Emulator(seed="demo", state=f"file:{tmp_path / 'state'}?fsync=off") as emulator:
        yield emulator


def unrecorded(emulator):
    """The requests that the metrics say could not be recorded."""
    text = requests.get(f"{emulator.admin_url}/metrics").text
    (line,) = [x for x in text.splitlines() if x.startswith("opsemu_unrecorded_requests_total")]
    return float(line.split()[1])


def lines(caplog):
    """The lines of the log about requests that were not recorded."""
    return caplog.text.count(NOT_RECORDED)


def fail(*_: object) -> None:
    raise RuntimeError("no room")


def test_a_failure_to_record_changes_no_answer(monkeypatch, caplog):
    with Emulator() as emulator, signed(OWNER) as session:
        url = integrations(emulator, DEMO)
        for _ in range(3):
            before = session.get(url)
        hits = emulator.response_cache.hits
        monkeypatch.setattr("opsemu.worlds.world.World.record", fail)
        cached, uncached = session.get(url), session.get(f"{url}?pretty=false")
        assert emulator.response_cache.hits == hits + 1
        assert unrecorded(emulator) == 2
    for answer in (cached, uncached):
        assert (answer.status_code, answer.history) == (200, [])
    assert cached.content == before.content
    assert caplog.text.count("was not recorded: RuntimeError('no room')") == 2


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError(), KeyError()])
def test_an_error_of_the_shared_state_changes_no_answer(monkeypatch, caplog, error):
    def add(*_):
        raise error

    with Emulator(seed="demo") as emulator, signed(OWNER) as session:
        url = f"{integrations(emulator, EMPTY)}/DATADOG"
        session.get(url)
        monkeypatch.setattr(MemoryLog, "add", add)
        caplog.clear()
        body = {"type": "DATADOG", "apiKey": "a" * 32}
        answers = [session.put(url, json=body), session.get(url), session.delete(url)]
        answers += [session.get(url), requests.get(url)]
        assert [answer.status_code for answer in answers] == [200, 200, 204, 404, 401]
        assert all(answer.content for answer in answers if answer.status_code in (200, 404))
        assert unrecorded(emulator) == lines(caplog) == 5


def test_a_torn_file_elsewhere_changes_no_answer(own, caplog):
    tear(own.store, Owner("default", PROJECT, EMPTY), b"{")
    with signed(OWNER) as session:
        url = integrations(own, DEMO)
        answers = [session.get(url), session.get(f"{url}/DATADOG"), session.get(f"{url}?x=y")]
        assert [answer.status_code for answer in answers] == [200, 404, 200]
        assert all(answer.json() for answer in answers)
        assert requests.get(url).status_code == 401
    assert unrecorded(own) == lines(caplog)


@pytest.mark.parametrize("session", [requests.Session(), signed(OWNER)], ids=["anyone", "owner"])
def test_json_that_is_nested_deep_changes_no_answer(own, caplog, session):
    url = f"{integrations(own, DEMO)}/SLACK"
    json = {"Content-Type": "application/json"}
    with session:
        for depth in DEPTHS:
            for body in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
                answer = session.put(url, data=body, headers=json)
                assert answer.status_code == (400 if session.auth else 401)
                assert not session.auth or answer.json()["errorCode"]
    assert unrecorded(own) == lines(caplog)


def test_a_form_of_many_parts_changes_no_answer(own, caplog):
    for parts in (1000, 1001):
        form = {f"field{number}": (None, "x") for number in range(parts)}
        for path, status in (
            ("/auth/oauth/token", 400),
            ("/api/oauth/token", 401),
            ("/api/public/v1.0/x", 401),
        ):
            answer = requests.post(own.base_url + path, files=form)
            assert answer.status_code in (status, 413)
    assert unrecorded(own) == lines(caplog)


def test_a_reset_beside_load_changes_no_answer(own, caplog):
    caplog.set_level(logging.ERROR, "opsemu")
    url = integrations(own, DEMO)
    body = {"type": "DATADOG", "apiKey": "a" * 32}

    def call(number):
        with signed(OWNER) as session:
            return [
                session.request(method, f"{url}/DATADOG", json=body)
                for method in ("PUT", "GET", "DELETE") * 8
            ]

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(call, number) for number in range(4)]
        for _ in range(10):
            assert requests.post(f"{own.admin_url}/reset").status_code == 204
        answers = [answer for each in running for answer in each.result()]
    assert {answer.status_code for answer in answers} <= {200, 204, 401, 404}
    assert all(answer.content for answer in answers if answer.status_code != 204)
    assert "Traceback" not in caplog.text
    assert unrecorded(own) == lines(caplog)


@pytest.mark.parametrize(
    ("body", "is_issued"),
    [
        (b'{"access_token":"1234567890abcdef"}', True),
        (b'{ "secret" : "1234567890abcdef" }', True),
        (b'{"type":"WEBHOOK","secret":"***den1"}', False),
        (b'{ "secret" : "***den1" }', False),
        (b'{"secret":"***den1","privateKey":"1234567890abcdef"}', True),
    ],
)
def test_a_response_is_searched_for_secrets_where_it_shows_more_than_masks(body, is_issued):
    assert bool(journaling._ISSUED.search(body)) is is_issued
