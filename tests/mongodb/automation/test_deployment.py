"""What follows from a configuration, without a server: roles, clusters, hosts that stay."""

from __future__ import annotations

from collections import Counter
from itertools import count

import pytest

from opsemu.mongodb.automation.deployment import Deployment, Moment
from opsemu.mongodb.automation.publication import publish, with_entry, with_stuck
from opsemu.mongodb.automation.reports import agents, counters
from tests.mongodb.automation.configs import members, process, replica_set, sharded

GROUP = "feedfacefeedfacefeedface"


class Project:
    """A project whose time is told by hand."""

    def __init__(self, now: float = 1000.0, **delays: float) -> None:
        self.now = now
        self.delays = delays
        self.document: dict = {}
        self.numbers = count(1)

    @property
    def deployment(self):
        return Deployment(GROUP, self.document, Moment(self.now, **self.delays))

    def publish(self, config):
        self.document = publish(self.deployment, config, lambda: f"{next(self.numbers):024x}")

    def roles(self):
        """Type and state of each host, by its name."""
        return {
            host["hostname"]: (host["typeName"], host.get("replicaStateName"))
            for host in self.deployment.hosts.values()
        }


@pytest.mark.evidence("CLIENT", "K replicaset.go: `host` of a member is the name of a process")
def test_members_name_processes_by_name_and_have_priority_and_votes_of_1():
    project = Project()
    project.publish(replica_set())
    assert project.roles() == {
        "db0.example.com": ("REPLICA_PRIMARY", "PRIMARY"),
        "db1.example.com": ("REPLICA_SECONDARY", "SECONDARY"),
        "db2.example.com": ("REPLICA_SECONDARY", "SECONDARY"),
    }


@pytest.mark.evidence("INFERRED", "highest priority, then lowest _id, of those that can be elected")
@pytest.mark.parametrize(
    ("changes", "primary"),
    [
        ([{"priority": 1}, {"priority": 2.0}, {}], 1),
        ([{"priority": 0}, {}, {}], 1),
        ([{"votes": 0}, {}, {"_id": -1}], 2),
        ([{"arbiterOnly": True}, {"priority": None}, {}], 1),
        ([{"priority": 0}] * 3, None),
    ],
)
def test_the_member_with_the_highest_priority_is_primary(changes, primary):
    config = replica_set()
    rows = config["replicaSets"][0]["members"]
    config["replicaSets"][0]["members"] = [
        {**row, **change} for row, change in zip(rows, changes, strict=True)
    ]
    project = Project()
    project.publish(config)
    states = [state for _, state in project.roles().values()]
    assert [n for n, state in enumerate(states) if state == "PRIMARY"] == (
        [] if primary is None else [primary]
    )
    if "arbiterOnly" in changes[0]:
        assert project.roles()["db0.example.com"] == ("REPLICA_ARBITER", "ARBITER")


@pytest.mark.evidence("INFERRED", "a process that was shut down is pinged no more")
def test_a_disabled_process_is_down_and_was_last_pinged_when_it_was_published():
    project = Project()
    config = replica_set()
    config["processes"][0]["disabled"] = True
    project.publish(config)
    project.now += 100
    hosts = list(project.deployment.hosts.values())
    assert [host["replicaStateName"] for host in hosts] == ["DOWN", "PRIMARY", "SECONDARY"]
    assert [host["lastPing"][-4:] for host in hosts] == [":40Z", ":20Z", ":20Z"]
    status = project.deployment.status()["processes"]
    assert [row["lastGoalVersionAchieved"] for row in status] == [2, 2, 2]


@pytest.mark.evidence("CLIENT", "K mongodbresource_backup.go:122: n + 2 clusters of one name")
def test_a_sharded_cluster_of_n_shards_is_n_plus_2_clusters_of_one_name():
    project = Project()
    project.publish(sharded(shards=3))
    clusters = project.deployment.clusters.values()
    assert Counter(row["typeName"] for row in clusters) == {
        "SHARDED_REPLICA_SET": 1, "REPLICA_SET": 3, "CONFIG_SERVER_REPLICA_SET": 1,
    }  # fmt: skip
    assert {row["clusterName"] for row in clusters} == {"shannon"}
    assert sorted(row["shardName"] for row in clusters if "shardName" in row) == [
        "shannon-0", "shannon-1", "shannon-2",
    ]  # fmt: skip
    counted = counters(project.deployment)
    assert (counted["replicaSetCount"], counted["shardCount"]) == (3, 3)
    kinds = {"primary": 3, "secondary": 6, "config": 3, "mongos": 1}
    assert {name: n for name, n in counted["hostCounts"].items() if n} == kinds


@pytest.mark.evidence("DOCS", "types of hosts")
def test_every_process_has_the_type_of_its_role():
    project, config = Project(), sharded(shards=1)
    config["processes"].append(process("alone", "alone", args2_6={}))
    project.publish(config)
    assert project.roles() == {
        "alone": ("STANDALONE", None),
        "shannon-0-0": ("SHARD_PRIMARY", "PRIMARY"),
        "shannon-0-1": ("SHARD_SECONDARY", "SECONDARY"),
        "shannon-0-2": ("SHARD_SECONDARY", "SECONDARY"),
        "shannon-config-0": ("SHARD_CONFIG", "PRIMARY"),
        "shannon-config-1": ("SHARD_CONFIG", "SECONDARY"),
        "shannon-config-2": ("SHARD_CONFIG", "SECONDARY"),
        "shannon-mongos": ("SHARD_MONGOS", None),
    }
    parent = next(
        each
        for each, row in project.deployment.clusters.items()
        if row["typeName"] == "SHARDED_REPLICA_SET"
    )
    assert len(project.deployment.members(parent)) == 7


