"""Verbs about requests, stored documents, operations and seeds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from urllib.request import urlopen

import pytest

from tests.cli.conftest import assert_fails
from tests.conftest import DEMO, EMPTY, signed
from tests.serving import PATIENCE, clean_environment

PROJECT = {"id": "b" * 24, "name": "P", "orgId": "a" * 24}


def test_an_empty_list_prints_nothing(opsemu):
    for arguments in (("journal", "list"), ("fault", "list"), ("snapshot", "list")):
        assert opsemu(*arguments) == ""
    opsemu("reset", "--to", "empty")
    assert opsemu("journal", "list", "--operation", "getIntegrations") == ""


def test_an_answer_without_json_is_an_empty_object(opsemu):
    for arguments in (("reset",), ("fault", "clear"), ("journal", "clear")):
        assert json.loads(opsemu(*arguments, "--json")) == {}


def test_one_fault_is_removed(opsemu, session, url):
    opsemu("fault", "add", "--status", "503", "--method", "PUT")
    number = json.loads(opsemu("fault", "add", "--status", "500", "--json"))["id"]
    assert opsemu("fault", "remove", number) == f"fault {number} is gone\n"
    assert session.get(url).status_code == 200
    assert len(json.loads(opsemu("fault", "list", "--json"))["faults"]) == 1
    assert f"there is no fault '{number}'" in opsemu("fault", "remove", number, code=1)


def test_a_fault_has_all_members_of_a_rule(opsemu):
    rule = {
        "type": "SLACK",
        "status": 400,
        "error": "INVALID_JSON",
        "parameters": ["first"],
        "body": {"a": [1]},
        "delayDistribution": {"type": "uniform", "lower": 1.0, "upper": 2.0},
        "fixedDelayMilliseconds": 1.5,
        "truncateAfter": 3,
    }
    options = {
        "--type": "SLACK",
        "--status": "400",
        "--error": "INVALID_JSON",
        "--parameters": '["first"]',
        "--body": '{"a": [1]}',
        "--delay-distribution": json.dumps(rule["delayDistribution"]),
        "--delay": "1.5",
        "--truncate-after": "3",
    }
    words = [word for option in options.items() for word in option]
    document = json.loads(opsemu("fault", "add", *words, "--json"))
    assert {name: document[name] for name in rule} == rule


@pytest.mark.parametrize(
    ("option", "value"), [("--body", "[1]"), ("--body", "{"), ("--parameters", '"x"')]
)
def test_json_of_the_wrong_kind_is_bad_usage_with_an_example(run, option, value):
    done = run("fault", "add", "--status", "500", option, value)
    assert_fails(done, 64, option, f"{value!r} is not JSON such as ")


def test_the_last_request_is_explained(opsemu, session, url):
    assert "has received no request" in opsemu("journal", "explain", "last", code=1)
    session.get(url)
    session.get(f"{url}/DATADOG")
    assert opsemu("journal", "explain", "last").startswith("404 getIntegration\n")
    assert "there is no request 'first'" in opsemu("journal", "explain", "first", code=1)
    assert "INTEGRATION_NOT_CONFIGURED" in opsemu("journal", "list").splitlines()[-1]


def test_requests_of_nobody_are_listed_as_unmatched(opsemu, url):
    with signed(("nobody", "x")) as stranger:
        stranger.get(f"{url}/OPS_GENIE")
    last = opsemu("journal", "unmatched").splitlines()[-1]
    assert re.search(r" 401 +getIntegration .*OPS_GENIE +.*nobody", last)


def test_requests_are_counted_and_verified(opsemu, session, url):
    slack = {"type": "SLACK", "apiToken": "xoxb-0987654321", "teamName": "Other"}
    session.put(f"{url}/SLACK", json=slack)
    session.get(url)
    assert opsemu("count") == "2\n"
    assert opsemu("count", "--body", '{"teamName": "Other"}') == "1\n"
    assert json.loads(opsemu("count", "--status", "404", "--json")) == {"count": 0}
    assert opsemu("verify", "--operation", "getIntegrations") == "1 matching, expected: atLeast 1\n"
    assert opsemu("verify", "--type", "SLACK", "--count", "1").startswith("1 matching")
    opsemu("verify", "--at-least", "1", "--at-most", "2", "--allow-dropped")


def test_a_verification_that_fails_ends_in_1_and_says_why(opsemu, run, server, world):
    message = opsemu("verify", "--count", "3", code=1)
    assert message == ("opsemu: 0 matching, expected: count 3; there were no calls at all\n")
    where = ("--url", server.base_url, "--world", world["name"])
    done = run("verify", "--count", "3", "--json", *where)
    assert (done.returncode, json.loads(done.stdout)["verified"]) == (1, False)


def test_wait_returns_as_soon_as_the_request_comes(opsemu, session, url):
    timer = threading.Timer(0.2, session.get, [url])
    timer.start()
    try:
        text = opsemu("wait", "--operation", "getIntegrations", "--timeout", PATIENCE)
    finally:
        timer.join()
    assert text == "1 matching, expected: atLeast 1\n"


def test_wait_for_a_request_that_does_not_come_ends_in_1(opsemu):
    message = opsemu("wait", "--method", "PUT", "--timeout", "0.1", code=1)
    assert "0 matching, expected: atLeast 1" in message


def test_coverage_counts_the_calls_of_each_operation(opsemu, session, url):
    session.get(url)
    text = opsemu("coverage", "--called")
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines()}
    assert lines["operation"] == ["succeeded", "refused"]
    assert int(lines["getIntegrations"][0]) >= 1
    assert "uncalled" in json.loads(opsemu("coverage", "--json"))


def test_coverage_counts_the_operations_of_each_family_by_kind(opsemu):
    head, *lines = map(str.split, opsemu("coverage").splitlines())
    families = json.loads(opsemu("coverage", "--json"))["families"]
    assert head == ["family", "served", "stored", "empty", "declined"]
    assert {name: [*map(int, counts)] for name, *counts in lines} == {
        name: [*counts.values()] for name, counts in families.items()
    }


def test_coverage_lists_what_is_declined_with_the_reason(opsemu):
    lines = opsemu("coverage", "--unserved").splitlines()
    path = "/api/public/v1.0/usage/report"
    (line,) = [line for line in lines if line.endswith(path)]
    assert re.fullmatch(rf"ops-manager +GET +reports on the use of real servers +- +{path}", line)
    assert not [line for line in lines if line.endswith("/integrations")]


def test_what_is_stored_is_listed(opsemu, world):
    lines = opsemu("integrations").splitlines()
    assert [line.split()[0] for line in lines] == ["PAGER_DUTY", "SLACK"]
    assert "1234567890" not in "".join(lines)
    assert opsemu("integrations", "--project", EMPTY) == ""
    assert "no project" in opsemu("integrations", "--project", "f" * 24, code=1)
    installed = opsemu("installed")
    assert installed == opsemu("installed", "--tenant", world["opsramp"]["tenants"][0]["id"])


def test_a_world_without_projects_has_no_integrations_to_list(run, server):
    run("worlds", "create", "--name", "bare", "--url", server.base_url)
    where = ("--url", server.base_url, "--world", "bare")
    run("reset", "--to", "empty", *where)
    assert_fails(run("integrations", *where), 1, "the world bare has no projects")
    run("worlds", "delete", "bare", "--url", server.base_url)


def test_a_world_is_shown_with_its_public_keys_only(opsemu, world):
    text = opsemu("worlds", "show", world["name"])
    rows = [line.split() for line in text.splitlines()]
    assert rows[:2] == [["world", world["name"]], ["seed", "demo"]]
    assert ["project", DEMO, "Demo", "Project"] in rows
    for key in world["mongodb"]["keys"]:
        assert [key["publicKey"]] in rows
        assert key["privateKey"] not in text
    document = json.loads(opsemu("worlds", "show", world["name"], "--json"))
    accounts = [row["clientId"] for row in world["mongodb"]["serviceAccounts"]]
    assert [row["clientId"] for row in document["mongodb"]["serviceAccounts"]] == accounts
    assert document["mongodb"]["projects"] == world["mongodb"]["projects"]
    tenant, shown = world["opsramp"]["tenants"][0], document["opsramp"]["tenants"][0]
    assert shown["keys"] == [{"key": row["key"]} for row in tenant["keys"]]


@pytest.mark.parametrize("name", ["../requests", "a?b=1", "a b", "", "%2e"])
@pytest.mark.parametrize(
    "verb", [("worlds", "show"), ("worlds", "delete"), ("snapshot", "restore"), ("env", "--world")]
)
def test_a_name_cannot_leave_its_place_in_the_path(run, verb, name):
    done = run(*verb, name, "--url", "http://127.0.0.1:1")
    assert_fails(done, 1, f"the name {name!r} does not match [A-Za-z0-9]")


@pytest.mark.parametrize("verb", [("worlds", "create", "--name"), ("snapshot", "save")])
def test_a_name_is_refused_with_its_pattern(opsemu, verb):
    assert re.search(r"does not match \^?\[", opsemu(*verb, "no good", code=1))


@pytest.mark.parametrize("name", ["seed.json", "seed.yaml", "seed.yml"])
def test_a_world_is_created_with_a_seed_from_a_file(opsemu, tmp_path, name):
    path = tmp_path / name
    path.write_text(json.dumps({"projects": [PROJECT]}, indent=1 if name == "seed.json" else None))
    document = json.loads(opsemu("worlds", "create", "--seed", path, "--json"))
    assert [row["id"] for row in document["mongodb"]["projects"]] == [PROJECT["id"]]
    opsemu("worlds", "delete", document["name"])


def test_a_seed_is_read_from_yaml(opsemu, tmp_path):
    path = tmp_path / "seed.yaml"
    path.write_text(f"projects:\n- id: {'b' * 24}\n  name: P\n  orgId: {'a' * 24}\n")
    assert opsemu("seed", path).endswith("has a new seed\n")
    shown = json.loads(opsemu("integrations", "--json"))
    assert shown == {"integrations": []}
    path.write_text("a: [b")
    assert f"{path} is not YAML: " in opsemu("seed", path, code=1)


def test_a_seed_that_is_not_there_ends_in_78(run, tmp_path):
    done = run("worlds", "create", "--seed", tmp_path / "dmeo")
    assert_fails(done, 78, f"seed {tmp_path / 'dmeo'}: No such file or directory")


def test_the_help_of_seed_says_what_does_for_the_default_world(run):
    text = " ".join(run("seed", "--help").stdout.split())
    assert "The default world keeps the seed" in text
    assert "opsemu serve --seed FILE" in text


@pytest.mark.parametrize(
    ("duration", "offset"),
    [("90", 90), ("90s", 90), ("15m", 900), ("1.5h", 5400), ("2d", 172800), ("+1h", 3600)],
)
def test_the_clock_is_advanced_by_a_time_with_a_unit(opsemu, duration, offset):
    assert json.loads(opsemu("clock", "advance", duration, "--json"))["offset"] == offset


@pytest.mark.parametrize(("duration", "offset"), [("-10", -10), ("-1h", -3600), ("-1.5m", -90)])
def test_the_clock_is_set_back_by_a_negative_time(opsemu, duration, offset):
    assert json.loads(opsemu("clock", "advance", duration, "--json"))["offset"] == offset


@pytest.mark.parametrize("duration", ["1w", "soon", "1h30", "", "nan", "--back"])
def test_what_is_no_time_is_refused_with_examples(run, duration):
    assert_fails(run("clock", "advance", duration), 64, "is not a time such as 90, 90s, 15m")


def test_operations_are_listed_without_a_server(run):
    document = json.loads(run("operations", "--json", OPSEMU_STATE="file:/nowhere").stdout)
    rows = {row["name"]: row for row in document["operations"]}
    assert rows["createIntegration"] == {
        "name": "createIntegration",
        "families": ["ops-manager", "atlas-v1", "atlas-v2"],
        "method": "POST",
        "path": "/groups/{group_id}/integrations/{type_name}",
    }
    assert document["families"]["atlas-v2"] == "/api/atlas/v2"
    text = run("operations").stdout
    assert all(re.search(rf"^{name} ", text, re.MULTILINE) for name in rows)


def test_operations_are_those_that_coverage_knows(run, opsemu):
    listed = {row["name"] for row in json.loads(run("operations", "--json").stdout)["operations"]}
    assert listed == {*json.loads(opsemu("coverage", "--json"))["operations"]}


def test_a_shell_completes_verbs():
    variables = {"_OPSEMU_COMPLETE": "bash_complete", "COMP_WORDS": "opsemu wor", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "opsemu"],
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == "plain,worlds\n"


def test_the_schema_of_a_seed_is_the_one_that_a_server_serves(opsemu, server):
    with urlopen(f"{server.admin_url}/seed/schema") as response:
        assert json.loads(opsemu("seed", "schema")) == json.load(response)


def test_the_schema_of_a_seed_needs_no_server(run):
    done = run("seed", "schema", OPSEMU_URL="http://127.0.0.1:1", OPSEMU_STATE="file:/nowhere")
    assert json.loads(done.stdout)["$schema"]
