"""`backupConfigs`, their schedules, snapshots and restore jobs."""

from __future__ import annotations

import json

import pytest

from opsemu.server import Emulator
from tests.conftest import OWNER, signed
from tests.mongodb.automation.configs import replica_set, sharded
from tests.mongodb.automation.conftest import Group
from tests.recordings import case, recorded
from tests.wire import seed_file

START = {"statusName": "STARTED", "syncSource": "SECONDARY"}
# As the operator sends it.
OPERATOR = {
    "encryptionEnabled": False,
    "excludedNamespaces": None,
    "includedNamespaces": None,
    "provisioned": True,
    "storageEngineName": "WIRED_TIGER",
    **START,
}


@pytest.fixture
def cluster(group):
    """The id of the one cluster, a replica set."""
    return published(group, replica_set())


def published(group, config):
    """The id of the cluster of a configuration, or of the whole of a sharded one."""
    group.publish(config)
    group.advance(5)
    return min(group.results("/clusters"), key=len)["id"]


def status(group, cluster):
    return group.get(f"/backupConfigs/{cluster}")["statusName"]


def started(group, cluster):
    """Start the backup of a cluster and wait for it; the path of the cluster."""
    group.call("PATCH", f"/backupConfigs/{cluster}", START)
    group.advance(5)
    return f"/clusters/{cluster}"


@pytest.mark.parametrize("name", [case("ops-manager/om-2018-backup-config")])
def test_a_backup_that_was_never_started_is_the_recorded_one(group, cluster, name):
    (ours,) = group.results("/backupConfigs")
    theirs = json.loads(recorded(name)["response"]["body"])
    varying = {"clusterId": cluster, "groupId": ours["groupId"], "links": ours["links"]}
    assert list(ours) == list(theirs)
    assert ours == {**theirs, **varying} == group.get(f"/backupConfigs/{cluster}")
    rels = [link["rel"].rpartition("/")[2] for link in ours["links"]]
    assert rels == ["self", "cluster", "group", "snapshotSchedule"]
    for link in ours["links"]:
        assert group.session.get(link["href"]).status_code == 200


@pytest.mark.evidence("CLIENT", "the operator waits while the list is empty")
def test_a_project_without_clusters_has_no_backups(group):
    assert group.results("/backupConfigs") == []


@pytest.mark.evidence("CLIENT", "K mongodbresource_backup.go; DOCS: error table")
def test_a_backup_is_started_stopped_and_terminated_and_then_inactive_by_itself(group, cluster):
    path = f"/backupConfigs/{cluster}"
    for body, status_name in (
        ({**OPERATOR, "clusterId": cluster, "groupId": "ignored"}, "STARTED"),
        ({"statusName": "STOPPED"}, "STOPPED"),
        ({"statusName": "STARTED"}, "STARTED"),
        ({"statusName": "STOPPED"}, "STOPPED"),
        ({"statusName": "TERMINATING"}, "INACTIVE"),
    ):
        assert group.call("PATCH", path, body)["statusName"] == status_name
        assert status(group, cluster) == status_name
    assert "syncSource" not in group.get(path)
    assert group.results(f"/clusters/{cluster}/snapshots") == []


@pytest.mark.evidence("DOCS", "error table; CLIENT: repeating the present state is an error, too")
@pytest.mark.parametrize(
    ("before", "asked", "code"),
    [
        ([], "STOPPED", "CANNOT_STOP_BACKUP_INVALID_STATE"),
        ([], "TERMINATING", "CANNOT_TERMINATE_BACKUP_INVALID_STATE"),
        (["STARTED"], "STARTED", "CANNOT_START_BACKUP_INVALID_STATE"),
        (["STARTED"], "TERMINATING", "CANNOT_TERMINATE_BACKUP_INVALID_STATE"),
        (["STARTED", "STOPPED"], "STOPPED", "CANNOT_STOP_BACKUP_INVALID_STATE"),
    ],
)
def test_a_status_that_may_not_follow_is_refused(group, cluster, before, asked, code):
    for name in before:
        group.call("PATCH", f"/backupConfigs/{cluster}", {**START, "statusName": name})
    body = {**START, "statusName": asked}
    assert group.error("PATCH", f"/backupConfigs/{cluster}", body) == (409, code)
    assert status(group, cluster) == (before[-1] if before else "INACTIVE")


