"""What real clients do with a deployment, call by call."""

from __future__ import annotations

import pytest
import requests

from tests.conftest import EMPTY
from tests.mongodb.automation.configs import replica_set

LOG = {"sizeThresholdMB": 1000, "timeThresholdHrs": 24}


class Operator:
    """The Kubernetes operator: a probe without a body comes before each request."""

    def __init__(self, group):
        self.group = group

    def __call__(self, method, path, body=None, status=200):
        probe = requests.request(method, f"{self.group.url}{path}")
        assert (probe.status_code, probe.headers["WWW-Authenticate"][:6]) == (401, "Digest")
        return self.group.call(method, path, body, status)


@pytest.mark.evidence("CLIENT", "K controllers/om: a reconcile of a replica set, and its deletion")
def test_the_operator_reconciles_a_replica_set_and_deletes_it(slow):
    call, hosts = Operator(slow), [f"pod-{number}.svc.cluster.local" for number in range(3)]
    key = call("POST", "/agentapikeys", {"desc": "Agent key for Kubernetes"}, 201)["key"]
    assert len(key) == 56
    config = call("GET", "/automationConfig")
    assert config["processes"] == []
    for agent in ("monitoring", "backup"):
        path = f"/automationConfig/{agent}AgentConfig"
        call("PUT", path, {**call("GET", path), "logRotate": LOG})
    for log in ("systemLog", "auditLog"):
        call("PUT", f"/automationConfig/{log}RotateConfig", LOG)
    assert call("GET", "/agents/AUTOMATION?pageNum=1")["results"] == []
    for host in hosts:
        slow.control("PUT", f"/servers/{host}", project=EMPTY)
    slow.advance(5)
    agents = call("GET", "/agents/AUTOMATION?pageNum=1")["results"]
    assert [agent["hostname"] for agent in agents] == hosts
    before = call("GET", "/automationConfig")
    wanted = replica_set()
    for process, host in zip(wanted["processes"], hosts, strict=True):
        process["hostname"] = host
    call("PUT", "/automationConfig", {**before, **wanted})
    for is_over in (False, True):
        status = call("GET", "/automationStatus")
        rows = status["processes"]
        reached = {row["lastGoalVersionAchieved"] == status["goalVersion"] for row in rows}
        assert reached == {is_over}
        slow.advance(5)
    (cluster,) = [row["clusterId"] for row in call("GET", "/backupConfigs")["results"]]
    assert call("GET", f"/clusters/{cluster}")["typeName"] == "REPLICA_SET"
    body = {"clusterId": cluster, "statusName": "STARTED", "syncSource": "SECONDARY"}
    for change, reached in (
        ({**body, "excludedNamespaces": None, "provisioned": True}, "STARTED"),
        ({"statusName": "STOPPED"}, "STOPPED"),
        ({"statusName": "TERMINATING"}, "INACTIVE"),
    ):
        call("PATCH", f"/backupConfigs/{cluster}", change)
        slow.advance(5)
        assert call("GET", f"/backupConfigs/{cluster}")["statusName"] == reached
    call("POST", "/automationConfig/updateAgentVersions")
    empty = {"processes": [], "replicaSets": [], "monitoringVersions": [], "backupVersions": []}
    call("PUT", "/automationConfig", {**call("GET", "/automationConfig"), **empty})
    for host in call("GET", "/hosts/")["results"]:
        call("DELETE", f"/hosts/{host['id']}")
    assert call("GET", "/hosts/")["results"] == []
    call("DELETE", "", status=202)


@pytest.mark.evidence("CLIENT", "M clusters/delete.go: ids by name, shut down, remove, delete")
def test_mongocli_deletes_a_cluster(group):
    group.publish(replica_set())
    config = group.get("/automationConfig")
    ids = [
        group.get(f"/hosts/byName/{process['hostname']}:27017")["id"]
        for process in config["processes"]
    ]
    for process in config["processes"]:
        process["disabled"] = True
    group.publish(config)
    status = group.get("/automationStatus")
    reached = {row["lastGoalVersionAchieved"] for row in status["processes"]}
    assert reached == {status["goalVersion"]}
    group.publish({**group.get("/automationConfig"), "processes": [], "replicaSets": []})
    assert len(group.results("/clusters")) == 1
    for host_id in ids:
        group.call("DELETE", f"/hosts/{host_id}")
    assert (group.results("/hosts"), group.results("/clusters")) == ([], [])
