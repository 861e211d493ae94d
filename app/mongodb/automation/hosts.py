"""`/groups/<id>/hosts`: the processes of the configuration, and hosts that clients add."""

from typing import Any

from flask import Response

from opsemu.schemas.automation import HostBody
from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ..project_access import get_project, project_url
from ..request_helpers import link, load_body, page_of
from ..rows.rows import Empty
from .access import change_deployment, find_host, get_deployment
from .deployment import Deployment, host_id
from .publication import with_entry, with_host

bp = Resource("hosts", __name__, MANAGER)

ROLE = "MONITORING_ADMIN"
ALL = "/groups/<group_id>/hosts"
ONE = f"{ALL}/<host_id>"

# Of the config servers of old sharded clusters alone.
Empty(path=f"{ONE}/snapshots", operations={"get": "getHostSnapshots"}).register(bp)
Empty(path=f"{ONE}/restoreJobs", operations={"get": "getHostRestoreJobs"}).register(bp)


@bp.get(ALL, operation="getAllHosts")
def list_all(group_id: str) -> Response:
    """The hosts by name and port, all or those of a cluster."""
    deployment, cluster_id = get_deployment(group_id), current().query.first("clusterId")
    hosts = list(deployment.hosts.values())
    return reply(page_of(deployment.members(cluster_id) if cluster_id else hosts, _show))


@bp.get(ONE, operation="getHost")
def get_one(group_id: str, host_id: str) -> Response:
    """One host."""
    return reply(_show(find_host(get_deployment(group_id), host_id)))


@bp.get(f"{ALL}/byName/<path:name>", operation="getHostByName")
def get_by_name(group_id: str, name: str) -> Response:
    """The host of the name `hostname:port`."""
    host = get_deployment(group_id).hosts.get(host_id(group_id, name))
    if host is None:
        raise ApiError("HOSTNAME_AND_PORT_NOT_FOUND", name, group_id)
    return reply(_show(host))


@bp.post(ALL, operation="addHost")
def create(group_id: str) -> Response:
    """Add a host to monitoring; one that is there already is the answer (INFERRED)."""
    project, fields = get_project(group_id, role=ROLE), _load()
    deployment = change_deployment(project, lambda deployment: with_host(deployment, fields))
    name = f"{fields['hostname']}:{fields['port']}"
    return reply(_show(deployment.hosts[host_id(group_id, name)]), 201)


@bp.patch(ONE, operation="patchHost")
def update(group_id: str, host_id: str) -> Response:
    """Change how a host is monitored; raises CANNOT_MODIFY_MANAGED_HOST."""
    project, body = get_project(group_id, role=ROLE), _load(partial=True)
    fields = {name: value for name, value in body.items() if name not in ("hostname", "port")}

    def edit(deployment: Deployment) -> Document:
        find_host(deployment, host_id)
        if host_id in deployment.processes:
            raise ApiError("CANNOT_MODIFY_MANAGED_HOST", host_id)
        before = deployment.document["hosts"][host_id].get("fields", {})
        return with_entry(deployment, host_id, fields={**before, **fields})

    return reply(_show(change_deployment(project, edit).hosts[host_id]))


@bp.delete(ONE, operation="deleteHost")
def delete(group_id: str, host_id: str) -> Response:
    """Stop monitoring a host; one of the configuration comes back with the next one."""
    project = get_project(group_id, role=ROLE)

    def edit(deployment: Deployment) -> Document:
        find_host(deployment, host_id)
        return with_entry(deployment, host_id, deleted=True)

    change_deployment(project, edit)
    return reply({})


def _load(*, partial: bool = False) -> Document:
    """What a body sets; the operator sends an empty text for what is not set (CLIENT)."""
    body = load_body(HostBody, partial=partial)
    return {name: value for name, value in body.items() if value != "" and name not in _NOT_STORED}


_NOT_STORED = ("id", "password")


def _show(host: Document) -> dict[str, Any]:
    """A host with its links (DOCS), attributes in their order."""
    project = project_url(host["groupId"])
    links = [self_link(f"{project}/hosts/{host['id']}")]
    if "clusterId" in host:
        links.append(link(f"{project}/clusters/{host['clusterId']}", "cluster"))
    links.append(link(project, "group"))
    return dict(sorted({**host, "links": links}.items()))