@pytest.mark.evidence("CLIENT", "M clusters/delete.go: ids before, an empty configuration, DELETE")
def test_hosts_outlive_their_process_until_each_is_deleted_and_the_cluster_with_the_last():
    project = Project()
    project.publish(replica_set())
    before = project.deployment.hosts
    project.publish({})
    project.now += 100
    assert project.deployment.hosts == before
    for each in before:
        assert len(project.deployment.clusters) == 1
        project.document = with_entry(project.deployment, each, deleted=True)
    assert (project.deployment.hosts, project.deployment.clusters) == ({}, {})
    project.publish({})
    assert (project.document["hosts"], project.document["clusters"]) == ({}, {})


@pytest.mark.evidence("INFERRED", "clients keep the ids of clusters")
def test_a_cluster_keeps_its_id_as_long_as_it_exists_and_one_made_again_has_another():
    project = Project()
    project.publish(replica_set())
    first = list(project.deployment.clusters)
    processes, other = members("other", ["other.example.com"])
    both = replica_set()
    both["processes"] += processes
    both["replicaSets"].append(other)
    project.publish(both)
    assert list(project.deployment.clusters)[1:] == first
    wrapped = {**replica_set(), "sharding": [{"name": "s", "shards": [{"_id": "a", "rs": "rs"}]}]}
    project.publish(wrapped)
    assert project.deployment.clusters[first[0]]["shardName"] == "a"
    for each in project.deployment.hosts:
        project.document = with_entry(project.deployment, each, deleted=True)
    project.publish({})
    project.publish(replica_set())
    assert first[0] not in project.deployment.clusters


@pytest.mark.evidence("INFERRED", "deleted while it is managed: back with the next discovery")
def test_a_managed_host_that_was_deleted_comes_back_with_the_next_configuration():
    project = Project()
    project.publish(replica_set())
    hosts = list(project.deployment.hosts)
    project.document = with_entry(project.deployment, hosts[0], deleted=True)
    assert list(project.deployment.hosts) == hosts[1:]
    project.publish(replica_set())
    assert list(project.deployment.hosts) == hosts


@pytest.mark.evidence("INFERRED", "hosts are discovered once their process has reached a goal")
def test_a_host_is_there_once_its_process_has_reached_a_goal_for_the_first_time():
    project = Project(automation_delay=5)
    project.publish(replica_set(size=1))
    assert project.deployment.hosts == {}
    project.now += 5
    assert len(project.deployment.hosts) == 1
    project.publish(replica_set(size=2))
    assert len(project.deployment.hosts) == 1
    project.now += 5
    assert len(project.deployment.hosts) == 2


@pytest.mark.evidence("INFERRED", "hosts stay until they are deleted")
@pytest.mark.parametrize("between", [[], [{}]])
def test_a_host_stays_while_its_process_comes_back_or_gets_another_name(between):
    project = Project(automation_delay=5)
    project.publish(replica_set(size=1))
    project.now += 5
    (host,) = project.deployment.hosts
    for config in (*between, replica_set("other", size=1)):
        project.publish(config)
        assert list(project.deployment.hosts) == [host]
        assert len(project.deployment.clusters) == 1


def test_a_stuck_process_keeps_its_version_and_shows_its_error_until_it_goes_on():
    project = Project()
    project.publish(replica_set())
    error = {"errorCode": 401, "errorString": "disk full"}
    project.document = with_stuck(project.deployment, ["rs_1"], error)
    assert project.deployment.status()["processes"][1]["plan"] == []
    project.publish(replica_set())
    rows = project.deployment.status()["processes"]
    assert [row["lastGoalVersionAchieved"] for row in rows] == [3, 2, 3]
    assert (rows[1]["errorCode"], rows[1]["errorString"]) == (401, "disk full")
    assert rows[1]["plan"]
    project.document["stuck"] = []
    assert project.deployment.status()["processes"][1]["lastGoalVersionAchieved"] == 3


@pytest.mark.evidence("INFERRED", "agents are where the configuration wants them")
def test_agents_run_on_the_servers_of_the_configuration_once_the_delay_is_over():
    project = Project(agent_delay=30)
    project.publish(replica_set())
    assert agents(project.deployment, "AUTOMATION") == []
    project.now += 30
    names = {
        kind: [agent["hostname"][:3] for agent in agents(project.deployment, kind)]
        for kind in ("AUTOMATION", "MONITORING", "BACKUP")
    }
    assert names == {
        "AUTOMATION": ["db0", "db1", "db2"], "MONITORING": ["db0", "db1"], "BACKUP": ["db0"],
    }  # fmt: skip
    project.publish({})
    assert agents(project.deployment, "AUTOMATION") == []
