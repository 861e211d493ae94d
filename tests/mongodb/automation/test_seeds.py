"""Automation in seeds and settings, over the admin API and on the command line."""

from __future__ import annotations

import json

import pytest

from opsemu.server import Emulator
from opsemu.testing.admin_client import ControlError
from opsemu.worlds.seed_errors import SeedError
from tests.cli.conftest import run  # noqa: F401
from tests.conftest import DEMO, EMPTY, OWNER, signed
from tests.mongodb.automation.configs import replica_set, sharded
from tests.mongodb.automation.conftest import Group
from tests.wire import seed_file

ORG = "decafbaddecafbaddecafbad"
ABOUT = {"id": EMPTY, "name": "Empty Project", "orgId": ORG}


def seeded(tmp_path, **project):
    """An emulator whose one project says this about automation."""
    return Emulator(seed=seed_file(tmp_path, projects=[{**ABOUT, **project}], apiKeys=KEYS))


KEYS = [
    {
        "publicKey": OWNER[0],
        "privateKey": OWNER[1],
        "roles": [{"orgId": ORG, "roleName": "ORG_OWNER"}],
    }
]


def test_a_seed_has_a_configuration_servers_and_backups(tmp_path):
    config = {**sharded(shards=1), "version": 7}
    with (
        seeded(
            tmp_path, automationConfig=config, servers=["spare"], backups={"shannon": "STARTED"}
        ) as server,
        signed(OWNER) as session,
    ):
        group = Group(server, session)
        for _ in range(2):
            status = group.get("/automationStatus")
            assert (group.get("/automationConfig")["version"], status["goalVersion"]) == (7, 7)
            assert {row["lastGoalVersionAchieved"] for row in status["processes"]} == {7}
            agents = {
                row["hostname"]: row["stateName"] for row in group.results("/agents/AUTOMATION")
            }
            assert (len(agents), agents["spare"]) == (8, "NO_PROCESSES")
            assert {row["statusName"] for row in group.results("/backupConfigs")} == {"STARTED"}
            parent = min(group.results("/clusters"), key=len)["id"]
            assert len(group.results(f"/clusters/{parent}/snapshots")) == 1
            group.publish({})
            server.reset()


def test_a_seeded_version_goes_on_from_there(tmp_path):
    with seeded(tmp_path, automationConfig={"version": 7}) as server, signed(OWNER) as session:
        assert Group(server, session).publish({"version": 7}) == 8


@pytest.mark.parametrize(
    ("project", "sentence"),
    [
        ({"automationConfig": {"processes": [1]}}, "projects[0].automationConfig.processes[0]: "),
        ({"backups": {"rs": "STARTED"}}, "projects[0].backups.rs: "),
        ({"backups": {"rs": "DONE"}}, "projects[0].backups.rs.value: "),
        ({"servers": [""]}, "projects[0].servers[0]: "),
    ],
)
def test_a_mistake_in_a_seed_is_told_with_its_place(tmp_path, project, sentence):
    with pytest.raises(SeedError) as refused:
        seeded(tmp_path, **project).start()
    assert sentence in str(refused.value)


@pytest.mark.evidence("CLIENT", "mongocli and N wait for agents before any configuration")
def test_servers_of_the_settings_are_in_each_new_project(tmp_path):
    with Emulator(servers="om-1, om-2,") as server, signed(OWNER) as session:
        body = {"name": "Made", "orgId": ORG}
        made = session.post(f"{server.url}/groups", json=body).json()
        agents = session.get(f"{server.url}/groups/{made['id']}/agents/AUTOMATION").json()
        assert [agent["hostname"] for agent in agents["results"]] == ["om-1", "om-2"]
        assert made["activeAgentCount"] == 2
        assert Group(server, session).results("/agents/AUTOMATION") == []


def test_a_server_is_added_stopped_and_started_again(group):
    query = {"project": EMPTY}
    assert group.control("PUT", "/servers/db-1", **query)["stopped"] is None
    (agent,) = group.results("/agents/AUTOMATION")
    assert agent["hostname"] == "db-1"
    group.publish({})
    stopped = group.control("POST", "/servers/db-1/stop", **query)["stopped"]
    assert group.get()["activeAgentCount"] == 1
    group.advance(60)
    (agent,) = group.results("/agents/AUTOMATION")
    assert agent["lastConf"] == stopped == group.get()["lastActiveAgent"]
    assert group.get()["activeAgentCount"] == 0
    group.control("PUT", "/servers/db-1", **query)
    assert group.get()["activeAgentCount"] == 1
    assert [row["hostname"] for row in group.control("GET", "/servers", **query)["servers"]] == [
        "db-1"
    ]


def test_processes_stick_with_an_error_until_they_are_released(group):
    group.publish(replica_set())
    body = {"processes": ["rs_0"], "errorCode": 401, "errorString": "no space left"}
    shown = group.control("POST", "/automation/stuck", body, project=EMPTY)
    assert shown == {"processes": ["rs_0"]}
    group.publish(replica_set())
    first, second, _ = group.get("/automationStatus")["processes"]
    assert (first["lastGoalVersionAchieved"], second["lastGoalVersionAchieved"]) == (2, 3)
    assert (first["errorCode"], first["errorString"]) == (401, "no space left")
    group.control("DELETE", "/automation/stuck", project=EMPTY)
    assert group.get("/automationStatus")["processes"][0]["lastGoalVersionAchieved"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("POST", "/servers/x/stop", None, "there is no server 'x' in this project"),
        ("POST", "/automation/stuck", {"processes": ["x"]}, "there is no process 'x'"),
        ("POST", "/automation/stuck", {"processes": []}, "processes: "),
    ],
)
def test_what_is_not_there_is_told(group, method, path, body, sentence):
    with pytest.raises(ControlError, match=sentence):
        group.control(method, path, body, project=EMPTY)


@pytest.mark.parametrize(("method", "path"), [("GET", "/servers"), ("PUT", "/servers/x")])
def test_servers_of_an_unknown_project_are_refused(group, method, path):
    with pytest.raises(ControlError, match="no project"):
        group.control(method, path, project="0" * 24)


def test_verbs_add_servers_and_make_processes_stick(group, run):  # noqa: F811
    def opsemu(*arguments):
        done = run(*arguments, "--url", group.server.base_url)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert opsemu("server", "add", "db-9", "--project", EMPTY) == "the agents of db-9 run\n"
    assert opsemu("server", "list", "--project", EMPTY).splitlines()[1].startswith("db-9")
    stopped = opsemu("server", "stop", "db-9", "--project", EMPTY, "--json")
    assert json.loads(stopped)["stopped"]
    group.publish(replica_set())
    stick = ("automation", "stick", "rs_0", "rs_1", "--error-code", "5", "--error", "no")
    assert opsemu(*stick, "--project", EMPTY) == "stuck: rs_0, rs_1\n"
    group.publish(replica_set())
    rows = group.get("/automationStatus")["processes"]
    assert [row["lastGoalVersionAchieved"] for row in rows] == [2, 2, 3]
    assert opsemu("automation", "release", "--project", EMPTY) == "no process is stuck\n"
    opsemu("server", "add", "first")
    assert "first" in json.dumps(group.control("GET", "/servers", project=DEMO))
