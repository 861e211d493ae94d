"""`integrations` of a MongoDB project, `installed` integrations of an OpsRamp tenant.

They are read and stored without the vendor's API, and shown with masks in place of secrets.
"""

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields

from opsemu.schemas import REGISTRY

from ..mongodb.seeding import stored_integration
from ..opsramp.seeding import stored_installed
from ..store import Document, MissingOwner, Owner
from ..store.layout import INSTALLED, INTEGRATIONS, PROJECT, TENANT
from ..worlds.redaction import masked
from .context import load_body, load_query, services, world_name
from .schemas import AnyObject, WorldQuery, response_schema

bp = Blueprint("integrations", __name__)
installed = Blueprint("installed", __name__)

ONE = "/integrations/<type_name>"

_MEMBERS = fields.Dict(keys=fields.String(), required=True)
ProjectQuery = WorldQuery.from_dict({PROJECT: fields.String(required=True)})
TenantQuery = WorldQuery.from_dict({TENANT: fields.String(required=True)})
IntegrationBody = Schema.from_dict({"attributes": _MEMBERS}, name="IntegrationBody")
InstalledBody = AnyObject.from_dict({"integration": _MEMBERS}, name="InstalledBody")
Integration = response_schema("Integration", type=str, id=str, attributes=dict)
Installed = response_schema("Installed", id=str, type=str, enabled=bool, stored=dict)
IntegrationList = response_schema("IntegrationList", integrations=[Integration])
InstalledList = response_schema("InstalledList", installed=[Installed])
Comparison = response_schema("Comparison", stored=bool, differs=[str])


@bp.get("/integrations", query=ProjectQuery, returns={200: IntegrationList})
def list_all() -> dict[str, Any]:
    """The integrations of a project, with masks in place of secrets."""
    documents = _documents(_owner(PROJECT), INTEGRATIONS)
    names = sorted(documents, key=lambda name: REGISTRY[name].list_order)
    return {"integrations": [_show(name, documents[name]) for name in names]}


@bp.put(ONE, query=ProjectQuery, body=IntegrationBody, returns={200: Integration})
def put(type_name: str) -> dict[str, Any]:
    """Store an integration in place of the present one."""
    body, project = {**load_body()["attributes"], "type": type_name}, _owner(PROJECT)
    _, document = stored_integration(body, "attributes", services().clocks.time(project.world))
    _store(project, INTEGRATIONS, type_name, document)
    return _show(type_name, document)


@bp.delete(ONE, query=ProjectQuery)
def delete(type_name: str) -> tuple[str, int]:
    """Delete an integration, if it is stored."""
    services().store.delete(_owner(PROJECT), INTEGRATIONS, type_name)
    return "", 204


@bp.post(f"{ONE}/compare", query=ProjectQuery, body=IntegrationBody, returns={200: Comparison})
def compare(type_name: str) -> dict[str, Any]:
    """Whether an integration is stored, and which attributes differ, secrets in full."""
    document = _documents(_owner(PROJECT), INTEGRATIONS).get(type_name)
    stored, attributes = document or {}, load_body()["attributes"]
    differs = [name for name, value in attributes.items() if (name, value) not in stored.items()]
    return {"stored": document is not None, "differs": differs}


@installed.get("/installed", query=TenantQuery, returns={200: InstalledList}, endpoint="list_all")
def list_installed() -> dict[str, Any]:
    """The installed integrations of a tenant, with masks in place of secrets."""
    documents = _documents(_owner(TENANT), INSTALLED)
    return {"installed": [_show_installed(documents[intg_id]) for intg_id in sorted(documents)]}


@installed.post(
    "/installed", query=TenantQuery, body=InstalledBody, returns={201: Installed}, endpoint="put"
)
def put_installed() -> tuple[dict[str, Any], int]:
    """Store an installed integration in place of the one with its id."""
    body, tenant = load_body(), _owner(TENANT)
    document = stored_installed(body, "body", services().clocks.time(tenant.world))
    _store(tenant, INSTALLED, document["id"], document)
    return _show_installed(document), 201


@installed.delete("/installed/<intg_id>", query=TenantQuery, endpoint="delete")
def delete_installed(intg_id: str) -> tuple[str, int]:
    """Delete an installed integration, if it is stored."""
    services().store.delete(_owner(TENANT), INSTALLED, intg_id)
    return "", 204


def _owner(kind: str) -> Owner:
    """The project or the tenant that the query names."""
    return Owner(world_name(), kind, load_query()[kind])


def _documents(owner: Owner, table: str) -> dict[str, Document]:
    tables = services().store.tables(owner)
    if tables is None:
        raise MissingOwner(owner)
    return tables.get(table, {})


def _store(owner: Owner, table: str, key: str, document: Document) -> None:
    """Store a document, whose secrets are masked from now on; raises MissingOwner."""
    services().worlds.get(owner.world).add_secrets(document)
    services().store.change(owner, table, key, lambda _: document)


def _show(type_name: str, document: Document) -> dict[str, Any]:
    attributes = masked(document)
    return {"type": type_name, "id": attributes.pop("id"), "attributes": attributes}


def _show_installed(document: Document) -> dict[str, Any]:
    return {
        "id": document["id"],
        "type": document["catalogue"],
        "enabled": document.get("enabled", True),
        "stored": masked(document),
    }
