"""How the other system authenticates: webhook tokens and API keys of an installed integration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import ApiError
from ..worlds.random_source import RandomSource
from . import catalogue
from .catalogue import CatalogueEntry
from .documents import Authentication, InstalledDocument

KEY, SECRET, TOKEN = 32, 64, 32  # lengths in letters and digits (SEED, SPEC)


def set_authentication(
    document: InstalledDocument, body: Mapping[str, Any], random: RandomSource
) -> InstalledDocument:
    """The document with the authentication of a body: another `authType` gets a new token or key.

    Token and key do not change while the type is the same (INFERRED).
    """
    stored = document.get("authentication", {})
    if body.get("authType", stored.get("authType")) == stored.get("authType"):
        authentication = stored
    else:
        authentication = _new_authentication(body["authType"], random)
    role = body.get("role") or stored.get("role")
    if role:
        authentication = {**authentication, "role": _named_role(role)}
    return {**document, "authentication": authentication}


def check_role(body: Mapping[str, Any]) -> None:
    """Require a role for what is installed as Custom (DOCS, SPEC); raises MANDATORY."""
    authentication = body.get("inboundConfig", {}).get("authentication", {})
    needs_role = body.get("category") == "Custom" and "authType" in authentication
    if needs_role and not authentication.get("role"):
        raise ApiError("MANDATORY", "role")


def renew_credentials(document: InstalledDocument, random: RandomSource) -> InstalledDocument:
    """The document with a new token or key; raises MANDATORY without an `authType`."""
    stored = document.get("authentication", {})
    if "authType" not in stored:
        raise ApiError("MANDATORY", "authType")
    authentication: Authentication = {**stored, **_new_authentication(stored["authType"], random)}
    return {**document, "authentication": authentication}


def show_authentication(stored: Authentication, *, secret: bool) -> Authentication:
    """Token and key in clear (SEED); the key's secret only when it is new (SPEC, CLIENT)."""
    pairs = stored.get("apiKeyPairs")
    if secret or pairs is None:
        return stored
    return {**stored, "apiKeyPairs": [{"key": pair["key"]} for pair in pairs]}


def webhooks(document: InstalledDocument, entry: CatalogueEntry, url: str) -> dict[str, object]:
    """The webhook URLs, for integrations that have them (SPEC; CLIENT for alerts).

    `url` is the address of the tenant's webhooks on this server.
    """
    token = document.get("authentication", {}).get("token")
    if token is None:
        return {}
    if entry.get("webhook"):
        base, _, tenant_id = url.rpartition("/")
        return {"webhookUrl": f"{base}/alertsWebhook/{tenant_id}/alerts?vtoken={token}"}
    entities = document.get("entityTypes", [])
    urls = {entity: f"{url}/webhook/{entity.lower()}?vtoken={token}" for entity in entities}
    details = [{"webhookEntityType": entity, "url": urls[entity]} for entity in entities]
    if not details:
        return {}
    return {"webhookUrl": details[0]["url"], "entityTypes": entities, "webhookDetails": details}


def _new_authentication(kind: str, random: RandomSource) -> Authentication:
    if kind == "WEBHOOK":
        return {"authType": kind, "token": random.alphanumeric(TOKEN)}
    if kind == "OAUTH2":
        pair = {"key": random.alphanumeric(KEY), "secret": random.alphanumeric(SECRET)}
        return {"authType": kind, "apiKeyPairs": [pair]}
    return {"authType": kind}


def _named_role(role: dict[str, str]) -> dict[str, str]:
    """A role with its name; one that the catalogue lacks has none (INFERRED)."""
    roles: list[dict[str, str]] = catalogue.load("roles")
    return next((entry for entry in roles if entry["uniqueId"] == role.get("uniqueId")), role)
