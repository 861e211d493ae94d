"""A Redis server that goes away while it is needed, and comes back."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from threading import Thread

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import DEMO, EMPTY
from tests.mongodb.atlas.conftest import PREFIXES, Caller, caller
from tests.opsramp.conftest import DEMO as INSTALLED
from tests.opsramp.conftest import KEY, SECRET, Client
from tests.redis_servers import Server, fresh, wait_until

LIST = f"/groups/{EMPTY}/integrations"
UNEXPECTED = {
    "detail": "Service Unavailable.",
    "error": 503,
    "errorCode": "UNEXPECTED_ERROR",
    "parameters": [],
    "reason": "Service Unavailable",
}


@pytest.fixture(scope="module")
def mortal(tmp_path_factory) -> Iterator[Server]:
    """A server that keeps what it acknowledged."""
    options = ("--appendonly", "yes", "--appendfsync", "always")
    with Server(tmp_path_factory.mktemp("mortal"), *options) as running:
        yield running


@pytest.fixture
def emulator(mortal) -> Iterator[Emulator]:
    """An emulator on state of its own there; the server is up again after the test."""
    with Emulator(state=fresh(mortal)) as emulator:
        yield emulator
        if mortal.process.poll() is not None:
            mortal.start()


@pytest.fixture
def ask(emulator):
    """The control plane's status and body."""

    def ask(path: str, method: str = "GET", **sent) -> tuple[int, dict]:
        answer = requests.request(method, emulator.admin_url + path, timeout=20, **sent)
        return answer.status_code, answer.json()

    return ask


@pytest.mark.evidence("INFERRED", "no recording of a 503: the unexpected error with that status")
@pytest.mark.parametrize("family", PREFIXES)
def test_mongodbs_families_answer_503_until_it_is_back(mortal, emulator, family):
    calls = caller(emulator, family)
    with calls.session:
        before = calls("GET", f"/groups/{DEMO}/integrations").json()
        mortal.kill()
        for method, path, body in (
            ("GET", LIST, None),
            ("PUT", f"{LIST}/OPS_GENIE", {"type": "OPS_GENIE", "apiKey": "k"}),
            ("DELETE", f"{LIST}/OPS_GENIE", None),
        ):
            answer = calls(method, path, body)
            assert (answer.status_code, answer.json()) == (503, UNEXPECTED)
        mortal.start()
        assert calls("GET", f"/groups/{DEMO}/integrations").json() == before


@pytest.mark.evidence("INFERRED", "no recording of a 503: the unexpected error with that status")
def test_opsramp_answers_503_until_it_is_back(mortal, emulator):
    form = {"grant_type": "client_credentials", "client_id": KEY, "client_secret": SECRET}
    with Client(emulator.base_url) as client:
        mortal.kill()
        for answer in (
            client.get(f"installed/{INSTALLED}"),
            client.post(f"installed/{INSTALLED}/disable"),
            requests.post(f"{emulator.base_url}/auth/oauth/token", data=form, timeout=20),
        ):
            told = {"code": "0005", "message": "Unexpected error"}
            assert (answer.status_code, answer.json()) == (503, told)
        mortal.start()
        assert client.get(f"installed/{INSTALLED}").status_code == 200


def test_the_control_plane_says_what_is_away(mortal, emulator, ask):
    assert ask("/ready") == (200, {"status": "ready"})
    mortal.kill()
    assert ask("/health")[0] == 200
    status, body = ask("/ready")
    assert (status, body["status"].partition(": ")[0]) == (503, "state unavailable")
    assert f"127.0.0.1:{mortal.port}" in body["status"]
    for method, path in (("GET", "/worlds"), ("POST", "/worlds"), ("POST", "/reset")):
        status, body = ask(path, method, json={} if method == "POST" else None)
        assert (status, body["error"]) == (503, "state_unavailable")
        assert f"127.0.0.1:{mortal.port}" in body["message"]
    mortal.start()
    assert ask("/ready") == (200, {"status": "ready"})
    assert ask("/worlds")[0] == 200


def test_the_operator_gets_one_line_a_call_and_no_traceback(mortal, emulator, ask, caplog):
    caplog.set_level(logging.INFO)
    calls = caller(emulator, "ops-manager")
    with calls.session:
        calls("GET", LIST)
        mortal.kill()
        caplog.clear()
        assert calls("GET", LIST).status_code == 503
        assert ask("/worlds")[0] == 503
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in told] == ["opsemu", "opsemu"]
    assert all(f"127.0.0.1:{mortal.port}" in record.getMessage() for record in told)
    assert not any(record.exc_info for record in caplog.records)


def test_a_read_that_waits_for_the_server_holds_up_nobody_else(mortal, emulator, ask):
    calls, found = caller(emulator, "ops-manager"), []
    with calls.session:
        calls("GET", LIST)
        mortal.process.send_signal(signal.SIGSTOP)
        reader = Thread(target=lambda: found.append(calls("GET", LIST).status_code))
        reader.start()
        assert [ask("/health")[0] for _ in range(50)] == [200] * 50
        assert found == []
        mortal.process.send_signal(signal.SIGCONT)
        reader.join(20)
    assert found == [200]


def count_up(calls: Caller, sent: list, kept: list[int], failed: list[int]) -> None:
    """Write one number after the other, until somebody puts None after them."""
    with calls.session:
        while None not in sent:
            sent.append(len(sent) + 1)
            body = {"type": "NEW_RELIC", "accountId": str(sent[-1])}
            status = calls("PUT", f"{LIST}/NEW_RELIC", body).status_code
            {200: kept, 503: failed}[status].append(sent[-1])


def test_what_was_acknowledged_before_it_was_killed_is_there_afterwards(mortal, emulator):
    calls = caller(emulator, "ops-manager")
    whole = {name: "a" * 32 for name in ("licenseKey", "readToken", "writeToken")}
    calls("PUT", f"{LIST}/NEW_RELIC", {"type": "NEW_RELIC", "accountId": "0", **whole})
    sent, kept, failed = [], [0], []
    writer = Thread(target=count_up, args=(calls, sent, kept, failed))
    writer.start()
    for turn in range(3):
        known, missed = len(kept), len(failed)
        wait_until(lambda known=known: len(kept) > known + 5)
        mortal.kill()
        wait_until(lambda missed=missed: len(failed) > missed)
        last = kept[-1]
        mortal.start()
        with caller(emulator, "ops-manager").session as session:
            shown = session.get(f"{calls.url}{LIST}/NEW_RELIC").json()
        assert int(shown["accountId"]) >= last, turn
    sent.append(None)
    writer.join(20)
    assert not writer.is_alive()


def test_a_server_that_lost_its_data_is_not_ready_until_it_is_seeded_again(mortal, emulator, ask):
    calls = caller(emulator, "ops-manager")
    with calls.session:
        mortal.ask("FLUSHALL")
        assert ask("/ready") == (503, {"status": "not seeded"})
        assert calls("GET", LIST).status_code == 401
        with Emulator(state=emulator.config.state):
            assert ask("/ready") == (200, {"status": "ready"})
            assert calls("GET", LIST).status_code == 200
