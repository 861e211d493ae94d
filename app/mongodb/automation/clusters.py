"""`/groups/<id>/clusters` and `/clusters`: what the hosts of projects make up."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas.automation import ClusterBody
from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ..backups.access import active_backups
from ..dialect import dialect
from ..organization_access import visible_organizations
from ..project_access import find_project, get_project, project_url
from ..projects.projects import visible_projects
from ..request_helpers import link, load_body, page_of
from .access import ROLE, change_deployment, deployment_of, find_cluster, get_deployment
from .deployment import Deployment
from .publication import with_cluster_name
from .topology import SHARDED

bp = Resource("clusters", __name__, MANAGER)

ALL = "/groups/<group_id>/clusters"
ONE = f"{ALL}/<cluster_id>"


@bp.get(ALL, operation="getAllClusters")
def list_all(group_id: str) -> Response:
    """The replica sets and sharded clusters, all or the shards of one."""
    deployment, parent = get_deployment(group_id), current().query.first("parentClusterId")
    clusters = deployment.clusters.items()
    ids = [each for each, cluster in clusters if parent in (None, cluster.get("parent"))]
    return reply(page_of(ids, partial(_show_in_list, deployment)))


@bp.get(ONE, operation="getCluster")
def get_one(group_id: str, cluster_id: str) -> Response:
    """One cluster."""
    return reply(_show(get_deployment(group_id), cluster_id))


@bp.patch(ONE, operation="patchCluster")
def rename(group_id: str, cluster_id: str) -> Response:
    """Give a sharded cluster another name, which its shards have, too; raises NOT_SHARDED."""
    project = get_project(group_id, role=ROLE)
    name = load_body(ClusterBody)["clusterName"]

    def edit(deployment: Deployment) -> Document:
        if find_cluster(deployment, cluster_id)["typeName"] != SHARDED:
            raise ApiError("NOT_SHARDED", cluster_id)
        return with_cluster_name(deployment, cluster_id, name)

    return reply(_show(change_deployment(project, edit), cluster_id))


@bp.get("/clusters", operation="getClustersOfAllGroups")
def list_of_all_projects() -> Response:
    """The clusters of each project that the caller may see and that has any (DOCS)."""
    deployments = [deployment_of(group_id) for _, group_id in visible_projects()]
    names = {each["id"]: str(each["name"]) for each in visible_organizations()}
    deployed = [each for each in deployments if each.hosts]
    return reply(page_of(deployed, partial(_show_project, organizations=names)))


def _show_in_list(deployment: Deployment, cluster_id: str) -> dict[str, Any]:
    """A cluster with the one link to itself."""
    cluster = find_cluster(deployment, cluster_id)
    pings = [host["lastPing"] for host in deployment.members(cluster_id) if "lastPing" in host]
    shown = {
        "clusterName": deployment.cluster_name(cluster_id),
        "groupId": deployment.group_id,
        "id": cluster_id,
        "lastHeartbeat": max(pings, default=""),
        "links": [self_link(_url(deployment, cluster_id))],
    }
    names = ("replicaSetName", "shardName", "typeName")
    return {**shown, **{name: cluster[name] for name in names if name in cluster}}


def _show(deployment: Deployment, cluster_id: str) -> dict[str, Any]:
    body, project = _show_in_list(deployment, cluster_id), project_url(deployment.group_id)
    hosts = f"{project}/hosts?clusterId={cluster_id}"
    return {**body, "links": [*body["links"], link(project, "group"), link(hosts, "hosts")]}


def _url(deployment: Deployment, cluster_id: str) -> str:
    return f"{project_url(deployment.group_id)}/clusters/{cluster_id}"


def _show_project(deployment: Deployment, organizations: dict[str, str]) -> dict[str, Any]:
    about = find_project(deployment.group_id) or {}
    return {
        "clusters": [*_summaries(deployment)],
        "groupId": deployment.group_id,
        "groupName": about.get("name", ""),
        "orgId": about.get("orgId", ""),
        "orgName": organizations.get(about.get("orgId", ""), ""),
        "planType": dialect().app_name.removeprefix("MongoDB "),
        "tags": about.get("words", []),
    }


def _summaries(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """What is told of the clusters and standalones of a project among all projects."""
    active = active_backups(deployment)
    for each, cluster in deployment.clusters.items():
        if "parent" not in cluster:
            kind = "sharded cluster" if cluster["typeName"] == SHARDED else "replica set"
            summary = _summary(each, deployment.cluster_name(each), kind, deployment.members(each))
            yield {**summary, "backupEnabled": each in active}
    for each, host in deployment.hosts.items():
        if "clusterId" not in host and "version" in host:
            yield _summary(each, f"{host['hostname']}:{host['port']}", "standalone", [host])


def _summary(cluster_id: str, name: str, kind: str, hosts: list[Document]) -> dict[str, Any]:
    return {
        "alertCount": 0,
        "authEnabled": any(host["authMechanismName"] != "NONE" for host in hosts),
        "availability": "available",
        "backupEnabled": False,
        "clusterId": cluster_id,
        "dataSizeBytes": 0,
        "name": name,
        "nodeCount": len(hosts),
        "sslEnabled": any(host["sslEnabled"] for host in hosts),
        "type": kind,
        "versions": sorted({host["version"] for host in hosts if "version" in host}),
    }
