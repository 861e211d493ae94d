"""`overview`: what a world holds, for people: projects as each family shows them, and tenants."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint

from ..mongodb.automation.deployment import Deployment, Moment
from ..mongodb.automation.reports import agents
from ..mongodb.dialect import MongoDialect, profile_in
from ..mongodb.integrations import show_all
from ..opsramp.catalogue import entry_of
from ..opsramp.constants import INBOUND, OUTBOUND
from ..opsramp.mapping_rows import groups
from ..store import Document, Owner
from ..store.base import Tables
from ..store.layout import AUTOMATION, INSTALLED, INTEGRATIONS, ORGANIZATION, PROJECT, TENANT
from ..worlds import settings
from ..worlds.journal import timestamp
from ..worlds.redaction import masked
from .context import services, world_name
from .schemas import WorldQuery, response_schema

bp = Blueprint("overview", __name__)

MAX_OWNERS = 100  # of each kind

# `families` has an integration as each family shows it; null in one that does not serve its type.
ShownIntegration = response_schema("ShownIntegration", type=str, families=dict)
Process = response_schema("Process", name=str, hostname=str, version=int, plan=[str], error=str)
Agent = response_schema("Agent", hostname=str, at=str, stopped=bool)
Automation = response_schema("Automation", version=int, processes=[Process], agents=[Agent])
ShownOrganization = response_schema("ShownOrganization", id=str, name=str)
ShownProject = response_schema(
    "ShownProject",
    id=str,
    name=str,
    orgId=str,
    integrations=[ShownIntegration],
    automation=Automation,
)
ShownInstalled = response_schema(
    "ShownInstalled", id=str, type=str, name=str, enabled=bool, inbound=[dict], outbound=[dict]
)
ShownTenant = response_schema("ShownTenant", id=str, name=str, installed=[ShownInstalled])
Overview = response_schema(
    "Overview",
    families=[str],
    organizations=[ShownOrganization],
    projects=[ShownProject],
    tenants=[ShownTenant],
    totals=dict[str, int],
)


@bp.get("/overview", query=WorldQuery, returns={200: Overview})
def overview() -> dict[str, Any]:
    """Organizations, projects and tenants of a world, at most 100 of each; `totals` counts all."""
    world, store = world_name(), services().store
    show_one = {ORGANIZATION: _organization, PROJECT: _project, TENANT: _tenant}
    names = {kind: sorted(store.names(world, kind)) for kind in show_one}
    shown = {
        f"{kind}s": [
            show(Owner(world, kind, name), tables)
            for name in names[kind][:MAX_OWNERS]
            if (tables := store.tables(Owner(world, kind, name))) is not None
        ]
        for kind, show in show_one.items()
    }
    totals = {f"{kind}s": len(each) for kind, each in names.items()}
    return {"families": [family.name for family in _families()], **shown, "totals": totals}


def _families() -> Iterator[MongoDialect]:
    """The MongoDB families whose operations are listed; the others serve what lies beside them."""
    for family in services().dialects:
        if isinstance(family, MongoDialect) and family.operations:
            yield family


def _organization(owner: Owner, tables: Tables) -> Document:
    return {name: tables[ORGANIZATION][owner.name][name] for name in ("id", "name")}


def _project(owner: Owner, tables: Tables) -> Document:
    about = tables[PROJECT][owner.name]
    values = settings.get(services().store, owner.world, services().settings)
    stored = tables.get(INTEGRATIONS, {})
    by_family = {
        family.name: {row["type"]: row for row in show_all(stored, profile_in(family, values))}
        for family in _families()
    }
    integrations = [
        {
            "type": each,
            "families": {name: masked(rows.get(each)) for name, rows in by_family.items()},
        }
        for each in sorted(stored)
    ]
    moment = Moment.of(services().clocks.time(owner.world).now(), values)
    deployment = Deployment(owner.name, tables.get(AUTOMATION, {}).get(owner.name, {}), moment)
    return {
        **{name: about[name] for name in ("id", "name", "orgId")},
        "integrations": integrations,
        "automation": _automation(deployment),
    }


def _automation(deployment: Deployment) -> Document:
    processes = [
        {
            "name": row["name"],
            "hostname": row["hostname"],
            "version": row["lastGoalVersionAchieved"],
            "plan": row["plan"],
            "error": row["errorString"],
        }
        for row in deployment.status()["processes"]
    ]
    rows = [
        {
            "hostname": row["hostname"],
            "at": timestamp(row["at"]),
            "stopped": "stopped" in deployment.servers[row["hostname"]],
        }
        for row in agents(deployment, "AUTOMATION")
    ]
    return {"version": deployment.version, "processes": processes, "agents": rows}


def _tenant(owner: Owner, tables: Tables) -> Document:
    installed = [
        {
            "id": document["id"],
            "type": document["catalogue"],
            "name": document.get("displayName", entry_of(document)["name"]),
            "enabled": document.get("enabled", True),
            "inbound": masked(groups(document.get("rows", ()), INBOUND)),
            "outbound": masked(groups(document.get("rows", ()), OUTBOUND)),
        }
        for document in tables.get(INSTALLED, {}).values()
    ]
    return {"id": owner.name, "name": tables[TENANT][owner.name]["name"], "installed": installed}
