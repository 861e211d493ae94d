"""What the Kubernetes operator asks, each request after a probe without a body."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest
import requests

from tests.conftest import EMPTY
from tests.mongodb.automation.configs import members
from tests.mongodb.chains.bodies import BUCKET, DAEMON, DATABASE, MACHINE

PRIVATE = "/api/private/v1.0"
LOG = {"sizeThresholdMB": 1000, "timeThresholdHrs": 24}
OPERATOR = {"name": "mongodb-kubernetes-operator", "version": "1.2.3"}
POLICIES = [
    {"policy": "EXTERNALLY_MANAGED_LOCK", "disabledParams": []},
    {"policy": "DISABLE_SET_MONGOD_VERSION", "disabledParams": None},
]
PODS = [f"my-set-{number}.my-set-svc.ns.svc.cluster.local" for number in range(3)]


@pytest.fixture
def operator(call):
    """The operator: it probes before each request."""
    call.probes = True
    return call


@pytest.mark.evidence("CLIENT", "K controllers/om: a reconcile of a replica set, and its deletion")
def test_the_operator_reconciles_a_replica_set_and_deletes_it(operator):
    call = operator
    group, project_id = find_project(call)
    assert (
        len(call("POST", f"{group}/agentapikeys", {"desc": "Agent key for Kubernetes"}, 201)["key"])
        == 56
    )
    lock = {"externalManagementSystem": OPERATOR, "policies": POLICIES}
    locked = call("PUT", f"{group}/controlledFeature", lock)["policies"]
    assert locked == [{"policy": each["policy"]} for each in POLICIES]
    config = f"{group}/automationConfig"
    assert call("GET", config)["processes"] == []
    for agent in ("monitoring", "backup"):
        path = f"{config}/{agent}AgentConfig"
        call("PUT", path, {**call("GET", path), "logRotate": LOG})
    for log in ("systemLog", "auditLog"):
        call("PUT", f"{config}/{log}RotateConfig", LOG)
    agents = f"{group}/agents/AUTOMATION?pageNum=1"
    assert call.results(agents) == []
    call.start_agents(project_id, *PODS)
    call.wait(5)
    assert [agent["hostname"] for agent in call.results(agents)] == PODS
    processes, row = members("my-set", PODS)
    wanted = call("GET", config)
    publish(call, group, {**wanted, "auth": {**wanted["auth"], "disabled": True}})
    for number in range(1, 4):  # one member at a time
        rows = {**row, "members": row["members"][:number]}
        more = {"processes": processes[:number], "replicaSets": [rows]}
        monitored = [{"hostname": pod} for pod in PODS]
        publish(call, group, {**call("GET", config), **more, "monitoringVersions": monitored})
    publish(
        call,
        group,
        {
            **call("GET", config),
            "processes": processes[:2],
            "replicaSets": [{**row, "members": row["members"][:2]}],
        },
    )
    (left,) = [each for each in call.results(f"{group}/hosts/") if each["hostname"] == PODS[2]]
    call("DELETE", f"{group}/hosts/{left['id']}")
    back_up(call, group)
    call("POST", f"{config}/updateAgentVersions")
    assert call("GET", "/softwareComponents/versions/")["automationVersion"]
    nothing = {"processes": [], "replicaSets": [], "monitoringVersions": [], "backupVersions": []}
    publish(call, group, {**call("GET", config), **nothing})
    for host in call.results(f"{group}/hosts/"):
        call("DELETE", f"{group}/hosts/{host['id']}")
    assert call.results(f"{group}/hosts/") == []
    unlock = {"externalManagementSystem": OPERATOR, "policies": []}
    assert call("PUT", f"{group}/controlledFeature", unlock)["policies"] == []
    call("DELETE", group, status=202)


def find_project(call):
    """The path and the id of the operator's project, which is not there yet."""
    org = call("GET", "/orgs/decafbaddecafbaddecafbad")["id"]
    assert call.results("/orgs?name=my-project") == []
    assert call.code("GET", f"/orgs/{org}/groups?name=my-project") == "GROUP_NAME_NOT_FOUND"
    project = call("POST", "/groups", {"name": "my-project", "orgId": org}, 201)
    assert [each["id"] for each in call.results(f"/orgs/{org}/groups?name=my-project")] == [
        project["id"]
    ]
    group = f"/groups/{project['id']}"
    tagged = {"id": project["id"], "name": "my-project", "orgId": org, "tags": ["NAMESPACE"]}
    assert call("PATCH", group, tagged)["tags"] == ["NAMESPACE"]
    return group, project["id"]


