"""`installed`: what is installed for a tenant of OpsRamp, past the vendor's API."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import INCLUDE, fields

from ..opsramp.tenants import INSTALLED, KIND
from ..store import Document, MissingOwner, Owner
from ..worlds import snapshots
from ..worlds.seeds import stored_installed
from .context import WorldQuery, services, world
from .errors import Problem
from .responses import answer, done
from .routes import Fields, Routes, body, query

bp = Routes("installed", __name__)

_ONE = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "type": {"type": "string"},
        "enabled": {"type": "boolean"},
        "stored": {"type": "object"},
    },
    "required": ["id", "type", "enabled", "stored"],
}
_ALL = {
    "type": "object",
    "properties": {"installed": {"type": "array", "items": _ONE}},
    "required": ["installed"],
}


class TenantQuery(WorldQuery):
    """Which tenant of which world is meant."""

    tenant = fields.String(required=True)


class InstalledBody(Fields):
    """An installed integration, as a seed file has it."""

    class Meta:
        unknown = INCLUDE

    integration = fields.Dict(keys=fields.String(), required=True)


@bp.on("GET", "/installed", {200: _ALL}, query=TenantQuery)
def list_all() -> Response:
    """What is installed for a tenant, with masks in place of secrets."""
    tables = services().store.tables(_owner())
    if tables is None:
        raise _no_tenant()
    found = tables.get(INSTALLED, {})
    return answer({"installed": [_shown(found[name]) for name in sorted(found)]})


@bp.on("POST", "/installed", {201: _ONE}, query=TenantQuery, body=InstalledBody)
def put() -> Response:
    """Store an installed integration, in place of the one of its id if there is one."""
    given, owner = body(), _owner()
    document = stored_installed(given, "body", services().times.time(owner.world))
    services().lives.of(owner.world).learn(document)
    try:
        services().store.change(owner, INSTALLED, document["id"], lambda _: document)
    except MissingOwner:
        raise _no_tenant() from None
    return answer(_shown(document), 201)


@bp.on("DELETE", "/installed/<intg_id>", {204: None}, query=TenantQuery)
def delete(intg_id: str) -> Response:
    """Forget an installed integration, if there is one of the id."""
    try:
        services().store.delete(_owner(), INSTALLED, intg_id)
    except MissingOwner:
        raise _no_tenant() from None
    return done()


def _owner() -> Owner:
    return Owner(world(), KIND, str(query()["tenant"]))


def _no_tenant() -> Problem:
    return Problem(404, "no_such_tenant", f"the world has no tenant {_owner().name!r}")


def _shown(document: Document) -> dict[str, Any]:
    return {
        "id": document["id"],
        "type": document["catalogue"],
        "enabled": document.get("enabled", True),
        "stored": snapshots.masked(document),
    }
