"""`automationConfig`: its version, its skeleton, its secrets, and the documents beside it."""

from __future__ import annotations

import json

import pytest

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.mongodb.automation.configs import process, replica_set
from tests.mongodb.automation.conftest import Group
from tests.recordings import case, recorded
from tests.wire import key_with, seed_file

CONFIG = "/automationConfig"
LISTS = {
    "backupVersions", "cpsModules", "indexConfigs", "mongoDbVersions", "mongosqlds", "mongots",
    "monitoringVersions", "onlineArchiveModules", "processes", "replicaSets", "roles", "sharding",
}  # fmt: skip
SECRETS = {
    "auth": {
        "autoPwd": "Zu7Ahx3ooR9j",
        "disabled": False,
        "autoAuthMechanism": "SCRAM-SHA-256",
        "key": "gie8ohX5ahNg2Oov4kei",
        "usersWanted": [{"user": "app", "db": "admin", "initPwd": "ohL7aizaiJ6u"}],
    }
}


@pytest.mark.evidence("INFERRED", "CLIENT: four clients go on with what a fresh project answers")
def test_a_fresh_project_has_a_whole_configuration_of_version_1(group):
    config = group.get(CONFIG)
    assert {name for name, value in config.items() if value == []} == LISTS
    assert config["version"] == 1
    assert (config["auth"]["disabled"], config["auth"]["usersWanted"]) == (True, [])
    assert list(config) == sorted(config)


@pytest.mark.evidence("RECORDED", "recorded/om-2023-09-05-put-automationconfig.json")
def test_put_answers_two_bytes_and_not_the_configuration(group):
    answer = group.session.put(f"{group.url}{CONFIG}", json=replica_set())
    assert (answer.status_code, answer.content) == (200, b"{}")


@pytest.mark.evidence("DOCS", "a read-only field, incremented by Ops Manager")
@pytest.mark.parametrize("more", [0, 1, 7])
def test_the_version_is_the_servers_whether_the_old_or_a_new_one_is_sent(group, more):
    before = group.get(CONFIG)["version"]
    assert group.publish({**replica_set(), "version": before + more}) == before + 1


@pytest.mark.evidence("CLIENT", "K e2e omtester.py:741 puts {}; X and J send no version")
@pytest.mark.parametrize("body", [{}, {"processes": []}, {"replicaSets": None, "auth": None}])
def test_an_empty_configuration_is_valid_and_reads_back_with_every_list(group, body):
    group.publish(replica_set())
    assert group.publish(body) == 3
    config = group.get(CONFIG)
    assert config.keys() >= LISTS
    assert config["processes"] == []
    assert group.get("/automationStatus") == {"goalVersion": 3, "processes": []}


@pytest.mark.evidence("ISSUE", "automation_conflicts: on, as a real server answered 409")
@pytest.mark.parametrize("name", [case("ops-manager/om-409-automation-config-conflict")])
def test_a_stale_version_is_a_conflict_although_docs_say_the_last_writer_wins(group, name):
    stale = {**replica_set(), "version": group.get(CONFIG)["version"]}
    group.publish(stale)
    answer = group.session.put(f"{group.url}{CONFIG}", json=stale)
    theirs = recorded(name)["response"]
    assert (answer.status_code, answer.text) == (theirs["status"], theirs["body"])
    assert group.get(CONFIG)["version"] == 2


@pytest.mark.evidence(
    "DOCS", "automation_conflicts: off, as update-automation-config says: the last writer wins"
)
def test_a_stale_version_is_accepted_if_the_setting_says_so(tmp_path):
    seed = seed_file(tmp_path, settings={"automation_conflicts": "off"})
    with Emulator(seed=seed) as server, signed(OWNER) as session:
        group = Group(server, session)
        assert [group.publish({"version": 1}) for _ in range(2)] == [2, 3]


@pytest.mark.evidence("DOCS", "unknown members are kept")
def test_what_was_sent_is_kept_as_it_was(group):
    sent = replica_set(unknown={"z": [1, None, {"a": "b"}]}, ssl={"CAFilePath": "/ca.pem"})
    group.publish(sent)
    config = group.get(CONFIG)
    assert {name: config[name] for name in sent} == sent


@pytest.mark.evidence("INFERRED", "the vendor's answer to a malformed configuration is a bare 500")
@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"processes": {}}, "processes"),
        ({"processes": [[]]}, "processes"),
        ({"processes": [process("a", "h", args2_6={"net": {"port": 0}})]}, "processes"),
        ({"replicaSets": [{"_id": "rs", "members": 1}]}, "replicaSets"),
        ({"auth": "none"}, "auth"),
        ({"version": "newest"}, "version"),
    ],
)
def test_a_malformed_configuration_is_refused_and_nothing_is_published(group, change, name):
    answer = group.session.put(f"{group.url}{CONFIG}", json={**replica_set(), **change})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_JSON_ATTRIBUTE")
    assert answer.json()["parameters"] == [name]
    assert group.get(CONFIG)["version"] == 1


@pytest.mark.evidence("INFERRED", "accepted by the vendor or not: unknown")
def test_what_cannot_work_is_accepted_with_a_warning(group):
    config = replica_set()
    config["replicaSets"][0]["members"][0]["host"] = "nobody"
    group.publish(config)
    requests = group.control("GET", "/requests", operation="putAutomationConfig")["requests"]
    assert requests[-1]["warnings"] == ["member 'nobody' of 'rs' is the name of no process"]


@pytest.mark.evidence("CLIENT", "T sends back what it read; DOCS: noSecrets exists because of that")
def test_secrets_are_in_clear_on_the_wire(group):
    group.publish(SECRETS)
    assert group.get(CONFIG)["auth"] == SECRETS["auth"]


