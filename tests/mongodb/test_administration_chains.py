"""What scripts and the Kubernetes operator ask of a new Ops Manager's administration, in order."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.wire import body_of, key_with, seed_file

MACHINE = "om.example.com"
DAEMON = {
    "assignmentEnabled": True,
    "backupJobsEnabled": True,
    "configured": True,
    "garbageCollectionEnabled": True,
    "headDiskType": "SSD",
    "machine": {"headRootDirectory": "/data/backup_head/", "machine": MACHINE},
    "numWorkers": 2,
    "resourceUsageEnabled": True,
    "restoreQueryableJobsEnabled": True,
}
FILES = {
    "assignmentEnabled": True,
    "id": "native-lab-filesystem",
    "loadFactor": 1,
    "storePath": "/data/snapshots",
    "mmapv1CompressionSetting": "NONE",
    "wtCompressionSetting": "GZIP",
}
OPLOG = {
    "assignmentEnabled": True,
    "encryptedCredentials": False,
    "id": "native-lab-oplog",
    "uri": "mongodb://h:27017",
    "ssl": False,
    "writeConcern": "ACKNOWLEDGED",
}
DATABASE = {
    "id": "store",
    "uri": "mongodb://h:27017/",
    "ssl": False,
    "assignmentEnabled": True,
    "encryptedCredentials": False,
    "usedSize": 0,
    "labels": None,
    "loadFactor": 0,
}
BUCKET = {
    "acceptedTos": True,
    "assignmentEnabled": True,
    "awsAccessKey": "",
    "awsSecretKey": "",
    "disableProxyS3": False,
    "encryptedCredentials": False,
    "id": "store",
    "labels": None,
    "pathStyleAccessEnabled": True,
    "s3AuthMethod": "IAM_ROLE",
    "s3BucketEndpoint": "s3.us-east-1.amazonaws.com",
    "s3BucketName": "bucket",
    "s3MaxConnections": 50,
    "s3RegionOverride": "",
    "sseEnabled": False,
    "ssl": False,
    "uri": "mongodb://h:27017/",
}
PRIVATE = "/api/private/v1.0"


@pytest.fixture
def server(tmp_path):
    seed = seed_file(tmp_path, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])
    with Emulator(seed=seed) as server:
        yield server


@pytest.fixture
def call(server):
    """Signed requests below the API's URL; the status and the body."""
    with signed(OWNER) as session:

        def call(method, path, body=None, base=server.url):
            answer = session.request(method, f"{base}{path}", json=body)
            return answer.status_code, answer.json() if answer.content else None

        yield call


@pytest.mark.evidence("CLIENT", "a script that sets up a laboratory on Ops Manager 9")
def test_the_steps_of_a_bootstrap_that_prepare_backups_and_integrations(call):
    daemons = "/admin/backup/daemon/configs"
    status, listed = call("GET", daemons)
    assert (status, listed["totalCount"], listed["results"][0]["configured"]) == (200, 1, False)
    status, daemon = call("PUT", f"{daemons}/{MACHINE}/", DAEMON)
    assert (status, daemon["machine"]) == (200, DAEMON["machine"])
    assert call("GET", daemons)[1]["results"] == [daemon]
    stores = {"snapshot/fileSystemConfigs": FILES, "oplog/mongoConfigs": OPLOG}
    for _ in range(2):  # the script may be run again
        for path, store in stores.items():
            url = f"/admin/backup/{path}"
            listed_ids = [each["id"] for each in call("GET", url)[1]["results"]]
            if store["id"] in listed_ids:
                assert call("PUT", f"{url}/{store['id']}", store)[0] == 200
            else:
                assert call("POST", url, store)[0] == 201
            assert call("GET", url)[1]["totalCount"] == 1
    webhook = body_of("WEBHOOK")
    assert call("POST", f"/groups/{EMPTY}/integrations/WEBHOOK", webhook)[0] == 200
    alert = {
        "eventTypeName": "HOST_DOWN",
        "enabled": True,
        "notifications": [{"typeName": "GROUP", "intervalMin": 5, "emailEnabled": True}],
    }
    assert call("POST", f"/groups/{EMPTY}/alertConfigs", alert)[0] == 201


@pytest.mark.evidence("CLIENT", "mongodb-kubernetes, the resource MongoDBOpsManager")
def test_what_the_operator_asks_of_an_ops_manager_with_backups(call, server):
    with signed(OWNER) as session:
        header = session.get(f"{server.url}/").headers["X-MongoDB-Service-Version"]
    assert re.search(r"versionString=\d+\.\d+\.\d+\.", header)
    for head in ("/head/", "/other/head/"):
        daemons, encoded = "/admin/backup/daemon/configs", quote_plus(head)
        status, missing = call("GET", f"{daemons}/{MACHINE}/{encoded}")
        assert (status, missing["errorCode"]) == (404, "DAEMON_MACHINE_CONFIG_NOT_FOUND")
        machine = {"headRootDirectory": head, "machine": MACHINE}
        assert call("PUT", f"{daemons}/{MACHINE}", {**DAEMON, "machine": machine})[0] == 200
        status, daemon = call("GET", f"{daemons}/{MACHINE}/{encoded}")
        assert (status, daemon["machine"], daemon["configured"]) == (200, machine, True)
        changed = {**daemon, "assignmentEnabled": False}
        assert call("PUT", f"{daemons}/{MACHINE}/{encoded}", changed) == (200, changed)
    kinds = ["oplog/s3Configs", "snapshot/s3Configs", "oplog/mongoConfigs", "snapshot/mongoConfigs"]
    for kind in kinds:
        stores, body = f"/admin/backup/{kind}", BUCKET if "s3" in kind else DATABASE
        assert call("GET", f"{stores}/")[1]["results"] == []
        assert call("POST", f"{stores}/", body)[0] == 201
        (store,) = call("GET", f"{stores}/")[1]["results"]
        assert {**body, "labels": []}.items() <= store.items()
        assert call("PUT", f"{stores}/store", {**store, "labels": ["l"]})[1]["labels"] == ["l"]
        assert call("DELETE", f"{stores}/store")[0] == 204
    assert call("GET", "/admin/backup/snapshot/fileSystemConfigs/")[1]["results"] == []
    assert call("GET", f"/admin/backup/groups/{EMPTY}")[0] == 404
    mark = f"{PRIVATE}/groups/{EMPTY}/markAsBackingDatabase"
    status, tolerated = call("POST", mark, "APP_DB", base=server.base_url)
    assert (status, tolerated["errorCode"]) == (404, "RESOURCE_NOT_FOUND")


@pytest.mark.evidence("CLIENT", "mongodb-kubernetes, the reconciliation of a replica set")
def test_what_the_operator_locks_and_unlocks_in_a_project(call):
    url = f"/groups/{EMPTY}/controlledFeature"
    operator = {"name": "mongodb-kubernetes-operator", "version": "1.2.3"}
    policies = [
        {"policy": "EXTERNALLY_MANAGED_LOCK", "disabledParams": []},
        {"policy": "DISABLE_SET_MONGOD_VERSION", "disabledParams": None},
    ]
    status, locked = call("PUT", url, {"externalManagementSystem": operator, "policies": policies})
    assert (status, locked["policies"]) == (200, [{"policy": each["policy"]} for each in policies])
    status, unlocked = call("PUT", url, {"externalManagementSystem": operator, "policies": []})
    assert (status, unlocked["policies"]) == (200, [])
    assert call("GET", url) == (200, unlocked)
