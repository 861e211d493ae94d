"""What a request to install or to change makes of an integration.

`mapAttributes` are appended (see rows.py). Every other part is replaced when it is
sent and stays when it is not (INFERRED: a client sends `displayName` and `description` alone).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..api.errors import ApiError
from ..store import Document
from ..worlds.random_source import RandomSource
from .catalogue import Entry, attribute_name, catalogue
from .inbound import authenticated
from .mapping_rows import INBOUND, OUTBOUND, rows_of

_REPLACED = (
    "displayName", "description", "category", "direction", "parentIntg", "ticketType", "ipAddress",
    "deployment", "containerEngineType", "singleSignOnAuthentication",
)  # fmt: skip
# A credential as it is shown; all else of it is secret (SPEC).
_PUBLIC = (
    "AccountNumber", "ProjectId", "ServiceAccountEmail", "SubscriptionId", "AWSType", "AzureType",
    "TenantId", "ClientID", "Regions",
)  # fmt: skip


def changed(
    document: Document, body: Mapping[str, Any], entry: Entry, random: RandomSource
) -> Document:
    """The document after a request; raises UNKNOWN_ATTRIBUTE, INVALID_VALUE."""
    return {**document, **dict(_changes(document, body, entry, random))}


def appended(document: Document, body: Mapping[str, Any], random: RandomSource) -> Document:
    """The document with the rows of a body's mappings added; raises UNKNOWN_ATTRIBUTE."""
    added = [
        row
        for section, mode in (("inboundConfig", INBOUND), ("outboundConfig", OUTBOUND))
        for row in rows_of(mode, body.get(section, {}).get("mapAttributes", ()), random)
    ]
    return {**document, "rows": document.get("rows", []) + added}


def _changes(
    document: Document, body: Mapping[str, Any], entry: Entry, random: RandomSource
) -> Iterator[tuple[str, Any]]:
    for name in _REPLACED:
        if name in body:
            yield name, body[name]
    inbound = body.get("inboundConfig", {})
    if "authentication" in inbound:
        present = document.get("authentication", {})
        yield "authentication", authenticated(inbound["authentication"], present, random)
    for name in ("dropAlerts", "entityTypes"):
        if name in inbound:
            yield name, inbound[name]
    if "baseNotifier" in body.get("outboundConfig", {}):
        yield "notifier", body["outboundConfig"]["baseNotifier"]
    yield "rows", appended(document, body, random)["rows"]
    if "alertSource" in body:
        yield "alertSource", _alert_source(body["alertSource"])
    if given := body.get("credential", body.get("credentialSet")):
        yield "credential", _credential(given, body.get("displayName", ""), entry)
    if "discoveryProfiles" in body:
        yield "discoveryProfiles", [_without(row, "id") for row in body["discoveryProfiles"]]
    if "emailProps" in body:
        entity = body.get("ticketType", document.get("ticketType", "INCIDENT"))
        yield "emailProps", [_email_set(row, entity) for row in body["emailProps"]]


def _alert_source(given: Any) -> dict[str, Any]:
    """The source by its id (SPEC) or, as the SEED's table has it, by one of its names."""
    for source in catalogue("alert_sources"):
        names = (source["name"], source["displayName"], source["techUid"])
        if given in names or (isinstance(given, dict) and given.get("id") == source["id"]):
            return dict(source)
    if isinstance(given, dict) and "id" in given:
        return given  # one that the catalogue lacks (INFERRED)
    raise ApiError("INVALID_VALUE", "alertSource", str(given)[:200])


def _credential(given: Any, display_name: str, entry: Entry) -> dict[str, Any]:
    """A credential set by its name, or the public part of a cloud's (SPEC)."""
    if isinstance(given, str):
        return {"Name": given, **entry.get("namedCredential", {})}
    if not isinstance(given, dict):
        raise ApiError("INVALID_VALUE", "credential", str(given)[:200])
    public = {name: given[name] for name in _PUBLIC if name in given}
    return {"Name": f"{display_name} {entry['name']} Integration".lstrip(), **public}


def _email_set(given: dict[str, Any], entity: str) -> dict[str, Any]:
    """A set of properties: those with a value first (INFERRED), mappings with their attribute."""
    properties = given.get("properties")
    if not isinstance(properties, list) or not all(isinstance(row, dict) for row in properties):
        return given
    ordered = sorted(properties, key=lambda row: "value" not in row)
    return {**given, "properties": [_email_property(row, entity) for row in ordered]}


def _email_property(given: dict[str, Any], entity: str) -> dict[str, Any]:
    mappings, name = given.get("propertyMappings"), given.get("name")
    if not isinstance(mappings, dict) or not isinstance(name, str):
        return given
    header = {"name": name, "attrName": attribute_name(entity, name), "entityType": entity}
    return {**given, "propertyMappings": {**header, **mappings}}


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
