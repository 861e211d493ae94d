"""Changes of a project's stored deployment: publish a configuration, add hosts and servers."""

from collections.abc import Callable
from typing import Any

from ...store import Document
from .deployment import Deployment, Moment, host_id


def publish(deployment: Deployment, config: Document, make_id: Callable[[], str]) -> Document:
    """The stored document once a configuration is published; raises ValidationError.

    The version is the server's own, whatever was sent. A host whose process has left stays as
    it was, until it is deleted, and so does its cluster (CLIENT: mongocli deletes hosts after
    the configuration that leaves them out).
    """
    document, now = deployment.document, deployment.moment.now
    config = {**config, "version": deployment.version + 1}
    after = Deployment(deployment.group_id, {"config": config}, deployment.moment)
    old_hosts, old_clusters = document.get("hosts", {}), document.get("clusters", {})
    hosts = {
        each: _kept(deployment, each) for each in deployment.hosts if each not in after.processes
    }
    for each in after.processes:
        entry = old_hosts.get(each, {"created": now})
        hosts[each] = {name: entry[name] for name in ("created", "fields") if name in entry}
    clusters = after.topology.clusters(deployment.cluster_ids, make_id)
    for each, cluster in clusters.items():
        cluster |= (
            {"name": old_clusters[each]["name"]} if "name" in old_clusters.get(each, {}) else {}
        )
    reached = {
        row["name"]: row["lastGoalVersionAchieved"] for row in deployment.status()["processes"]
    }
    return {
        **document,
        "config": config,
        "published": now,
        "achieved": {name: version for name, version in reached.items() if version >= 0},
        "hosts": hosts,
        "clusters": {**_kept_clusters(old_clusters, hosts), **clusters},
        "servers": _servers(document.get("servers", {}), after.config, now),
    }


def seeded(
    group_id: str,
    config: Document | None,
    servers: list[str],
    moment: Moment,
    make_id: Callable[[], str],
) -> Document:
    """The stored document of a seed's project, which has reached its goal."""
    document: Document = {
        "servers": {name: {"since": moment.now, "added": True} for name in servers}
    }
    if config is None:
        return document
    document = publish(Deployment(group_id, document, moment), config, make_id)
    deployment = Deployment(group_id, {**document, "config": config}, moment)
    names = [row["name"] for row in deployment.config["processes"]]
    config = {**config, "version": deployment.version}
    return {**document, "config": config, "achieved": dict.fromkeys(names, deployment.version)}


def with_host(deployment: Deployment, fields: Document) -> Document:
    """The document with a host that is added to monitoring, if it is not there already."""
    identifier = host_id(deployment.group_id, f"{fields['hostname']}:{fields['port']}")
    entry = {"created": deployment.moment.now, "fields": fields}
    hosts = deployment.document.get("hosts", {})
    is_there = identifier in deployment.hosts
    return {**deployment.document, "hosts": hosts if is_there else {**hosts, identifier: entry}}


def with_entry(deployment: Deployment, identifier: str, **changes: Any) -> Document:
    """The document with changes of what is stored of a host."""
    hosts = deployment.document["hosts"]
    return {**deployment.document, "hosts": {**hosts, identifier: {**hosts[identifier], **changes}}}


def with_cluster_name(deployment: Deployment, cluster_id: str, name: str) -> Document:
    """The document with another name of a cluster."""
    clusters = deployment.document["clusters"]
    cluster = {**clusters[cluster_id], "name": name}
    return {**deployment.document, "clusters": {**clusters, cluster_id: cluster}}


def with_server(deployment: Deployment, name: str, *, stop: bool = False) -> Document:
    """The document with a server whose agents run, or have stopped just now."""
    servers, now = deployment.document.get("servers", {}), deployment.moment.now
    server = {"since": now, **servers.get(name, {}), "added": True}
    server.pop("stopped", None)
    server |= {"stopped": now} if stop else {}
    return {**deployment.document, "servers": {**servers, name: server}}


def with_stuck(deployment: Deployment, names: list[str], error: Document | None) -> Document:
    """The document with processes that stay at the version they have, or that go on."""
    document = deployment.document
    stuck = {name: row for name, row in document.get("stuck", {}).items() if name not in names}
    if error is None:
        return {**document, "stuck": stuck}
    rows = deployment.status()["processes"]
    reached = {row["name"]: row["lastGoalVersionAchieved"] for row in rows}
    reached = {name: version for name, version in reached.items() if name in names and version >= 0}
    achieved = {**document.get("achieved", {}), **reached}
    return {**document, "stuck": {**stuck, **dict.fromkeys(names, error)}, "achieved": achieved}


def _kept(deployment: Deployment, identifier: str) -> Document:
    """What is stored of a host that has no process any more; one that was added has had none."""
    entry, host = deployment.document["hosts"][identifier], deployment.hosts[identifier]
    has_run = identifier in deployment.processes and "typeName" in host
    return {**entry, "kept": host} if has_run else entry


def _kept_clusters(clusters: Document, hosts: Document) -> Document:
    """The clusters of hosts that have no process any more."""
    own = {host["kept"].get("clusterId") for host in hosts.values() if "kept" in host}
    own |= {row.get("parent") for each, row in clusters.items() if each in own}
    return {each: cluster for each, cluster in clusters.items() if each in own}


def _servers(servers: Document, config: Document, now: float) -> Document:
    """The servers that a configuration needs, and those that were added."""
    rows = (config["processes"], config["monitoringVersions"], config["backupVersions"])
    needed = {row["hostname"] for part in rows for row in part if row["hostname"]}
    kept = {name: row for name, row in servers.items() if name in needed or "added" in row}
    return {**{name: {"since": now} for name in sorted(needed)}, **kept}
