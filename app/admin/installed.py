"""`installed`: the installed integrations of an OpsRamp tenant, without the vendor's API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from marshmallow import INCLUDE, Schema, fields

from ..opsramp.seeding import stored_installed
from ..store import Document, Owner
from ..store.layout import INSTALLED, TENANT
from ..worlds.redaction import masked
from .context import WorldQuery, services, store_document, stored_documents, world_name
from .routes import ResponseSchema, load_body, load_query

bp = Blueprint("installed", __name__)


class TenantQuery(WorldQuery):
    """A tenant of a world."""

    tenant = fields.String(required=True)


class InstalledBody(Schema):
    """An installed integration, written as in a seed file."""

    class Meta:
        unknown = INCLUDE

    integration = fields.Dict(keys=fields.String(), required=True)


class Installed(ResponseSchema):
    """An installed integration, with masks in place of secrets."""

    id = fields.String()
    type = fields.String()
    enabled = fields.Boolean()
    stored = fields.Dict()


InstalledList = ResponseSchema.from_dict(
    {"installed": fields.List(fields.Nested(Installed))}, name="InstalledList"
)


@bp.get("/installed", query=TenantQuery, returns={200: InstalledList})
def list_all() -> dict[str, Any]:
    """The installed integrations of a tenant, with masks in place of secrets."""
    documents = stored_documents(_tenant(), INSTALLED)
    return {"installed": [_shown(documents[intg_id]) for intg_id in sorted(documents)]}


@bp.post("/installed", query=TenantQuery, body=InstalledBody, returns={201: Installed})
def put() -> tuple[dict[str, Any], int]:
    """Store an installed integration in place of the one with its id."""
    body, tenant = load_body(), _tenant()
    document = stored_installed(body, "body", services().times.time(tenant.world))
    store_document(tenant, INSTALLED, document["id"], document)
    return _shown(document), 201


@bp.delete("/installed/<intg_id>", query=TenantQuery)
def delete(intg_id: str) -> tuple[str, int]:
    """Delete an installed integration, if it is stored."""
    services().store.delete(_tenant(), INSTALLED, intg_id)
    return "", 204


def _tenant() -> Owner:
    return Owner(world_name(), TENANT, load_query()["tenant"])


def _shown(document: Document) -> dict[str, Any]:
    return {
        "id": document["id"],
        "type": document["catalogue"],
        "enabled": document.get("enabled", True),
        "stored": masked(document),
    }
