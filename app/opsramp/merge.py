"""What a request to install or to update does to an installed integration.

`mapAttributes` are appended (see mapping_rows). Every other part is replaced if it is in the
body and unchanged if not (INFERRED: a client sends `displayName` and `description` alone).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..api.errors import ApiError
from ..worlds.clock import WorldTime
from ..worlds.random_source import RandomSource
from .catalogue import CatalogueEntry, attribute_name, entry_of, get_alert_source, load
from .documents import Authentication, InstalledDocument, omit, select_members, with_members
from .mapping_rows import append_rows

KEY, SECRET, TOKEN = 32, 64, 32  # lengths in letters and digits (SEED, SPEC)
_REPLACED = (
    "displayName", "description", "category", "direction", "parentIntg", "ticketType", "ipAddress",
    "deployment", "containerEngineType", "singleSignOnAuthentication",
)  # fmt: skip
# The members of a credential that responses contain; all others are secret (SPEC).
_PUBLIC = (
    "AccountNumber", "ProjectId", "ServiceAccountEmail", "SubscriptionId", "AWSType", "AzureType",
    "TenantId", "ClientID", "Regions",
)  # fmt: skip


def check_role(body: Mapping[str, Any]) -> None:
    """Require a role for what is installed as Custom (DOCS, SPEC); raises MANDATORY."""
    authentication = body.get("inboundConfig", {}).get("authentication", {})
    needs_role = body.get("category") == "Custom" and "authType" in authentication
    if needs_role and not authentication.get("role"):
        raise ApiError("MANDATORY", "role")


def new_document(
    entry: CatalogueEntry, body: Mapping[str, Any], public_key: str, time: WorldTime
) -> InstalledDocument:
    """A new integration, installed by a key; raises INVALID_VALUE."""
    document: InstalledDocument = {
        "id": f"INTG-{time.random.uuid()}",
        "catalogue": entry["id"],
        "installedBy": public_key,
        "installedTime": time.iso_time(),
        "enabled": True,
    }
    if entry.get("webhook"):
        document = set_authentication(document, {"authType": "WEBHOOK"}, time.random)
    if entry.get("email"):
        document["emailAddress"] = f"alerts@{time.random.alphanumeric(24)}.opsramp.com"
    return merge_body(document, body, time.random)


def merge_body(
    document: InstalledDocument, body: Mapping[str, Any], random: RandomSource
) -> InstalledDocument:
    """The document after a request; raises INVALID_VALUE."""
    inbound, outbound = body.get("inboundConfig", {}), body.get("outboundConfig", {})
    document = with_members(document, select_members(body, _REPLACED))
    if "authentication" in inbound:
        document = set_authentication(document, inbound["authentication"], random)
    document = with_members(document, select_members(inbound, ("dropAlerts", "entityTypes")))
    if "baseNotifier" in outbound:
        document = {**document, "notifier": outbound["baseNotifier"]}
    document = append_rows(document, body, random)
    return with_members(document, dict(_converted(document, body)))


def set_authentication(
    document: InstalledDocument, body: Mapping[str, Any], random: RandomSource
) -> InstalledDocument:
    """The document with the authentication of a body: another `authType` gets a new token or key.

    Token and key do not change while the type is the same (INFERRED). A role gets its name;
    one that the catalogue lacks has none (INFERRED).
    """
    stored = document.get("authentication", {})
    changes = body.get("authType", stored.get("authType")) != stored.get("authType")
    authentication = _new_authentication(body["authType"], random) if changes else stored
    role = body.get("role") or stored.get("role")
    if role:
        roles: list[dict[str, str]] = load("roles")
        named = (entry for entry in roles if entry["uniqueId"] == role.get("uniqueId"))
        authentication = {**authentication, "role": next(named, role)}
    return {**document, "authentication": authentication}


def renew_credentials(document: InstalledDocument, random: RandomSource) -> InstalledDocument:
    """The document with a new token or key; raises MANDATORY without an `authType`."""
    stored = document.get("authentication", {})
    if "authType" not in stored:
        raise ApiError("MANDATORY", "authType")
    authentication: Authentication = {**stored, **_new_authentication(stored["authType"], random)}
    return {**document, "authentication": authentication}


def _new_authentication(kind: str, random: RandomSource) -> Authentication:
    if kind == "WEBHOOK":
        return {"authType": kind, "token": random.alphanumeric(TOKEN)}
    if kind == "OAUTH2":
        pair = {"key": random.alphanumeric(KEY), "secret": random.alphanumeric(SECRET)}
        return {"authType": kind, "apiKeyPairs": [pair]}
    return {"authType": kind}


def _converted(
    document: InstalledDocument, body: Mapping[str, Any]
) -> Iterator[tuple[str, object]]:
    """The members that are not stored as the request has them."""
    if "alertSource" in body:
        yield "alertSource", get_alert_source(body["alertSource"])
    if credential := body.get("credential", body.get("credentialSet")):
        entry = entry_of(document)
        yield "credential", _credential(credential, body.get("displayName", ""), entry)
    if "discoveryProfiles" in body:
        profiles = body["discoveryProfiles"]
        yield "discoveryProfiles", [omit(profile, "id") for profile in profiles]
    if "emailProps" in body:
        entity = document.get("ticketType", "INCIDENT")
        yield "emailProps", [_email_properties(group, entity) for group in body["emailProps"]]


def _credential(value: Any, display_name: str, entry: CatalogueEntry) -> Mapping[str, Any]:
    """A credential set by its name, or the public members of a cloud credential (SPEC)."""
    if isinstance(value, str):
        return {"Name": value, **entry.get("namedCredential", {})}
    if not isinstance(value, dict):
        raise ApiError("INVALID_VALUE", "credential", str(value)[:200])
    name = f"{display_name} {entry['name']} Integration".lstrip()
    return {"Name": name, **select_members(value, _PUBLIC)}


def _email_properties(group: Mapping[str, Any], entity: str) -> Mapping[str, Any]:
    """Properties with a value first (INFERRED), mappings with the name of their attribute."""
    properties = group.get("properties")
    if not isinstance(properties, list) or not all(isinstance(each, dict) for each in properties):
        return group
    ordered = sorted(properties, key=lambda each: "value" not in each)
    return {**group, "properties": [_email_property(each, entity) for each in ordered]}


def _email_property(email_property: Mapping[str, Any], entity: str) -> Mapping[str, Any]:
    mappings, name = email_property.get("propertyMappings"), email_property.get("name")
    if not isinstance(mappings, dict) or not isinstance(name, str):
        return email_property
    header = {"name": name, "attrName": attribute_name(entity, name), "entityType": entity}
    return {**email_property, "propertyMappings": {**header, **mappings}}
