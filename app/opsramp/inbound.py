"""How the other side calls in: webhook tokens and API keys of an installed integration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.errors import ApiError
from ..worlds.random_source import RandomSource
from .catalogue import Entry, by_unique_id

Authentication = dict[str, Any]

KEY, SECRET, TOKEN = 32, 64, 32  # characters, all letters and digits (SEED, SPEC)


def authenticated(
    given: Mapping[str, Any], present: Mapping[str, Any], random: RandomSource
) -> Authentication:
    """What is stored after a request; token and key stay with their `authType` (INFERRED)."""
    kind = given.get("authType", present.get("authType"))
    role = given.get("role") or present.get("role")
    kept = present if kind == present.get("authType") else {}
    found = {"authType": kind} if kind else {}
    found |= {name: kept[name] for name in ("token", "apiKeyPairs") if name in kept}
    if kind and not kept:
        found |= _fresh(kind, random)
    return {**found, **({"role": _named(role)} if role else {})}


def check_role(body: Mapping[str, Any]) -> None:
    """Callers of what is installed as Custom need a role (DOCS, SPEC); raises MANDATORY."""
    given = body.get("inboundConfig", {}).get("authentication", {})
    if body.get("category") == "Custom" and "authType" in given and not given.get("role"):
        raise ApiError("MANDATORY", "role")


def renewed(present: Mapping[str, Any], random: RandomSource) -> Authentication:
    """The same authentication with another token or key; raises MANDATORY without a type."""
    if "authType" not in present:
        raise ApiError("MANDATORY", "authType")
    return {**present, **_fresh(present["authType"], random)}


def shown(stored: Mapping[str, Any], *, secret: bool) -> Authentication:
    """Token and key in clear (SEED); the key's secret only where it is new (SPEC, CLIENT)."""
    pairs = stored.get("apiKeyPairs")
    if pairs is None or secret:
        return dict(stored)
    return {**stored, "apiKeyPairs": [{"key": pair["key"]} for pair in pairs]}


def webhooks(document: Mapping[str, Any], entry: Entry, url: str) -> dict[str, Any]:
    """The addresses to call, where the integration shows them (SPEC; CLIENT for alerts).

    `url` is the tenant's part of the emulator's own address.
    """
    token = document.get("authentication", {}).get("token")
    if token is None:
        return {}
    host, _, tenant = url.rpartition("/")
    if entry.get("webhook"):
        return {"webhookUrl": f"{host}/alertsWebhook/{tenant}/alerts?vtoken={token}"}
    addresses = [
        {"webhookEntityType": kind, "url": f"{url}/webhook/{kind.lower()}?vtoken={token}"}
        for kind in document.get("entityTypes", ())
    ]
    if not addresses:
        return {}
    return {
        "webhookUrl": addresses[0]["url"],
        "entityTypes": document["entityTypes"],
        "webhookDetails": addresses,
    }


def _fresh(kind: str, random: RandomSource) -> Authentication:
    if kind == "WEBHOOK":
        return {"token": random.alphanumeric(TOKEN)}
    if kind == "OAUTH2":
        pair = {
            "key": random.alphanumeric(KEY),
            "secret": random.alphanumeric(SECRET),
        }
        return {"apiKeyPairs": [pair]}
    return {}


def _named(role: Mapping[str, Any]) -> dict[str, Any]:
    """A role with its name; one that is not in the catalogue has none (INFERRED)."""
    known = by_unique_id("roles", role.get("uniqueId"))
    return dict(known or role)
