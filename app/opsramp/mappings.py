"""`installed/<id>/mappingAttr` and its neighbours: what is mapped, and what can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from opsemu.schemas.opsramp.mappings import Mappings

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..store import Document
from . import catalogue
from .family import FAMILIES
from .installed import ONE
from .mapping_rows import INBOUND, OUTBOUND, Group, groups, mapping
from .merge import appended
from .request_helpers import body, listed
from .tenants import tenant

bp = Resource("opsramp_mappings", __name__, families=FAMILIES)

DIRECTION = f"{ONE}/<any(inbound, outbound):direction>"
# The order in which both are listed (SPEC).
_MODES = (OUTBOUND, INBOUND)


@bp.post(f"{ONE}/mappingAttr", operation="appendMappings")
def append(tenant_id: str, intg_id: str) -> Response:
    """Add mappings; the answer is a bare array of the groups of the sections sent (SPEC)."""
    here = tenant(tenant_id)
    here.one(intg_id)
    given = body(Mappings)
    stored = here.change(intg_id, lambda present: appended(present, given, current().time.random))
    modes = [mode for mode in _MODES if f"{mode.lower()}Config" in given]
    return reply([group for mode in modes for group in groups(stored["rows"], mode)])


@bp.get(f"{ONE}/mappingAttr", operation="getAllMappings")
def get_all(tenant_id: str, intg_id: str) -> Response:
    """The groups that a query selects: a bare array, and each tells its mode (SPEC)."""
    rows = tenant(tenant_id).one(intg_id).get("rows", ())
    shown = [group for mode in _MODES for group in groups(rows, mode, tell_mode=True)]
    return reply([group for group in shown if _is_asked_for(group)])


@bp.get(f"{DIRECTION}/installedIntgMappings", operation="rowsMappings")
def rows(tenant_id: str, intg_id: str, direction: str) -> Response:
    """The rows themselves, one for each value, with the id to delete them by (CLIENT)."""
    stored = tenant(tenant_id).one(intg_id).get("rows", ())
    return listed([mapping(row) for row in stored if row["mode"] == direction.upper()])


@bp.delete(f"{DIRECTION}/mappingAttr/<unique_id>", operation="deleteMappings")
def delete(tenant_id: str, intg_id: str, direction: str, unique_id: str) -> Response:
    """Remove one row: the only way to be rid of a value (CLIENT)."""
    tenant(tenant_id).change(intg_id, _without_row(direction.upper(), unique_id))
    return reply(None)


@bp.get(f"{DIRECTION}/entities/<entity>/properties", operation="propertiesMappings")
def properties(tenant_id: str, intg_id: str, direction: str, entity: str) -> Response:
    """The attributes of an entity and whether they are mapped: a bare array (CLIENT)."""
    stored = tenant(tenant_id).one(intg_id).get("rows", ())
    mapped = {row["attrName"] for row in stored if row["mode"] == direction.upper()}
    rows = catalogue.catalogue("attributes").get(entity, ())
    return reply([_property(entity, row, row["attrName"] in mapped) for row in rows])


def _is_asked_for(group: Group) -> bool:
    asked = {
        "entityType": current().query.first("entity"),
        "name": current().query.first("name"),
        "mode": current().query.first("intgMode"),
    }
    return all(value in (None, group[name]) for name, value in asked.items())


def _without_row(mode: str, unique_id: str) -> Callable[[Document], Document]:
    def edit(present: Document) -> Document:
        stored = present.get("rows", [])
        kept = [row for row in stored if (row["mode"], row["uniqueId"]) != (mode, unique_id)]
        if len(kept) == len(stored):
            raise ApiError("NO_MAPPING", unique_id)
        return {**present, "rows": kept}

    return edit


def _property(entity: str, row: dict[str, Any], mapped: bool) -> dict[str, Any]:
    """An attribute in the words of a later client; what no source shows is INFERRED."""
    return {
        "entity": entity,
        "property": row["attrName"],
        "propertyType": "STRING",
        "name": row["name"],
        "description": row["description"],
        "displayGroup": entity,
        "mapable": row["mapable"],
        "valueMapable": row["valueMapable"],
        "mapped": mapped,
        "mandatory": False,
        "parsable": True,
    }