@pytest.mark.evidence("DOCS", "error table")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"statusName": "STARTED"}, (409, "MISSING_SYNC_SOURCE")),
        ({"statusName": "RUNNING"}, (400, "INVALID_ENUM_VALUE")),
        ({"excludedNamespaces": "all"}, (400, "INVALID_JSON_ATTRIBUTE")),
    ],
)
def test_a_bad_change_of_a_backup_is_refused(group, cluster, body, expected):
    assert group.error("PATCH", f"/backupConfigs/{cluster}", body) == expected


@pytest.mark.evidence("CLIENT", "K mongodbresource_backup.go:122-134")
@pytest.mark.parametrize("name", [case("ops-manager/om-409-shard-backup-config")])
def test_a_sharded_cluster_of_n_shards_has_n_plus_2_backups_and_only_the_whole_is_changed(
    group, name
):
    parent = published(group, sharded(shards=2))
    configs = group.results("/backupConfigs")
    assert len(configs) == 4
    theirs = recorded(name)["response"]
    for config in configs:
        if config["clusterId"] != parent:
            path = f"{group.url}/backupConfigs/{config['clusterId']}"
            answer = group.session.patch(path, json={"statusName": "STARTED"})
            expected = theirs["body"].replace("611a63f668d22f4e2e62c2e3", parent)
            assert (answer.status_code, answer.text) == (theirs["status"], expected)
    started(group, parent)
    assert {config["statusName"] for config in group.results("/backupConfigs")} == {"STARTED"}


@pytest.mark.evidence("DOCS", "error table; when which is raised is INFERRED")
def test_backups_vanish_with_the_hosts(group, cluster):
    assert group.error("GET", f"/backupConfigs/{'0' * 24}") == (404, "BACKUP_CONFIG_NOT_FOUND")
    started(group, cluster)
    group.publish({})
    assert status(group, cluster) == "STARTED"
    for host in group.results("/hosts"):
        group.call("DELETE", f"/hosts/{host['id']}")
    assert group.results("/backupConfigs") == []
    gone = group.error("GET", f"/backupConfigs/{cluster}")
    assert gone == (409, "CANNOT_GET_BACKUP_CONFIG_INVALID_STATE")


@pytest.mark.evidence("INFERRED", "pollers wait for STOPPED, then for INACTIVE")
def test_a_backup_reaches_its_status_after_the_delay(slow):
    cluster = published(slow, replica_set())
    for name, before, after in (
        ("STARTED", "INACTIVE", "STARTED"),
        ("STOPPED", "STARTED", "STOPPED"),
        ("TERMINATING", "TERMINATING", "INACTIVE"),
    ):
        slow.call("PATCH", f"/backupConfigs/{cluster}", {**START, "statusName": name})
        slow.advance(4)
        assert status(slow, cluster) == before
        slow.advance(1)
        assert status(slow, cluster) == after


@pytest.mark.evidence("DOCS", "defaults of the schedule")
def test_a_schedule_has_defaults_and_is_merged_once_the_backup_was_started(group, cluster):
    path = f"/backupConfigs/{cluster}/snapshotSchedule"
    default = group.get(path)
    assert (default["snapshotIntervalHours"], default["snapshotRetentionDays"]) == (6, 2)
    assert default.keys() >= {"clusterId", "groupId", "links"}
    change = {"snapshotIntervalHours": 24, "fullIncrementalDayOfWeek": "MONDAY"}
    assert group.error("PATCH", path, change) == (409, "BACKUP_INVALID_STATE")
    started(group, cluster)
    assert group.call("PATCH", path, change) == {**default, **change} == group.get(path)
    refused = group.error("PATCH", path, {"snapshotIntervalHours": 7})
    assert refused == (400, "INVALID_SNAPSHOT_INTERVAL")


