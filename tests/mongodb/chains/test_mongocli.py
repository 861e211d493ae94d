"""What mongocli's commands call; `make clients` makes the same calls with its Go library."""

from __future__ import annotations

import pytest

from tests.conftest import EMPTY
from tests.mongodb.automation.configs import replica_set

GROUP = f"/groups/{EMPTY}"
ORG = "/orgs/decafbaddecafbaddecafbad"
PAGE = "pageNum=1&itemsPerPage=100&includeCount=true"
# Commands that list what a project has, with the paging that mongocli sends.
LISTS = {
    "agents list": f"{GROUP}/agents/AUTOMATION?{PAGE}",
    "agents apiKeys list": f"{GROUP}/agentapikeys",
    "agents versions list": f"{GROUP}/agents/versions",
    "alerts list": f"{GROUP}/alerts?{PAGE}&status=OPEN",
    "alerts config list": f"{GROUP}/alertConfigs?{PAGE}",
    "alerts global list": f"/globalAlerts?{PAGE}&status=OPEN",
    "backup config list": f"{GROUP}/backupConfigs?{PAGE}",
    "clusters list": f"{GROUP}/clusters?{PAGE}",
    "events list of a project": f"{GROUP}/events?{PAGE}",
    "events list of an organization": f"{ORG}/events?{PAGE}",
    "featurePolicies list": f"{GROUP}/controlledFeature?{PAGE}",
    "logs jobs list": f"{GROUP}/logCollectionJobs?verbose=true",
    "maintenanceWindows list": f"{GROUP}/maintenanceWindows",
    "processes list": f"{GROUP}/hosts?{PAGE}",
    "serverUsage organizations hosts list": f"/usage/organizations/{ORG[6:]}/hosts?{PAGE}",
    "serverUsage projects hosts list": f"/usage{GROUP}/hosts?{PAGE}",
    "iam orgs list": f"/orgs?{PAGE}",
    "iam orgs apiKeys list": f"{ORG}/apiKeys?{PAGE}",
    "iam orgs invitations list": f"{ORG}/invites",
    "iam orgs users list": f"{ORG}/users?{PAGE}",
    "iam projects list": f"{ORG}/groups?{PAGE}",
    "iam projects apiKeys list": f"{GROUP}/apiKeys?{PAGE}",
    "iam projects invitations list": f"{GROUP}/invites",
    "iam projects teams list": f"{GROUP}/teams?{PAGE}",
    "iam projects users list": f"{GROUP}/users?{PAGE}",
    "iam teams list": f"{ORG}/teams?{PAGE}",
    "iam globalApiKeys list": f"/admin/apiKeys?{PAGE}",
    "iam globalAccessLists list": f"/admin/whitelist?{PAGE}",
    "admin backup blockstores list": f"/admin/backup/snapshot/mongoConfigs?{PAGE}",
    "admin backup fileSystems list": f"/admin/backup/snapshot/fileSystemConfigs?{PAGE}",
    "admin backup s3 list": f"/admin/backup/snapshot/s3Configs?{PAGE}",
    "admin backup oplog list": f"/admin/backup/oplog/mongoConfigs?{PAGE}",
    "admin backup sync list": f"/admin/backup/sync/mongoConfigs?{PAGE}",
}


@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS)
@pytest.mark.evidence("CLIENT", "M: the commands' calls, with the paging that it sends")
def test_what_a_command_lists_is_served(call, path):
    call("GET", path)


@pytest.mark.evidence(
    "CLIENT", "M: clusters create, automation watch, clusters describe and delete"
)
def test_mongocli_creates_and_deletes_a_cluster(call):
    config = call("GET", f"{GROUP}/automationConfig")
    publish(call, {**config, **replica_set()})
    (cluster,) = call.results(f"{GROUP}/clusters?{PAGE}")
    assert call("GET", f"{GROUP}/clusters/{cluster['id']}")["replicaSetName"] == "rs"

    config = call("GET", f"{GROUP}/automationConfig")
    names = [f"{process['hostname']}:27017" for process in config["processes"]]
    ids = [call("GET", f"{GROUP}/hosts/byName/{name}")["id"] for name in names]
    publish(call, {**config, "processes": [{**p, "disabled": True} for p in config["processes"]]})
    config = call("GET", f"{GROUP}/automationConfig")
    publish(call, {**config, "processes": [], "replicaSets": []})
    assert len(call.results(f"{GROUP}/clusters")) == 1
    for host_id in ids:
        call("DELETE", f"{GROUP}/hosts/{host_id}")
    assert (call.results(f"{GROUP}/hosts"), call.results(f"{GROUP}/clusters")) == ([], [])


def publish(call, config):
    """Put a configuration, and watch it until the processes have it."""
    call("PUT", f"{GROUP}/automationConfig", config)
    for _ in range(3):
        if call.reached(GROUP):
            return
        call.wait(4)
    pytest.fail("the goal is not reached")
