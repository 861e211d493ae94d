"""`/groups/<id>/agents` and the versions of agents."""

from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas.profiles import MANAGER, OPS_MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ...worlds.clock import timestamp
from ..project_access import get_project, project_url
from ..request_helpers import link, page_of
from .access import get_deployment
from .config import AUTOMATION_VERSION, BI_CONNECTOR_VERSION
from .reports import agents

bp = Resource("agents", __name__, MANAGER)

ALL = "/groups/<group_id>/agents"
TYPES = ("MONITORING", "BACKUP", "AUTOMATION")
_VERSIONS = {
    "isAnyAgentNotManaged": False,
    "isAnyAgentVersionDeprecated": False,
    "isAnyAgentVersionOld": False,
    "latestVersion": AUTOMATION_VERSION,
    "minimumAgentVersionDetected": AUTOMATION_VERSION,
    "minimumVersion": "5.0.0.309",
}
# CLIENT: a local Ops Manager of 2020.
_COMPONENTS = {
    "automationMinimumVersion": "10.2.17.5964",
    "automationVersion": AUTOMATION_VERSION,
    "biConnectorMinimumVersion": "2.3.1",
    "biConnectorVersion": BI_CONNECTOR_VERSION,
    "mongoDbToolsVersion": "100.0.1",
}


@bp.get(ALL, operation="getAgents")
def get_links(group_id: str) -> Response:
    """Nothing but links to the agents by type (CLIENT: a real server in 2020)."""
    links, url = _links(group_id, "agents"), f"{project_url(group_id)}/agents"
    links += [link(f"{url}/{kind}", f"{kind.lower()}Agents") for kind in TYPES]
    return reply({"links": links, "results": [], "totalCount": 0})


@bp.get(f"{ALL}/<type_name>", operation="getAgentsByType")
def list_by_type(group_id: str, type_name: str) -> Response:
    """The agents of a type, by the names of their servers; raises INVALID_AGENT_TYPE_NAME."""
    deployment = get_deployment(group_id)
    if type_name not in TYPES:
        raise ApiError("INVALID_AGENT_TYPE_NAME", type_name)
    return reply(page_of(agents(deployment, type_name), partial(_show, kind=type_name)))


@bp.get(f"{ALL}/versions", operation="getAgentVersions")
def get_versions(group_id: str) -> Response:
    """The versions of the automation agents; the link to itself is another one's (CLIENT)."""
    deployment = get_deployment(group_id)
    now, rows = deployment.moment.now, agents(deployment, "AUTOMATION")
    entries = {"count": len(rows), "entries": [_show_version(agent, now) for agent in rows]}
    body = {**entries, **_VERSIONS, "links": _links(group_id, "agents/current")}
    return reply(dict(sorted(body.items())))


@bp.get("/softwareComponents/versions", operation="getComponentVersions", families=OPS_MANAGER)
def get_components() -> Response:
    """The versions that agents are told to download."""
    body = {**_COMPONENTS, "links": [self_link(current().url)]}
    return reply(dict(sorted(body.items())))


def _links(group_id: str, path: str) -> list[dict[str, str]]:
    url = project_url(get_project(group_id).id)
    return [self_link(f"{url}/{path}"), link(url, "group")]


def _counts(agent: Document) -> dict[str, int]:
    """An agent asks for its configuration every 10 seconds and pings every minute."""
    seconds = max(0, int(agent["at"] - agent["since"]))
    return {"confCount": 1 + seconds // 10, "pingCount": 1 + seconds // 60}


def _show(agent: Document, kind: str) -> dict[str, Any]:
    """An agent; one of each type is active, and the others wait (CLIENT)."""
    last = timestamp(agent["at"])
    state = "ACTIVE" if agent["isFirst"] else "STANDBY"
    if kind == "AUTOMATION":
        state = "ACTIVE" if agent["processes"] else "NO_PROCESSES"
    shown = {
        **_counts(agent),
        "hostname": agent["hostname"],
        "isManaged": True,
        "lastConf": last,
        "lastPing": last,
        "stateName": state,
        "typeName": kind,
    }
    return dict(sorted(shown.items()))


def _show_version(agent: Document, now: float) -> dict[str, Any]:
    last = int(agent["at"] * 1000)
    shown = {
        **_counts(agent),
        "address": agent["hostname"],
        "hostname": agent["hostname"],
        "hostnameShort": agent["hostname"].partition(".")[0],
        "isManaged": True,
        "isModule": False,
        "isPrimary": agent["isFirst"],
        "isVersionDeprecated": False,
        "isVersionOld": False,
        "lastConf": last,
        "lastPing": last,
        "msSinceLastConf": int(now * 1000) - last,
        "numProcess": agent["processes"],
        "pingState": "ACTIVE",
        "tagName": None,
        "version": AUTOMATION_VERSION,
    }
    return dict(sorted(shown.items()))