@pytest.mark.evidence("INFERRED", "a started backup takes a snapshot; keys of DOCS")
def test_a_backup_that_starts_takes_a_snapshot(group, cluster):
    path = f"{started(group, cluster)}/snapshots"
    (snapshot,) = group.results(path)
    assert list(snapshot) == sorted(snapshot)
    assert (snapshot["complete"], snapshot["doNotDelete"]) == (True, False)
    assert snapshot["parts"][0]["replicaSetName"] == "rs"
    assert group.get(f"{path}/{snapshot['id']}") == snapshot


@pytest.mark.evidence("CLIENT", "N posts no body; B compares created.time with timestamp.time")
def test_a_snapshot_is_taken_on_demand_without_a_body(group, cluster):
    path = f"/clusters/{cluster}/snapshots"
    assert group.error("POST", f"{path}/onDemandSnapshot") == (409, "BACKUP_INVALID_STATE")
    started(group, cluster)
    group.advance(3600)
    taken = group.call("POST", f"{path}/onDemandSnapshot?retentionDays=5")
    assert taken["description"]
    newest, oldest = group.results(path)
    assert newest["id"] == taken["id"]
    assert newest["created"]["time"] == taken["timestamp"]["time"]
    assert oldest["created"]["time"] < newest["created"]["time"]


@pytest.mark.evidence("DOCS", "completed=true by default")
def test_a_snapshot_is_complete_after_the_delay(slow):
    cluster = published(slow, replica_set())
    path = f"{started(slow, cluster)}/snapshots"
    slow.call("POST", f"{path}/onDemandSnapshot")
    counts = {None: 1, "true": 1, "false": 1, "all": 2}
    for value, count in counts.items():
        assert len(slow.results(path if value is None else f"{path}?completed={value}")) == count
    slow.advance(5)
    assert len(slow.results(path)) == 2


@pytest.mark.evidence("DOCS", "snapshots: doNotDelete, expires; the status of DELETE is INFERRED")
def test_a_snapshot_is_kept_longer_and_deleted(group, cluster):
    path = f"{started(group, cluster)}/snapshots"
    (snapshot,) = group.results(path)
    one, change = (
        f"{path}/{snapshot['id']}",
        {"doNotDelete": True, "expires": "2030-01-01T00:00:00Z"},
    )
    assert group.call("PATCH", one, {**snapshot, **change}) == {**snapshot, **change}
    assert group.call("DELETE", one, status=204) is None
    assert group.error("DELETE", one) == (404, "SNAPSHOT_NOT_FOUND")
    assert group.results(path) == []


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-restore-jobs-create")])
def test_a_restore_is_a_list_of_jobs_of_the_recorded_shape(group, cluster, name):
    path = started(group, cluster)
    (snapshot,) = group.results(f"{path}/snapshots")
    body = {**recorded(name)["request"]["body_known"], "snapshotId": snapshot["id"]}
    answer = group.call("POST", f"{path}/restoreJobs", body)
    (job,) = answer["results"]
    (theirs,) = json.loads(recorded(name)["response"]["body"])["results"]
    assert theirs.keys() <= job.keys()
    assert list(job) == sorted(job)
    assert (job["statusName"], job["delivery"]["statusName"]) == ("FINISHED", "READY")
    assert group.session.get(job["delivery"]["url"]).status_code == 404
    assert group.results(f"{path}/restoreJobs") == [job]
    assert group.results(f"{path}/restoreJobs?batchId={job['batchId']}") == [job]
    assert group.results(f"{path}/restoreJobs?batchId={'0' * 24}") == []
    assert group.get(f"{path}/restoreJobs/{job['id']}") == job
    assert group.error("GET", f"{path}/restoreJobs/x") == (404, "RESTORE_JOB_NOT_FOUND")


