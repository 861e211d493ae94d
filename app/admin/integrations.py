"""`integrations`: what is stored in a MongoDB project, without the vendor's API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields

from opsemu.schemas import REGISTRY

from ..mongodb.seeding import stored_integration
from ..store import Document, Owner
from ..store.layout import INTEGRATIONS, PROJECT
from ..worlds.redaction import masked
from .context import WorldQuery, services, store_document, stored_documents, world_name
from .routes import ResponseSchema, load_body, load_query

bp = Blueprint("integrations", __name__)


class ProjectQuery(WorldQuery):
    """A project of a world."""

    project = fields.String(required=True)


class IntegrationBody(Schema):
    """The attributes of an integration, as the API takes them."""

    attributes = fields.Dict(keys=fields.String(), required=True)


class Integration(ResponseSchema):
    """A stored integration, with masks in place of secrets."""

    type = fields.String()
    id = fields.String()
    attributes = fields.Dict()


IntegrationList = ResponseSchema.from_dict(
    {"integrations": fields.List(fields.Nested(Integration))}, name="IntegrationList"
)


class Comparison(ResponseSchema):
    """Whether the integration is stored, and the names of the attributes that differ."""

    stored = fields.Boolean()
    differs = fields.List(fields.String())


@bp.get("/integrations", query=ProjectQuery, returns={200: IntegrationList})
def list_all() -> dict[str, Any]:
    """The integrations of a project, with masks in place of secrets."""
    documents = stored_documents(_project(), INTEGRATIONS)
    names = sorted(documents, key=lambda name: REGISTRY[name].list_order)
    return {"integrations": [_shown(name, documents[name]) for name in names]}


@bp.put(
    "/integrations/<type_name>",
    query=ProjectQuery,
    body=IntegrationBody,
    returns={200: Integration},
)
def put(type_name: str) -> dict[str, Any]:
    """Store an integration in place of the present one."""
    body, project = {**load_body()["attributes"], "type": type_name}, _project()
    _, document = stored_integration(body, "attributes", services().times.time(project.world))
    store_document(project, INTEGRATIONS, type_name, document)
    return _shown(type_name, document)


@bp.delete("/integrations/<type_name>", query=ProjectQuery)
def delete(type_name: str) -> tuple[str, int]:
    """Delete an integration, if it is stored."""
    services().store.delete(_project(), INTEGRATIONS, type_name)
    return "", 204


@bp.post(
    "/integrations/<type_name>/compare",
    query=ProjectQuery,
    body=IntegrationBody,
    returns={200: Comparison},
)
def compare(type_name: str) -> dict[str, Any]:
    """Compare an integration with the stored one, secrets in full."""
    document = stored_documents(_project(), INTEGRATIONS).get(type_name)
    stored, attributes = document or {}, load_body()["attributes"]
    differs = [
        name for name, value in attributes.items() if name not in stored or stored[name] != value
    ]
    return {"stored": document is not None, "differs": differs}


def _project() -> Owner:
    return Owner(world_name(), PROJECT, load_query()["project"])


def _shown(type_name: str, document: Document) -> dict[str, Any]:
    attributes = masked(document)
    return {"type": type_name, "id": attributes.pop("id"), "attributes": attributes}