def publish(call, group, config):
    """Put a configuration, and wait as long as the operator does: 30 times 3 seconds."""
    call("PUT", f"{group}/automationConfig", config)
    for _ in range(30):
        if call.reached(group):
            return
        call.wait(3)
    pytest.fail("the goal is not reached")


def back_up(call, group):
    """A backup from its start to its end."""
    (cluster,) = [row["clusterId"] for row in call.results(f"{group}/backupConfigs")]
    call("GET", f"/admin/backup{group}", status=404)
    assert call("GET", f"{group}/clusters/{cluster}")["typeName"] == "REPLICA_SET"
    start = {
        "clusterId": cluster,
        "encryptionEnabled": False,
        "excludedNamespaces": None,
        "includedNamespaces": None,
        "provisioned": True,
        "statusName": "STARTED",
        "storageEngineName": "WIRED_TIGER",
        "syncSource": "SECONDARY",
        "groupId": group.rpartition("/")[2],
    }
    backup = f"{group}/backupConfigs/{cluster}"
    for change, reached in (
        (start, "STARTED"),
        ({"statusName": "STOPPED"}, "STOPPED"),
        ({"statusName": "TERMINATING"}, "INACTIVE"),
    ):
        call("PATCH", backup, change)
        call.wait(5)
        assert call("GET", backup)["statusName"] == reached
        if reached == "STARTED":
            schedule = call("GET", f"{backup}/snapshotSchedule")
            call("PATCH", f"{backup}/snapshotSchedule", {**schedule, "snapshotIntervalHours": 12})


@pytest.mark.evidence("CLIENT", "mongodb-kubernetes, the resource MongoDBOpsManager")
def test_what_the_operator_asks_of_an_ops_manager_with_backups(operator):
    call = operator
    lists = "pretty=true&whitelist=0.0.0.0/1&whitelist=128.0.0.0/1"
    user = {"username": "u", "password": "Passw0rd.", "firstName": "f", "lastName": "l"}
    first = requests.post(f"{call.server.url}/unauth/users?{lists}", json=user, timeout=9)
    assert (first.status_code, "programmaticApiKey" in first.json()) == (201, True)
    keys = call.results("/admin/apiKeys")
    assert first.json()["programmaticApiKey"]["publicKey"] in {key["publicKey"] for key in keys}
    header = call.session.get(f"{call.server.url}/").headers["X-MongoDB-Service-Version"]
    assert re.search(r"versionString=\d+\.\d+\.\d+\.", header)
    for head in ("/head/", "/other/head/"):
        daemons = f"/admin/backup/daemon/configs/{MACHINE}"
        one = f"{daemons}/{quote_plus(head)}"
        assert call.code("GET", one) == "DAEMON_MACHINE_CONFIG_NOT_FOUND"
        machine = {"headRootDirectory": head, "machine": MACHINE}
        call("PUT", daemons, {**DAEMON, "machine": machine})
        daemon = call("GET", one)
        assert (daemon["machine"], daemon["configured"]) == (machine, True)
        changed = {**daemon, "assignmentEnabled": False}
        assert call("PUT", one, changed) == changed
    kinds = ["oplog/s3Configs", "snapshot/s3Configs", "oplog/mongoConfigs", "snapshot/mongoConfigs"]
    for kind in kinds:
        stores, body = f"/admin/backup/{kind}", BUCKET if "s3" in kind else DATABASE
        assert call.results(f"{stores}/") == []
        call("POST", f"{stores}/", body, 201)
        (store,) = call.results(f"{stores}/")
        assert {**body, "labels": []}.items() <= store.items()
        assert call("PUT", f"{stores}/store", {**store, "labels": ["l"]})["labels"] == ["l"]
        call("DELETE", f"{stores}/store", status=204)
    assert call.results("/admin/backup/snapshot/fileSystemConfigs/") == []
    call.probes = False
    mark = f"{PRIVATE}/groups/{EMPTY}/markAsBackingDatabase"
    tolerated = call("POST", mark, "APP_DB", 404, call.server.base_url)
    assert tolerated["errorCode"] == "RESOURCE_NOT_FOUND"