@pytest.mark.evidence("DOCS", "noSecrets")
def test_no_secrets_shows_a_word_for_each_and_put_keeps_them(group):
    group.publish({**replica_set(), **SECRETS})
    shown = group.get(f"{CONFIG}/noSecrets")
    hidden = [shown["auth"]["key"], shown["auth"]["autoPwd"]]
    assert [*hidden, shown["auth"]["usersWanted"][0]["initPwd"]] == ["<redacted>"] * 3
    assert shown["auth"]["autoAuthMechanism"] == "SCRAM-SHA-256"
    shown["auth"]["usersWanted"].insert(0, {"user": "new", "db": "admin", "initPwd": "ignored"})
    group.call("PUT", f"{CONFIG}/noSecrets", {**shown, "roles": [{"role": "r", "db": "d"}]})
    config = group.get(CONFIG)
    users = [{"user": "new", "db": "admin"}, *SECRETS["auth"]["usersWanted"]]
    assert config["auth"] == {**SECRETS["auth"], "usersWanted": users}
    assert (config["version"], config["roles"]) == (3, [{"role": "r", "db": "d"}])


def test_export_journal_and_differences_mask_the_secrets_of_a_configuration(group):
    group.control("POST", "/snapshots", {"name": "before"})
    group.publish(SECRETS)
    shown = [
        json.dumps(group.control("GET", path, **query))
        for path, query in (
            ("/state", {}),
            ("/snapshots/diff", {"before": "before"}),
            ("/requests", {"operation": "putAutomationConfig"}),
            ("/requests", {"operation": "getAutomationConfig"}),
        )
    ]
    for text in shown:
        assert "SCRAM-SHA-256" in text
        assert [each for each in ("Zu7Ahx3o", "ohX5ahNg2O", "ohL7aiza") if each in text] == []


def test_an_exported_configuration_is_imported_and_works_whatever_its_parts_are_called(group):
    config = {**replica_set(), **SECRETS}
    config["processes"].append(process("access_token", "db0.auth.example.com"))
    group.publish(config)
    before = group.get("/automationStatus")
    group.control("PUT", "/state", group.control("GET", "/state"))
    assert group.get("/automationStatus") == before
    assert group.get(CONFIG)["auth"]["autoAuthMechanism"] == "SCRAM-SHA-256"
    assert group.publish(replica_set()) == 3


@pytest.mark.evidence("CLIENT", "G monitoring_agent_config_test.go; K testdata")
@pytest.mark.parametrize("agent", ["monitoring", "backup"])
def test_an_agents_configuration_has_defaults_and_is_replaced(group, agent):
    path = f"{CONFIG}/{agent}AgentConfig"
    default = group.get(path)
    assert default["logPath"] == f"/var/log/mongodb-mms-automation/{agent}-agent.log"
    assert default["logRotate"] == {"sizeThresholdMB": 1000, "timeThresholdHrs": 24}
    assert group.call("PUT", path, {"username": "u", "password": "p"}) == {}
    assert group.get(path) == {"username": "u", "password": "p"}
    assert group.get(CONFIG)["version"] == 2


@pytest.mark.evidence("CLIENT", "K om/omclient.go:258-263")
@pytest.mark.parametrize("log", ["systemLog", "auditLog"])
def test_log_rotation_is_kept_and_switched_off_by_an_empty_object(group, log):
    path, rotation = f"{CONFIG}/{log}RotateConfig", {"numTotal": 10, "sizeThresholdMB": 1000.5}
    group.call("PUT", path, rotation)
    assert group.get(path) == rotation
    group.call("PUT", path, {})
    assert group.get(path) == {}


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-update-agent-versions")])
@pytest.mark.parametrize("kind", [None, "application/x-www-form-urlencoded"])
def test_update_agent_versions_needs_no_body_and_no_content_type(group, name, kind):
    assert "agentVersion" not in group.get(CONFIG)
    headers = {"Content-Type": kind} if kind else {}
    answer = group.session.post(f"{group.url}{CONFIG}/updateAgentVersions", headers=headers)
    ours, theirs = answer.json(), json.loads(recorded(name)["response"]["body"])
    assert (answer.status_code, list(ours)) == (200, list(theirs))
    assert {key for key in ours if ours[key] is None} == {
        key for key in theirs if theirs[key] is None
    }
    config, version = group.get(CONFIG), theirs["automationAgentVersion"]
    assert (config["version"], config["agentVersion"]["name"]) == (2, version)


@pytest.mark.evidence("DOCS", "roles of the pages")
@pytest.mark.parametrize(
    ("role", "status"), [("AUTOMATION_ADMIN", 200), ("OWNER", 200), ("MONITORING_ADMIN", 401)]
)
def test_an_automation_admin_may_publish_and_every_role_may_read(tmp_path, role, status):
    key = key_with({"groupId": EMPTY, "roleName": f"GROUP_{role}"})
    with Emulator(seed=seed_file(tmp_path, apiKeys=[key])) as server, signed(OWNER) as session:
        group = Group(server, session)
        assert group.get(CONFIG)["version"] == 1
        group.call("PUT", CONFIG, {}, status)


def test_a_configuration_of_300_kilobytes_and_100_processes_is_published(group):
    builds = [{"gitVersion": f"{number:040d}", "platform": "linux"} for number in range(40)]
    versions = [{"name": f"8.0.{number}", "builds": builds} for number in range(100)]
    config = replica_set(size=100, mongoDbVersions=versions)
    assert len(json.dumps(config)) > 300_000
    group.publish(config)
    assert len(group.get("/automationStatus")["processes"]) == 100
