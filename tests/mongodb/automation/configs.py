"""Automation configurations as clients write them."""

from __future__ import annotations

from typing import Any

Config = dict[str, Any]


def process(name: str, host: str, set_name: str = "", **more: Any) -> Config:
    """A process on port 27017; of a replica set if that has a name."""
    arguments: Config = {"net": {"port": 27017}}
    if set_name:
        arguments["replication"] = {"replSetName": set_name}
    row = {"processType": "mongod", "version": "8.0.5", "args2_6": arguments}
    return {"name": name, "hostname": host, **row, **more}


def members(set_name: str, hosts: list[str]) -> tuple[list[Config], Config]:
    """The processes `<set>_<n>` of a replica set, one a host, and the set, nothing but required."""
    names = [f"{set_name}_{number}" for number in range(len(hosts))]
    processes = [process(*pair, set_name) for pair in zip(names, hosts, strict=True)]
    rows = [{"_id": number, "host": name} for number, name in enumerate(names)]
    return processes, {"_id": set_name, "members": rows}


def replica_set(set_name: str = "rs", size: int = 3, **more: Any) -> Config:
    """A replica set on hosts `db<n>.example.com`, two of which monitor and one backs up."""
    hosts = [f"db{number}.example.com" for number in range(size)]
    processes, row = members(set_name, hosts)
    agents = [{"hostname": host} for host in hosts[:2]]
    config: Config = {"processes": processes, "replicaSets": [row], "sharding": []}
    return {**config, "monitoringVersions": agents, "backupVersions": agents[:1], **more}


def sharded(name: str = "shannon", shards: int = 2) -> Config:
    """A sharded cluster: shards of three members, config servers, a mongos; one process a host."""
    config: Config = {"processes": [], "replicaSets": []}
    sets = [*(f"{name}-{number}" for number in range(shards)), f"{name}-config"]
    for set_name in sets:
        processes, row = members(set_name, [f"{set_name}-{number}" for number in range(3)])
        config["processes"] += processes
        config["replicaSets"].append(row)
    mongos = process("mongos", f"{name}-mongos", processType="mongos", cluster=name)
    rows = [{"_id": each, "rs": each} for each in sets[:-1]]
    sharding = [{"name": name, "configServerReplica": sets[-1], "shards": rows}]
    return {**config, "processes": [*config["processes"], mongos], "sharding": sharding}
