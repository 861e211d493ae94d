"""`/prometheus/v1.0` and `/metrics`: where a Prometheus server finds its targets and scrapes them.

The user of a project's PROMETHEUS integration may do both as long as that is enabled, and
nothing else (DOCS). All targets are this server; each host of the project is one (INFERRED: in
the place of the agents, one on each host).
"""

import hmac
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Response
from werkzeug.utils import import_string

from ...api.context import current
from ...api.errors import ApiError, EmptyErrorResponse, Unauthorized
from ...api.responses import reply
from ...api.routes import Resource
from ...auth.api_keys import Key
from ...auth.digest import REALM
from ...store import Document, Owner
from ...store.layout import DEFAULT_WORLD, INTEGRATIONS, NO_WORLD, PROJECT, WORLD
from ..automation.access import deployment_of
from ..automation.deployment import Deployment
from ..project_access import Project, get_project

bp = Resource("prometheus", __name__)

Show = Callable[[Project, Deployment, str], dict[str, Any]]

CHALLENGE = f'Basic realm="{REALM}"'
TYPE = "PROMETHEUS"

_ATLAS_PORT = "27018"
_DEFAULT_USER = re.compile(r"prom_user_([0-9a-f]{24})", re.ASCII)
# Of every node, as no node has a place here (the values of the documentation).
_NODE = {
    "availability_zone": "use1-az4",
    "node_type": "ELECTABLE",
    "provider": "AWS",
    "region": "us-east-1",
}
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@bp.get(
    "/prometheus/v1.0/groups/<group_id>/discovery",
    operation="getPrometheusTargets",
    basic_challenge=CHALLENGE,
)
def discover(group_id: str) -> Response:
    """The hosts of a project as targets: a bare array, the whole of it (DOCS)."""
    project = _get_project(group_id)
    show = _show_for_manager if "listenAddress" in _integration(project) else _show_for_atlas
    return reply(_targets(project, deployment_of(group_id), show))


@bp.get("/metrics", operation="getPrometheusMetrics")
def scrape() -> Response:
    """The metrics of a project's processes, or of those on the host that a target names."""
    project, hostname = _authenticate(""), current().query.first("host")
    deployment, organization = deployment_of(project.id), project.about["orgId"]
    _check_agent(deployment, hostname)
    # At its first use, as few servers need prometheus-client, and it takes its time to import.
    metrics_text = import_string(f"{__package__}.exposition:metrics_text")
    seed = current().services.config.rng_seed
    return Response(metrics_text(deployment, organization, seed, hostname), content_type=_TEXT)


def _targets(project: Project, deployment: Deployment, show: Show) -> list[dict[str, Any]]:
    """A target for each host that has a process.

    Several hosts have the same address here, so a parameter of /metrics, which Prometheus takes
    from the label `__param_host`, and `instance` tell them apart.
    """
    ids = {row["hostname"]: each for each, row in deployment.processes.items()}
    targets = [show(project, deployment, ids[hostname]) for hostname in sorted(ids)]
    for hostname, target in zip(sorted(ids), targets if len(ids) > 1 else (), strict=False):
        port = _integration(project).get("listenAddress", "").rpartition(":")[2] or _ATLAS_PORT
        target["labels"] |= {"__param_host": hostname, "instance": f"{hostname}:{port}"}
    return targets


def _show_for_manager(project: Project, deployment: Deployment, host_id: str) -> dict[str, Any]:
    """A target in the form of Ops Manager and Cloud Manager."""
    name, organization = project.about["name"], project.about["orgId"]
    labels = {"group_id": project.id, "group_name": name, "org_id": organization}
    return {"targets": [_address()], "labels": labels}


def _show_for_atlas(project: Project, deployment: Deployment, host_id: str) -> dict[str, Any]:
    """A target in Atlas' form; with either scheme it is the same one."""
    scheme = current().query.first("targetScheme") or "PUBLIC"
    if scheme not in ("PUBLIC", "PRIVATE"):
        raise ApiError("INVALID_ENUM_VALUE", scheme)
    cluster = deployment.hosts.get(host_id, {}).get("clusterId")
    labels = {
        **_NODE,
        "cl_name": deployment.cluster_name(cluster) if cluster else "",
        "group_id": project.id,
        "org_id": project.about["orgId"],
    }
    return {"labels": dict(sorted(labels.items())), "targets": [_address()]}


def _address() -> str:
    """Host and port under which the client knows this server."""
    return urlsplit(current().base_url).netloc


def _check_agent(deployment: Deployment, hostname: str | None) -> None:
    """Refuse a host that no process or no running agent is on: a 503 in place of no answer."""
    hosts = {row["hostname"] for row in deployment.processes.values()}
    is_stopped = "stopped" in deployment.servers.get(hostname or "", {})
    if hostname is not None and (is_stopped or hostname not in hosts):
        raise EmptyErrorResponse(503)


def _get_project(group_id: str) -> Project:
    """The project, for its Prometheus user or an API key; raises INTEGRATION_NOT_CONFIGURED."""
    if current().authenticated_key is None:
        return _authenticate(group_id)
    project = get_project(group_id)
    if not _integration(project).get("enabled"):
        raise ApiError("INTEGRATION_NOT_CONFIGURED", TYPE)
    return project


def _authenticate(group_id: str) -> Project:
    """The project whose Prometheus user calls, of this id or of any; enters its world.

    Several worlds may have a project of one id: the first one whose password was sent is taken,
    the default world before the others. Raises Unauthorized.
    """
    ctx, sent = current(), current().request.authorization
    user, password = (sent.username or "", sent.password or "") if sent else ("", "")
    default_user = _DEFAULT_USER.fullmatch(user)
    searches = [group_id] if group_id or not default_user else [default_user[1], ""]
    for name in searches if password else ():
        owner = _find(user, password, name)
        if owner is not None:
            ctx.enter_world(owner.world)
            roles = ({"groupId": owner.name, "roleName": "GROUP_READ_ONLY"},)
            ctx.key = Key(user, "", owner.world, roles, ())
            return get_project(owner.name)
    ctx.explain("Basic credentials of an enabled PROMETHEUS integration are asked for")
    raise Unauthorized(CHALLENGE)


def _find(user: str, password: str, group_id: str) -> Owner | None:
    """The project with an enabled integration of a user; without an id all are looked through."""
    store, readings = current().store, current().services.readings
    for world in (DEFAULT_WORLD, *store.names(NO_WORLD, WORLD)):
        names = [group_id] if group_id else store.names(world, PROJECT)
        owners = [Owner(world, PROJECT, name) for name in names]
        for owner, content in zip(owners, store.backend.read_many(owners), strict=True):
            # Most projects have no such integration, and their bytes need not be parsed.
            if content and f'"{TYPE}"'.encode() in content:
                tables = readings.parsed(owner, content).tables
                if _is_of(tables.get(INTEGRATIONS, {}).get(TYPE, {}), user, password):
                    return owner
    return None


def _is_of(integration: Document, user: str, password: str) -> bool:
    """Whether an integration is enabled and has a user and password, compared in constant time."""
    pairs = ((integration.get("username"), user), (integration.get("password"), password))
    same = [hmac.compare_digest((kept or "").encode(), text.encode()) for kept, text in pairs]
    return all(same) and bool(integration.get("enabled"))


def _integration(project: Project) -> Document:
    """The project's integration, which may be missing."""
    return current().get(project.owner, INTEGRATIONS, TYPE) or {}
