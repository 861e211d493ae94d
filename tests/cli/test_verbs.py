"""The verbs that talk to a running server."""

from __future__ import annotations

import json

import pytest
import requests

from opsemu.cli.group import server_url
from tests.cli.conftest import assert_fails
from tests.conftest import DEMO


def test_a_fault_is_added_listed_and_cleared(opsemu, session, url):
    assert "is armed" in opsemu("fault", "add", "--name", "mongodb.rate_limited", "--times", "1")
    assert session.get(url).status_code == 429
    assert "name=mongodb.rate_limited times=1" in opsemu("fault", "list")
    assert json.loads(opsemu("fault", "list", "--json"))["faults"][0]["struck"] == 1
    opsemu("fault", "clear")
    assert json.loads(opsemu("fault", "list", "--json")) == {"faults": []}
    assert "opsramp.throttle_407" in opsemu("fault", "names")


def test_the_journal_is_listed_and_explained(opsemu, session, url):
    session.get(f"{url}/DATADOG")
    assert "getIntegration" in opsemu("journal", "list")
    (entry,) = json.loads(opsemu("journal", "list", "--json"))["requests"]
    assert "INTEGRATION_NOT_CONFIGURED" in opsemu("journal", "explain", entry["id"])
    opsemu("journal", "clear")
    assert opsemu("journal", "list").splitlines()[1:] == []


def test_requests_that_did_not_log_in_are_listed_with_why(opsemu, session, url):
    session.get(url)
    requests.get(url, timeout=20)
    _, first, second = opsemu("journal", "list").splitlines()
    assert first.endswith("/integrations")
    assert second.partition("unmatched: ")[2].startswith("no credentials were sent")
    assert "no credentials were sent" in opsemu("journal", "explain", "last")
    assert len(opsemu("journal", "list", "--limit", 1).splitlines()) == 2


def test_the_clock_is_moved(opsemu):
    assert "2031-02-03T04:05:06.000Z frozen" in opsemu(
        "clock", "freeze", "--at", "2031-02-03T04:05:06Z"
    )
    assert "2031-02-03T04:06:06.000Z" in opsemu("clock", "advance", "60")
    assert "running, +0.0 s" in opsemu("clock", "free")
    assert json.loads(opsemu("clock", "show", "--json"))["frozen"] is False


def test_a_state_is_exported_and_imported(opsemu, tmp_path):
    before = opsemu("state", "export")
    opsemu("reset", "--to", "empty")
    opsemu("state", "import", "-", stdin=before)
    assert opsemu("state", "export", tmp_path / "state.json") == ""
    assert (tmp_path / "state.json").read_text() == before
    assert "KEY" not in before
    assert "is not JSON" in opsemu("state", "import", "-", stdin="{", code=1)


def test_documents_that_differ_from_the_seed_are_listed(opsemu, session, url):
    assert opsemu("diff") == ""
    body = {"type": "SLACK", "teamName": "Other"}
    assert session.put(f"{url}/SLACK", json=body).status_code == 200
    assert opsemu("diff").split() == [
        "changed", "project", DEMO, "integrations", "SLACK", "id,", "teamName"
    ]  # fmt: skip
    opsemu("snapshot", "save", "one")
    assert opsemu("diff", "--since", "one") == ""
    session.delete(f"{url}/SLACK")
    (row,) = json.loads(opsemu("diff", "--since", "one", "--json"))["documents"]
    assert row["change"] == "removed"
    assert "no snapshot 'two'" in opsemu("diff", "--since", "two", code=1)


def test_snapshots_are_saved_compared_and_restored(opsemu, session, url):
    slack = {"type": "SLACK", "apiToken": "xoxb-0987654321", "teamName": "Other"}
    opsemu("snapshot", "save", "one")
    session.put(f"{url}/SLACK", json=slack)
    assert '+ "Other"' in opsemu("snapshot", "diff", "one")
    opsemu("snapshot", "restore", "one")
    assert session.get(f"{url}/SLACK").json()["teamName"] == "My Team"
    assert opsemu("snapshot", "list") == "one\n"
    opsemu("snapshot", "delete", "one")
    assert "no snapshot 'one'" in opsemu("snapshot", "restore", "one", code=1)


def test_worlds_are_created_listed_and_deleted(opsemu):
    document = json.loads(opsemu("worlds", "create", "--name", "by-hand", "--json"))
    assert document["mongodb"]["keys"][0]["privateKey"]
    assert "by-hand" in opsemu("worlds", "list").split()
    assert "there is a world" in opsemu("worlds", "create", "--name", "by-hand", code=1)
    assert opsemu("worlds", "delete", "by-hand") == "by-hand is gone\n"
    assert "by-hand" not in opsemu("worlds", "list").split()
    rows = opsemu("worlds", "create", "--name", "by-hand", "--seed", "demo").splitlines()
    assert rows[0].split() == ["world", "by-hand"]
    assert any(row.split() == ["project", DEMO, "Demo", "Project"] for row in rows)
    opsemu("worlds", "delete", "by-hand")


def test_a_seed_is_read_from_a_file(opsemu, server, session):
    project = {"id": "b" * 24, "name": "P", "orgId": "a" * 24}
    keys = [{"publicKey": "opsowner", "privateKey": "p", "roles": [{"roleName": "GLOBAL_OWNER"}]}]
    opsemu("seed", "-", stdin=json.dumps({"projects": [project], "apiKeys": keys}))
    assert session.get(f"{server.url}/groups/{'b' * 24}/integrations").status_code == 200
    assert "is back at: seed" in opsemu("reset")


def test_a_refused_request_ends_in_1(opsemu):
    line = opsemu("fault", "add", "--operation", "makeCoffee", "--status", "500", code=1)
    assert line.startswith("opsemu: there is no operation 'makeCoffee'")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://127.0.0.1:x", "http://[", "127.0.0.1:1", ""]
)
def test_an_unreachable_server_ends_in_69(run, url):
    assert_fails(run("reset", "--url", url), 69, url)


def test_a_server_is_found_by_its_variables(run, server, world):
    port = str(server.port)
    variables = {"OPSEMU_PORT": port, "OPSEMU_WORLD": world["name"]}
    assert run("reset", **variables).stdout == f"{world['name']} is back at: seed\n"
    assert run("healthcheck", OPSEMU_URL=f"{server.base_url}/", OPSEMU_PORT="1").returncode == 0
    assert run("healthcheck", "--url", server.base_url, OPSEMU_URL="http://x").returncode == 0


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        (None, None, "http://127.0.0.1:8790"),
        ("", "", "http://127.0.0.1:8790"),
        ("example.org", "80", "http://example.org:80"),
        ("0.0.0.0", "1", "http://127.0.0.1:1"),
        ("::", "1", "http://[::1]:1"),
        ("2001:db8::1", "1", "http://[2001:db8::1]:1"),
    ],
)
def test_a_url_is_made_of_host_and_port(monkeypatch, host, port, url):
    for name, value in (("OPSEMU_HOST", host), ("OPSEMU_PORT", port)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert server_url() == url
