"""The commands that use the admin API, against a running server."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import integrations, signed

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"


@pytest.fixture
def opsemu(world):
    """Run a command about the world, as a shell would."""

    def run(*words, sent="", code=0):
        command = [sys.executable, "-m", "opsemu", *words, "--url", world.server.base_url]
        command += ["--world", world.name]
        done = subprocess.run(command, input=sent, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


def test_a_fault_is_armed_listed_and_cleared(opsemu, world):
    assert "is armed" in opsemu("fault", "add", "--name", "mongodb.rate_limited", "--times", "1")
    assert world.session.get(world.url).status_code == 429
    assert "name=mongodb.rate_limited times=1" in opsemu("fault", "list")
    assert json.loads(opsemu("fault", "list", "--json"))["faults"][0]["struck"] == 1
    opsemu("fault", "clear")
    assert json.loads(opsemu("fault", "list", "--json")) == {"faults": []}
    assert "opsramp.throttle_407" in opsemu("fault", "names")


def test_the_journal_is_listed_and_explained(opsemu, world):
    world.session.get(f"{world.url}/DATADOG")
    assert "getIntegration" in opsemu("journal", "list")
    (row,) = json.loads(opsemu("journal", "list", "--json"))["requests"]
    assert "INTEGRATION_NOT_CONFIGURED" in opsemu("journal", "explain", str(row["id"]))
    opsemu("journal", "clear")
    assert opsemu("journal", "list").splitlines()[1:] == []


def test_the_clock_is_turned(opsemu):
    assert "2031-02-03T04:05:06.000Z frozen" in opsemu(
        "clock", "freeze", "--at", "2031-02-03T04:05:06Z"
    )
    assert "2031-02-03T04:06:06.000Z" in opsemu("clock", "advance", "60")
    assert "running, +0.0 s" in opsemu("clock", "free")
    assert json.loads(opsemu("clock", "show", "--json"))["frozen"] is False


def test_a_state_goes_out_and_comes_back(opsemu, world):
    before = opsemu("state", "export")
    opsemu("reset", "--to", "empty")
    opsemu("state", "import", "-", sent=before)
    assert opsemu("state", "export") == before
    assert "KEY" not in before
    assert "is not JSON" in opsemu("state", "import", "-", sent="{", code=1)


def test_snapshots_are_saved_compared_and_restored(opsemu, world):
    opsemu("snapshot", "save", "one")
    world.put("SLACK", apiToken="xoxb-0987654321", teamName="Other")
    assert '+ "Other"' in opsemu("snapshot", "diff", "one")
    opsemu("snapshot", "restore", "one")
    assert world.shown("SLACK")["teamName"] == "My Team"
    assert opsemu("snapshot", "list") == "one\n"
    opsemu("snapshot", "delete", "one")
    assert "no snapshot 'one'" in opsemu("snapshot", "restore", "one", code=1)


def test_worlds_are_made_listed_and_ended(opsemu):
    made = json.loads(opsemu("worlds", "create", "--name", "by-hand", "--json"))
    assert made["mongodb"]["keys"][0]["privateKey"] in json.dumps(made)
    assert "by-hand" in opsemu("worlds", "list").split()
    assert "cannot be had" in opsemu("worlds", "create", "--name", "by-hand", code=1)
    opsemu("worlds", "delete", "by-hand")
    assert "by-hand" not in opsemu("worlds", "list").split()
    assert opsemu("worlds", "create", "--seed", "demo").startswith("world")


def test_a_seed_is_taken_from_a_file(opsemu, world):
    project = {"id": "b" * 24, "name": "P", "orgId": "a" * 24}
    keys = [{"publicKey": "k", "privateKey": "p", "roles": [{"roleName": "GLOBAL_OWNER"}]}]
    opsemu("seed", "-", sent=json.dumps({"projects": [project], "apiKeys": keys}))
    with signed(world.key) as session:
        assert session.get(integrations(world.server, "b" * 24)).status_code == 200
    assert "is back at: seed" in opsemu("reset")


def test_what_is_refused_or_out_of_reach_is_one_line(opsemu):
    told = opsemu("fault", "add", "--operation", "makeCoffee", "--status", "500", code=1)
    assert told.startswith("opsemu: there is no operation 'makeCoffee'")
    command = [sys.executable, "-m", "opsemu", "reset", "--url", "http://127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (69, 1)
