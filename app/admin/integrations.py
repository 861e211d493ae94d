"""`integrations`: what is stored in a project, past the vendors' API."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from opsemu.schemas import REGISTRY

from ..mongodb.notifications import INTEGRATIONS
from ..mongodb.project_access import KIND
from ..mongodb.seeding import stored_integration
from ..store import Document, MissingOwner, Owner
from ..worlds.redaction import masked
from .context import WorldQuery, services, world
from .errors import Problem
from .responses import answer, done
from .routes import Fields, Routes, body, query

bp = Routes("integrations", __name__)

_ONE = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "id": {"type": "string"},
        "attributes": {"type": "object"},
    },
    "required": ["type", "id", "attributes"],
}
_ALL = {
    "type": "object",
    "properties": {"integrations": {"type": "array", "items": _ONE}},
    "required": ["integrations"],
}
_COMPARED = {
    "type": "object",
    "properties": {
        "stored": {"type": "boolean"},
        "differs": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["stored", "differs"],
}


class ProjectQuery(WorldQuery):
    """Which project of which world is meant."""

    project = fields.String(required=True)


class IntegrationBody(Fields):
    """An integration's attributes, as the API takes them."""

    attributes = fields.Dict(keys=fields.String(), required=True)


@bp.on("GET", "/integrations", {200: _ALL}, query=ProjectQuery)
def list_all() -> Response:
    """What is stored in a project, with masks in place of secrets."""
    found = _stored()
    names = sorted(found, key=lambda name: REGISTRY[name].list_order)
    return answer({"integrations": [_shown(name, found[name]) for name in names]})


@bp.on("PUT", "/integrations/<type_name>", {200: _ONE}, query=ProjectQuery, body=IntegrationBody)
def put(type_name: str) -> Response:
    """Store an integration in place of the one there is."""
    given = {**body()["attributes"], "type": type_name}
    owner = _owner()
    _, document = stored_integration(given, "attributes", services().times.time(owner.world))
    services().worlds.get(owner.world).add_secrets(document)
    try:
        services().store.change(owner, INTEGRATIONS, type_name, lambda _: document)
    except MissingOwner:
        raise _no_project(owner) from None
    return answer(_shown(type_name, document))


@bp.on("DELETE", "/integrations/<type_name>", {204: None}, query=ProjectQuery)
def delete(type_name: str) -> Response:
    """Forget an integration, if there is one."""
    owner = _owner()
    try:
        services().store.delete(owner, INTEGRATIONS, type_name)
    except MissingOwner:
        raise _no_project(owner) from None
    return done()


@bp.on(
    "POST",
    "/integrations/<type_name>/compare",
    {200: _COMPARED},
    query=ProjectQuery,
    body=IntegrationBody,
)
def compare(type_name: str) -> Response:
    """Whether an integration is stored, and the attributes in which it differs, secrets in full."""
    found, wanted = _stored().get(type_name), body()["attributes"]
    given = found or {}
    differs = [name for name in wanted if name not in given or given[name] != wanted[name]]
    return answer({"stored": found is not None, "differs": differs})


def _owner() -> Owner:
    return Owner(world(), KIND, str(query()["project"]))


def _stored() -> dict[str, Document]:
    owner = _owner()
    tables = services().store.tables(owner)
    if tables is None:
        raise _no_project(owner)
    return tables.get(INTEGRATIONS, {})


def _no_project(owner: Owner) -> Problem:
    return Problem(404, "no_such_project", f"the world has no project {owner.name!r}")


def _shown(type_name: str, document: Document) -> dict[str, Any]:
    shown = masked(document)
    return {"type": type_name, "id": shown.pop("id"), "attributes": shown}