@pytest.mark.evidence("DOCS", "one job per shard, in a batch")
def test_a_sharded_cluster_is_restored_by_a_job_per_shard(slow):
    path = started(slow, published(slow, sharded(shards=2)))
    delivery = {"methodName": "AUTOMATED_RESTORE", "targetGroupId": "g", "targetClusterId": "c"}
    body = {"delivery": delivery, "pointInTimeUTCMillis": 1795855520977}
    jobs = slow.call("POST", f"{path}/restoreJobs", body)["results"]
    assert (len(jobs), len({job["batchId"] for job in jobs})) == (2, 1)
    assert {job["statusName"] for job in jobs} == {"IN_PROGRESS"}
    slow.advance(5)
    assert {job["statusName"] for job in slow.results(f"{path}/restoreJobs")} == {"FINISHED"}


@pytest.mark.evidence("CLIENT", "K e2e omtester.py:130: fails until a restore point exists")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"snapshotId": "0" * 24}, (404, "SNAPSHOT_NOT_FOUND")),
        ({"checkpointId": "0" * 24}, (404, "CHECKPOINT_NOT_FOUND")),
        ({"checkPointId": "0" * 24}, (404, "CHECKPOINT_NOT_FOUND")),
        ({"oplogTs": 1, "oplogInc": 1}, (409, "INVALID_RESTORE_POINT")),
        ({}, (400, "MISSING_ATTRIBUTE")),
    ],
)
def test_nothing_is_restored_from_a_point_that_is_not_there(group, cluster, body, expected):
    body = {"delivery": {"methodName": "HTTP"}, **body}
    assert group.error("POST", f"/clusters/{cluster}/restoreJobs", body) == expected


@pytest.mark.evidence("DOCS", "checkpoints; what only config servers of old clusters had")
def test_there_are_no_checkpoints_and_no_backups_of_hosts(group, cluster):
    host = group.results("/hosts")[0]["id"]
    below = (
        f"/clusters/{cluster}/checkpoints",
        f"/hosts/{host}/snapshots",
        f"/hosts/{host}/restoreJobs",
    )
    for path in below:
        assert group.results(path) == []


@pytest.mark.evidence("DOCS", "deletion_rules: on, as the error table says")
def test_a_project_in_use_is_not_deleted_until_it_is_empty(group, cluster):
    started(group, cluster)
    assert group.error("DELETE", "") == (409, "CANNOT_CLOSE_GROUP_ACTIVE_BACKUP")
    for name in ("STOPPED", "TERMINATING"):
        group.call("PATCH", f"/backupConfigs/{cluster}", {"statusName": name})
    assert group.error("DELETE", "") == (409, "CANNOT_CLOSE_GROUP_MANAGED_DEPLOYMENTS")
    group.publish({})
    group.call("DELETE", "", status=202)


@pytest.mark.evidence(
    "CLIENT", "deletion_rules: off, as T destroy_project.py deletes without emptying"
)
def test_a_project_in_use_is_deleted_if_the_setting_says_so(tmp_path):
    seed = seed_file(tmp_path, settings={"deletion_rules": "off"})
    with Emulator(seed=seed) as server, signed(OWNER) as session:
        group = Group(server, session)
        group.publish(replica_set())
        group.call("DELETE", "", status=202)


def test_backups_are_exported_and_imported(group, cluster):
    path = started(group, cluster)
    (snapshot,) = group.results(f"{path}/snapshots")
    body = {"delivery": {"methodName": "HTTP"}, "snapshotId": snapshot["id"]}
    jobs = group.call("POST", f"{path}/restoreJobs", body)["results"]
    group.control("PUT", "/state", group.control("GET", "/state"))
    assert group.results(f"{path}/restoreJobs") == jobs
    assert status(group, cluster) == "STARTED"
