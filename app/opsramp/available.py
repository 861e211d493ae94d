"""`integrations/available`: the catalogue."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from opsemu.schemas.opsramp.alerts import ALERT_TYPES

from ..api.responses import reply
from ..api.routes import Resource
from . import catalogue
from .catalogue import CatalogueEntry
from .documents import omit
from .paging import reply_page
from .representation import integration
from .request_helpers import Matcher, filter_items, reply_search
from .tenants import get_tenant

bp = Resource("opsramp_available", __name__)

TENANT = "/tenants/<tenant_id>"
INTEGRATIONS = f"{TENANT}/integrations"
AVAILABLE = f"{INTEGRATIONS}/available"


@bp.get(f"{AVAILABLE}/search", operation="searchAvailable")
def search(tenant_id: str) -> Response:
    """The integrations that can be installed."""
    get_tenant(tenant_id)
    return reply_search(catalogue.available(), _names, _MATCHERS, _element)


@bp.get(AVAILABLE, operation="getAllAvailable")
def get_all(tenant_id: str) -> Response:
    """The integrations that can be installed, as a bare array (CLIENT)."""
    get_tenant(tenant_id)
    entries = filter_items(catalogue.available(), _names, _MATCHERS, _element)
    return reply([_element(entry) for entry in entries])


@bp.get(f"{AVAILABLE}/<name>", operation="getOneAvailable")
def get_one(tenant_id: str, name: str) -> Response:
    """One integration that can be installed (CLIENT)."""
    get_tenant(tenant_id)
    return reply(_element(catalogue.get_entry(name)))


@bp.get(f"{AVAILABLE}/<name>/mappingAttr/<entity>", operation="attributesAvailable")
def attributes(tenant_id: str, name: str, entity: str) -> Response:
    """The attributes of an entity that can be mapped."""
    get_tenant(tenant_id)
    catalogue.get_entry(name)
    attributes = catalogue.load("attributes").get(entity, ())
    return reply_page([omit(attribute, "attrName") for attribute in attributes])


@bp.get(f"{AVAILABLE}/<name>/emailProps/<entity>", operation="emailPropertiesAvailable")
def email_properties(tenant_id: str, name: str, entity: str) -> Response:
    """The properties that an e-mail can set (INFERRED: the vendor does not show the body)."""
    get_tenant(tenant_id)
    catalogue.get_entry(name)
    return reply_page(catalogue.load("email_properties").get(entity, ()))


@bp.get(f"{INTEGRATIONS}/events/placeHolders/<entity>", operation="placeholdersAvailable")
def placeholders(tenant_id: str, entity: str) -> Response:
    """The placeholders for payloads of events."""
    get_tenant(tenant_id)
    return reply_page(catalogue.load("placeholders").get(entity, ()), previous=True)


@bp.get(f"{TENANT}/cfg/alertSource/available/custIntg/<name>", operation="alertSourcesAvailable")
def alert_sources(tenant_id: str, name: str) -> Response:
    """The alert sources of a custom integration: a bare array (CLIENT)."""
    get_tenant(tenant_id)
    catalogue.get_entry(name)
    return reply(catalogue.load("alert_sources"))


@bp.get("/cfg/alertTechnologies", operation="alertTechnologiesAvailable")
def alert_technologies() -> Response:
    """All alert sources: a bare array (CLIENT)."""
    return reply(catalogue.load("alert_sources"))


@bp.get("/alertTypes", operation="alertTypesAvailable")
def alert_types() -> Response:
    """The types of alerts: a bare array of texts (SPEC)."""
    return reply(ALERT_TYPES)


@bp.get(f"{TENANT}/roles/search", operation="rolesAvailable")
def roles(tenant_id: str) -> Response:
    """The roles that can be given to the other system."""
    get_tenant(tenant_id)
    return reply_search(catalogue.load("roles"), _names, {})


@bp.get(TENANT, operation="probeAvailable")
def probe(tenant_id: str) -> Response:
    """The tenant; clients call it to find out which scope their key has (CLIENT)."""
    return reply({"uniqueId": tenant_id, "name": get_tenant(tenant_id).name})


def _element(entry: CatalogueEntry) -> dict[str, object]:
    """An entry, with its id and name once more as its `type` (CLIENT)."""
    kind = {"id": entry["id"], "name": entry["name"]}
    return {**kind, "type": kind, **integration(entry)}


def _names(item: Mapping[str, Any]) -> tuple[str, str]:
    return item.get("id", "").lower(), item["name"].lower()


_MATCHERS: dict[str, Matcher[CatalogueEntry]] = {
    "category": catalogue.is_in_category,
    "uId": lambda entry, text: text.lower() in _names(entry),
}
