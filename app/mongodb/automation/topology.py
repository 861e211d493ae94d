"""What the processes of an automation configuration are to each other: sets, shards, roles."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from ...store import Document

SHARDED = "SHARDED_REPLICA_SET"
REPLICA_SET = "REPLICA_SET"
CONFIG_SERVERS = "CONFIG_SERVER_REPLICA_SET"

# A cluster's type and its name: of the set, or of the sharded cluster.
ClusterKey = tuple[bool, str]


def cluster_key(cluster: Document) -> ClusterKey:
    """What a cluster is known by; its id is kept as long as that stays."""
    is_sharded = cluster["typeName"] == SHARDED
    return is_sharded, cluster["clusterName"] if is_sharded else cluster["replicaSetName"]


class Topology:
    """The sets and shards of a configuration, as `ReadConfig` loads it."""

    def __init__(self, config: Document) -> None:
        self._processes = {row["name"]: row for row in config["processes"]}
        self._sets = {row["id"]: row["members"] for row in config["replicaSets"]}
        self._sharding = config["sharding"]
        self._members = {
            member["host"]: member for members in self._sets.values() for member in members
        }

    def describe(self, process: Document, ids: Mapping[ClusterKey, str]) -> Document:
        """What the role of a process adds to its host; `ids` are those of clusters."""
        name = _set_name(process)
        if process["processType"] == "mongos":
            return {"typeName": "SHARD_MONGOS", **_cluster_id(ids, True, process["cluster"])}
        if not name:
            return {"typeName": "STANDALONE"}
        state, (_, shard) = self._state(process), self._places.get(name, ("", None))
        kind = "SHARD" if shard and state != "ARBITER" else "REPLICA"
        role = {
            "hiddenSecondary": self._members.get(process["name"], {}).get("hidden", False),
            "replicaSetName": name,
            "replicaStateName": "DOWN" if process["disabled"] else state,
            "typeName": f"{kind}_{state}",
            **_cluster_id(ids, False, name),
        }
        if shard == "":
            return {**role, "typeName": "SHARD_CONFIG"}
        return {**role, "shardName": shard} if shard else role

    def clusters(
        self, known: Mapping[ClusterKey, str], make_id: Callable[[], str]
    ) -> dict[str, Document]:
        """The clusters by id, those of `known` with the ids they had.

        A sharded cluster of n shards makes n + 2, which all have its name (CLIENT).
        """
        used = set(filter(None, map(_set_name, self._processes.values())))
        places = {name: place for name, place in self._places.items() if name in used}
        routed = {row["cluster"] for row in self._processes.values() if row["cluster"]}
        sharded = [
            row["name"]
            for row in self._sharding
            if row["name"] in routed | {parent for parent, _ in places.values()}
        ]
        ids = {name: known.get((True, name)) or make_id() for name in sharded}
        clusters: dict[str, Document] = {
            ids[name]: {"clusterName": name, "typeName": SHARDED} for name in sharded
        }
        for name in sorted(used):
            parent, shard = places.get(name, ("", None))
            cluster: Document = {"clusterName": parent or name, "replicaSetName": name}
            if parent:
                cluster |= {"parent": ids[parent]}
            if shard:
                cluster |= {"shardName": shard}
            cluster["typeName"] = CONFIG_SERVERS if shard == "" else REPLICA_SET
            clusters[known.get((False, name)) or make_id()] = cluster
        return clusters

    def mistakes(self) -> Iterator[str]:
        """What cannot work, but is accepted (INFERRED: real sentences are unknown)."""
        for name, members in self._sets.items():
            for member in members:
                if member["host"] not in self._processes:
                    yield f"member {member['host']!r} of {name!r} is the name of no process"
        for name in self._places:
            if name not in self._sets:
                yield f"{name!r} is a shard or the config servers, and no replica set"

    @cached_property
    def _places(self) -> dict[str, tuple[str, str | None]]:
        """By replica set: its sharded cluster, and its shard, which is empty for config servers."""
        places: dict[str, tuple[str, str | None]] = {}
        for row in self._sharding:
            places |= {
                shard["rs"]: (row["name"], shard["id"] or shard["rs"]) for shard in row["shards"]
            }
            if row["configServerReplica"]:
                places[row["configServerReplica"]] = (row["name"], "")
        return places

    @cached_property
    def _primaries(self) -> dict[str, str]:
        """The process that is primary, by replica set: highest priority, then lowest `_id`."""
        primaries = {}
        for name, members in self._sets.items():
            able = [each for each in members if self._is_electable(each)]
            if able:
                primaries[name] = max(able, key=lambda each: (each["priority"], -each["id"]))[
                    "host"
                ]
        return primaries

    def _is_electable(self, member: Document) -> bool:
        process = self._processes.get(member["host"])
        is_running = process is not None and not process["disabled"]
        votes = member["priority"] > 0 and member["votes"] > 0
        return is_running and votes and not member["arbiterOnly"]

    def _state(self, process: Document) -> str:
        if self._members.get(process["name"], {}).get("arbiterOnly"):
            return "ARBITER"
        is_primary = self._primaries.get(_set_name(process)) == process["name"]
        return "PRIMARY" if is_primary else "SECONDARY"


def _set_name(process: Document) -> str:
    is_member = process["processType"] != "mongos"
    return str(process["args2_6"]["replication"]["replSetName"]) if is_member else ""


def _cluster_id(ids: Mapping[ClusterKey, str], is_sharded: bool, name: str) -> Document:
    """The member `clusterId`, if the cluster is known."""
    key = (is_sharded, name)
    return {"clusterId": ids[key]} if key in ids else {}
