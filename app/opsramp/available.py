"""`integrations/available`: the catalogue."""

from __future__ import annotations

from typing import Any

from flask import Response

from ..api.responses import reply
from ..api.routes import Resource
from . import catalogue
from .catalogue import Entry
from .family import FAMILIES
from .request_helpers import begins, chosen, equals, listed
from .tenants import tenant

bp = Resource("opsramp_available", __name__, families=FAMILIES)

AVAILABLE = "/tenants/<tenant_id>/integrations/available"


@bp.get(f"{AVAILABLE}/search", operation="searchAvailable")
def search(tenant_id: str) -> Response:
    """The integrations that can be installed."""
    tenant(tenant_id)
    rows = chosen(catalogue.available(), _KEYS, _is_called)
    return listed([_shown(row) for row in rows], previous=True)


@bp.get(f"{AVAILABLE}/<name>/mappingAttr/<entity>", operation="attributesAvailable")
def attributes(tenant_id: str, name: str, entity: str) -> Response:
    """The attributes of an entity that can be mapped."""
    tenant(tenant_id)
    catalogue.entry(name)
    rows = catalogue.catalogue("attributes").get(entity, ())
    return listed([_without_name(row) for row in rows])


@bp.get(f"{AVAILABLE}/<name>/emailProps/<entity>", operation="emailPropertiesAvailable")
def email_properties(tenant_id: str, name: str, entity: str) -> Response:
    """The properties that an e-mail can fill (INFERRED: the vendor does not show the body)."""
    tenant(tenant_id)
    catalogue.entry(name)
    return listed(catalogue.catalogue("email_properties").get(entity, ()))


@bp.get(
    "/tenants/<tenant_id>/integrations/events/placeHolders/<entity>",
    operation="placeholdersAvailable",
)
def placeholders(tenant_id: str, entity: str) -> Response:
    """What can stand in an event's payload."""
    tenant(tenant_id)
    return listed(catalogue.catalogue("placeholders").get(entity, ()), previous=True)


@bp.get(
    "/tenants/<tenant_id>/cfg/alertSource/available/custIntg/<app_name>",
    operation="alertSourcesAvailable",
)
def alert_sources(tenant_id: str, app_name: str) -> Response:
    """The alert sources of a custom integration: a bare array (CLIENT)."""
    tenant(tenant_id)
    catalogue.entry(app_name)
    return reply(catalogue.catalogue("alert_sources"))


@bp.get("/tenants/<tenant_id>/roles/search", operation="rolesAvailable")
def roles(tenant_id: str) -> Response:
    """The roles that a caller can be given."""
    tenant(tenant_id)
    return listed(chosen(catalogue.catalogue("roles"), _BY_NAME, _is_called), previous=True)


@bp.get("/tenants/<tenant_id>", operation="probeAvailable")
def probe(tenant_id: str) -> Response:
    """The tenant itself; a client learns its scope from whether it is let in (CLIENT)."""
    about = tenant(tenant_id).about
    return reply({"uniqueId": about["id"], "name": about["name"]})


def _shown(row: Entry) -> dict[str, Any]:
    multiple = {"multipleInstallations": True} if row.get("multipleInstallations") else {}
    return {"id": row["id"], "name": row["name"], **multiple}


def _without_name(row: Entry) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "attrName"}


def _names(row: Entry) -> tuple[str, str]:
    return row.get("id", ""), row["name"]


def _is_called(row: Entry, name: str) -> bool:
    return equals(_names(row), name)


_BY_NAME = {"name": lambda row, name: begins(_names(row), name)}
_KEYS = {**_BY_NAME, "category": catalogue.is_in_category, "uId": _is_called}
