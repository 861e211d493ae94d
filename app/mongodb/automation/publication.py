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
        has_run = "typeName" in deployment.hosts.get(each, {})
        hosts[each] = {**_only(entry, "created", "fields"), "discovered": has_run}
    clusters = after.topology.clusters(deployment.cluster_ids, make_id)
    for each in clusters.keys() & old_clusters.keys():
        clusters[each] |= _only(old_clusters[each], "name")
    return {
        **document,
        "config": config,
        "published": now,
        "achieved": deployment.achieved(),
        "hosts": hosts,
        "clusters": {**_kept_clusters(old_clusters, hosts), **clusters},
        "servers": _servers(deployment, after.config),
    }


def seeded(
    group_id: str,
    config: Document | None,
    servers: list[str],
    moment: Moment,
    make_id: Callable[[], str],
) -> Document:
    """The stored document of a seed's project, which has reached its goal."""
    rows = [{"hostname": name, "since": moment.now, "added": True} for name in servers]
    document: Document = {"servers": rows}
    if config is None:
        return document
    document = publish(Deployment(group_id, document, moment), config, make_id)
    version = Deployment(group_id, {"config": config}, moment).version
    document = {**document, "config": {**config, "version": version}}
    at_once = moment._replace(automation_delay=0.0)
    return {**document, "achieved": Deployment(group_id, document, at_once).achieved()}


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
    now = deployment.moment.now
    server = {"since": now, **deployment.servers.get(name, {}), "hostname": name, "added": True}
    server.pop("stopped", None)
    server |= {"stopped": now} if stop else {}
    servers = {**deployment.servers, name: server}
    return {**deployment.document, "servers": [*servers.values()]}


def with_stuck(deployment: Deployment, names: list[str], error: Document) -> Document:
    """The document with processes that stay at the version they have, with an error."""
    stuck = {**deployment.stuck, **{name: {**error, "name": name} for name in names}}
    changes = {"achieved": deployment.achieved(), "stuck": [*stuck.values()]}
    return {**deployment.document, **changes}


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


def _servers(deployment: Deployment, config: Document) -> list[Document]:
    """The servers that a configuration needs, and those that were added."""
    rows = (config["processes"], config["monitoringVersions"], config["backupVersions"])
    needed = {row["hostname"] for part in rows for row in part if row["hostname"]}
    new = needed - deployment.servers.keys()
    known = deployment.servers.values()
    kept = [row for row in known if row["hostname"] in needed or "added" in row]
    return [*kept, *({"hostname": name, "since": deployment.moment.now} for name in sorted(new))]


def _only(row: Document, *names: str) -> Document:
    return {name: row[name] for name in names if name in row}
