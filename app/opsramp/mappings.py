"""`installed/<id>/mappingAttr` and related paths: what is mapped, and what can be."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from opsemu.schemas.opsramp.installed import Mappings

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from . import catalogue
from .constants import INBOUND, OUTBOUND
from .installed import ONE
from .mapping_rows import Group, append_rows, groups, list_item, remove_row
from .paging import reply_page
from .request_helpers import load_for
from .tenants import get_tenant

bp = Resource("opsramp_mappings", __name__)

DIRECTION = f"{ONE}/<any(inbound, outbound):direction>"
# The order of the response (SPEC).
_MODES = (OUTBOUND, INBOUND)


@bp.post(f"{ONE}/mappingAttr", operation="appendMappings")
def append(tenant_id: str, intg_id: str) -> Response:
    """Append mappings; the response is a bare array of the groups of the sections sent (SPEC)."""
    tenant, body = load_for(tenant_id, intg_id, Mappings)
    edited = tenant.change(intg_id, append_rows, body, current().time.random)
    modes = [mode for mode in _MODES if f"{mode.lower()}Config" in body]
    return reply([group for mode in modes for group in groups(edited["rows"], mode)])


@bp.get(f"{ONE}/mappingAttr", operation="getAllMappings")
def get_all(tenant_id: str, intg_id: str) -> Response:
    """The groups that the query selects: a bare array, each group with its mode (SPEC)."""
    rows = get_tenant(tenant_id).get(intg_id).get("rows", ())
    listed = [group for mode in _MODES for group in groups(rows, mode, with_mode=True)]
    return reply([group for group in listed if _is_selected(group)])


@bp.get(f"{DIRECTION}/installedIntgMappings", operation="rowsMappings")
def rows(tenant_id: str, intg_id: str, direction: str) -> Response:
    """The rows, one for each value, with the ids to delete them by (CLIENT)."""
    stored = get_tenant(tenant_id).get(intg_id).get("rows", ())
    return reply_page([list_item(row) for row in stored if row["mode"] == direction.upper()])


@bp.delete(f"{DIRECTION}/mappingAttr/<unique_id>", operation="deleteMappings")
def delete(tenant_id: str, intg_id: str, direction: str, unique_id: str) -> Response:
    """Remove one row, the only way to remove a value (CLIENT)."""
    get_tenant(tenant_id).change(intg_id, remove_row, direction.upper(), unique_id)
    return reply(None)


@bp.get(f"{DIRECTION}/entities/<entity>/properties", operation="propertiesMappings")
def properties(tenant_id: str, intg_id: str, direction: str, entity: str) -> Response:
    """The attributes of an entity and whether they are mapped: a bare array (CLIENT)."""
    rows = get_tenant(tenant_id).get(intg_id).get("rows", ())
    mapped = {row["attrName"] for row in rows if row["mode"] == direction.upper()}
    attributes = catalogue.properties(entity)
    return reply([_property(entity, each, each["attrName"] in mapped) for each in attributes])


def _is_selected(group: Group) -> bool:
    members = {"entity": "entityType", "name": "name", "intgMode": "mode"}
    query = current().query
    return all(query.first(name) in (None, group[member]) for name, member in members.items())


def _property(entity: str, attribute: Mapping[str, Any], mapped: bool) -> dict[str, object]:
    """An attribute with the names of a later client; what no source shows is INFERRED."""
    return {
        "entity": entity,
        "property": attribute["attrName"],
        "propertyType": "STRING",
        "name": attribute["name"],
        "description": attribute["description"],
        "displayGroup": entity,
        "mapable": attribute["mapable"],
        "valueMapable": attribute["valueMapable"],
        "mapped": mapped,
        "mandatory": False,
        "parsable": True,
    }
