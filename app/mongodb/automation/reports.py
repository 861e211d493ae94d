"""What a deployment reports: its agents, and the counters of its project."""

from collections import Counter

from ...store import Document
from ...worlds.clock import timestamp
from .deployment import Deployment
from .topology import REPLICA_SET

_COUNTED = {
    "REPLICA_ARBITER": "arbiter", "REPLICA_PRIMARY": "primary", "REPLICA_SECONDARY": "secondary",
    "SHARD_CONFIG": "config", "SHARD_MONGOS": "mongos", "SHARD_PRIMARY": "primary",
    "SHARD_SECONDARY": "secondary",
}  # fmt: skip
_KINDS = ("arbiter", "config", "master", "mongos", "primary", "secondary", "slave")
_VERSIONS = {"MONITORING": "monitoringVersions", "BACKUP": "backupVersions"}


def counters(deployment: Deployment) -> Document:
    """What a project tells of its deployment."""
    kinds = Counter(_COUNTED.get(host.get("typeName", "")) for host in deployment.hosts.values())
    types = Counter(row["typeName"] for row in deployment.clusters.values())
    shards = sum("shardName" in row for row in deployment.clusters.values())
    seen = [agent["at"] for agent in agents(deployment, "AUTOMATION")]
    last = {"lastActiveAgent": timestamp(max(seen))} if seen else {}
    return {
        "activeAgentCount": sum(deployment.moment.now - at < 60 for at in seen),
        "hostCounts": {kind: kinds[kind] for kind in _KINDS},
        "replicaSetCount": types[REPLICA_SET],
        "shardCount": shards,
        **last,
    }


def agents(deployment: Deployment, kind: str) -> list[Document]:
    """The agents of a type by the server they run on; `at` is their last call in seconds."""
    rows = deployment.config[_VERSIONS[kind]] if kind in _VERSIONS else []
    wanted = {row["hostname"] for row in rows}
    started = {
        name: server
        for name, server in sorted(deployment.servers.items())
        if (kind not in _VERSIONS or name in wanted)
        and deployment.moment.now >= server["since"] + deployment.moment.agent_delay
    }
    busy = Counter(row["hostname"] for row in deployment.config["processes"])
    return [
        {
            "at": server.get("stopped", deployment.moment.now),
            "hostname": name,
            "isFirst": name == next(iter(started)),
            "processes": busy[name],
            "since": server["since"],
        }
        for name, server in started.items()
    ]
