"""How scripts set up a laboratory in a new Ops Manager, from the first user to the last step."""

from __future__ import annotations

import json

import pytest
import requests

from tests.mongodb.automation.configs import members
from tests.mongodb.chains.bodies import DAEMON, MACHINE
from tests.wire import body_of

HOSTS = [f"node{number}" for number in range(4)]
FIRST = {
    "username": "admin@example.com",
    "password": "Passw0rd.",
    "emailAddress": "admin@example.com",
    "firstName": "Native",
    "lastName": "Admin",
}
LIST_ENTRY = {"cidrBlock": "192.168.1.0/24", "description": "omserver whitelist"}
STORES = {
    "snapshot/fileSystemConfigs": {
        "assignmentEnabled": True,
        "id": "native-lab-filesystem",
        "loadFactor": 1,
        "storePath": "/data/snapshots",
        "mmapv1CompressionSetting": "NONE",
        "wtCompressionSetting": "GZIP",
    },
    "oplog/mongoConfigs": {
        "assignmentEnabled": True,
        "encryptedCredentials": False,
        "id": "native-lab-oplog",
        "uri": "mongodb://h:27017",
        "ssl": False,
        "writeConcern": "ACKNOWLEDGED",
    },
}
STARTED = {"statusName": "STARTED", "storageEngineName": "WIRED_TIGER", "syncSource": "primary"}
SCHEDULE = {
    "snapshotIntervalHours": 24,
    "snapshotRetentionDays": 2,
    "fullIncrementalDayOfWeek": "SUNDAY",
}
ALERT = {
    "eventTypeName": "HOST_DOWN",
    "enabled": True,
    "notifications": [{"typeName": "GROUP", "intervalMin": 5, "emailEnabled": True}],
}


def edited(config):
    """A configuration after the script's edits: two replica sets, and a version of 300 kB."""
    config["auth"]["disabled"] = True
    config["version"] += 1
    rotation = {"sizeThresholdMB": 1000, "timeThresholdHrs": 24}
    for agents in ("monitoringVersions", "backupVersions"):
        config[agents] = [
            {"hostname": host, "logPath": "/var/log/mongodb-mms-automation", "logRotate": rotation}
            for host in HOSTS
        ]
    build = {"architecture": "amd64", "platform": "linux", "url": "https://example.com/8.0.5.tgz"}
    config["mongoDbVersions"] += [{"name": "8.0.5", "builds": [build] * 3400}]
    for name, hosts in (("lab", HOSTS[:3]), ("single", HOSTS[3:])):
        processes, row = members(name, hosts)
        config["processes"] += processes
        config["replicaSets"].append(row)
    return config


@pytest.mark.evidence("CLIENT", "a script for a laboratory on Ops Manager 9, with others' variants")
def test_a_script_goes_from_the_first_user_to_backups_and_alerts_and_takes_all_down(call):
    for path in ("/monitor/health", "/user/login"):
        call("GET", path, base=call.server.base_url)
    made = requests.post(
        f"{call.server.url}/unauth/users?whitelist=127.0.0.1", json=FIRST, timeout=9
    )
    assert made.status_code == 201
    key = made.json()["programmaticApiKey"]
    call.session.auth.username = key["publicKey"]
    call.session.auth.password = key["privateKey"]
    call("POST", "/admin/whitelist", LIST_ENTRY)

    assert {org["isDeleted"] for org in call.results("/orgs")} == {False}
    org = call("POST", "/orgs", {"name": "native-lab"}, 201)["id"]
    assert call.code("GET", "/groups/byName/native-lab-project") == "GROUP_NAME_NOT_FOUND"
    project = call("POST", "/groups", {"name": "native-lab-project", "orgId": org}, 201)
    group = f"/groups/{project['id']}"
    assert len(project["agentApiKey"]) == 56
    assert call("GET", "/groups/byName/native-lab-project")["id"] == project["id"]
    user = call("GET", f"/users/byName/{FIRST['username']}")["id"]
    roles = [{"id": user, "roles": [{"roleName": "GROUP_OWNER"}]}]
    assert user in {each["id"] for each in call("POST", f"{group}/users", roles)["results"]}
    call("POST", f"{group}/agentapikeys", {"desc": "native-lab-agent-key"}, 201)
    assert call("GET", "/softwareComponents/versions")["automationVersion"]

    assert call.results(f"{group}/agents/AUTOMATION") == []
    call.start_agents(project["id"], *HOSTS)
    call.wait(10)
    assert call.results(f"{group}/agents/AUTOMATION")[0]["hostname"] == HOSTS[0]
    config = edited(call("GET", f"{group}/automationConfig"))
    assert len(json.dumps(config)) > 290_000
    assert call("PUT", f"{group}/automationConfig", config) == {}
    assert not call.reached(group)
    call.wait(15)
    assert call.reached(group)
    assert call("GET", f"{group}/automationConfig")["version"] == config["version"]

    prepare_backups(call)
    clusters = call.results(f"{group}/clusters")
    (cluster,) = [each["id"] for each in clusters if each["replicaSetName"] == "lab"]
    backup = f"{group}/backupConfigs/{cluster}"
    call("PATCH", backup, STARTED)
    call.wait(15)
    schedule = call("PATCH", f"{backup}/snapshotSchedule", SCHEDULE)
    assert SCHEDULE.items() <= schedule.items()
    snapshots = f"{group}/clusters/{cluster}/snapshots"
    assert call("POST", f"{snapshots}/onDemandSnapshot?retentionDays=2")["timestamp"]
    call("POST", f"{group}/integrations/WEBHOOK", body_of("WEBHOOK"))
    call("POST", f"{group}/alertConfigs", ALERT, 201)
    take_down(call, org, group, backup)


def prepare_backups(call):
    """The steps of a script that may be run again."""
    daemons = "/admin/backup/daemon/configs"
    assert [daemon["configured"] for daemon in call.results(daemons)] == [False]
    daemon = call("PUT", f"{daemons}/{MACHINE}/", DAEMON)
    assert call.results(daemons) == [daemon]
    for status in (201, 200):
        for kind, store in STORES.items():
            stores = f"/admin/backup/{kind}"
            is_there = store["id"] in {each["id"] for each in call.results(stores)}
            assert is_there == (status == 200)
            if is_there:
                call("PUT", f"{stores}/{store['id']}", store)
            else:
                call("POST", stores, store, 201)


def take_down(call, org, group, backup):
    """Delete the projects and the organization, first as a script that ignores the answers."""
    (project,) = call.results(f"/orgs/{org}/groups")
    assert group.endswith(project["id"])
    assert call.code("DELETE", group, {}, 409) == "CANNOT_CLOSE_GROUP_ACTIVE_BACKUP"
    assert call.code("DELETE", f"/orgs/{org}", {}, 409) == "ORG_NOT_EMPTY"
    for status in ("STOPPED", "TERMINATING"):
        call("PATCH", backup, {"statusName": status})
        call.wait(15)
    assert call.code("DELETE", group, {}, 409) == "CANNOT_CLOSE_GROUP_MANAGED_DEPLOYMENTS"
    call("PUT", f"{group}/automationConfig", {})
    call("DELETE", group, {}, 202)
    call("DELETE", f"/orgs/{org}", {}, 204)
    assert org not in {each["id"] for each in call.results("/orgs")}
