"""Tenants of a seed, as they are stored. An installed integration is written as GET shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from opsemu.schemas.opsramp.base import Body, choice, objects
from opsemu.schemas.opsramp.events import Event
from opsemu.schemas.opsramp.installed import Installed

from ..auth.api_keys import is_public_key
from ..store import Document
from ..worlds.random_source import RandomSource
from .catalogue import entry
from .event_model import new_id, with_event
from .mapping_rows import INBOUND, OUTBOUND
from .merge import changed

KIND = "tenant"

_KEPT = ("installedBy", "installedTime")
_MODES = (("inboundConfig", INBOUND), ("outboundConfig", OUTBOUND))


def _public_key(text: str) -> None:
    if not is_public_key(text):
        raise ValidationError("not a key: up to 64 letters, digits, - and _")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _Type(Body):
    id = fields.String(required=True)


class _About(Body):
    id = fields.String()
    integration = fields.Nested(_Type, required=True)
    installedBy = fields.String()
    installedTime = fields.String()
    status = choice("enabled", "disabled")
    events = objects()


class _Activity(_Strict):
    installedintgId = fields.String(required=True)
    intgName = fields.String(required=True)
    resourceId = fields.String(load_default="")
    resourceType = fields.String(load_default="")
    status = fields.String(required=True)
    statusMessage = fields.String(load_default="")
    reqPayload = fields.String(load_default="")
    resPayload = fields.String(load_default="")
    requestUrl = fields.String(load_default="")
    intgMode = fields.String(required=True, validate=validate.OneOf((INBOUND, OUTBOUND)))
    processedTime = fields.Integer(strict=True, required=True)


class _Key(_Strict):
    key = fields.String(required=True, validate=_public_key)
    secret = fields.String(required=True)


class SeededTenant(_Strict):
    """A tenant in a seed: who may enter, what is installed, what went in and out."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    partner = fields.String()
    deactivated = fields.Boolean(load_default=False)
    keys = fields.List(fields.Nested(_Key), load_default=list)
    installed = fields.List(fields.Dict(keys=fields.String()), load_default=list)
    activity = fields.List(fields.Nested(_Activity), load_default=list)


class TenantAccess(NamedTuple):
    """What a client of OpsRamp needs to be let in."""

    tenant_id: str
    partner: str
    key: str
    secret: str


def first_tenant(seed: dict[str, Any]) -> TenantAccess:
    """The first tenant of a seed that has a key, for banners, examples and tests."""
    found = next((tenant for tenant in seed["tenants"] if tenant["keys"]), None)
    if found is None:
        return TenantAccess("<tenant>", "<partner>", "<key>", "<secret>")
    key = found["keys"][0]
    return TenantAccess(found["id"], found.get("partner", found["id"]), key["key"], key["secret"])


def tables(tenant: Mapping[str, Any]) -> dict[str, dict[str, Document]]:
    """A tenant of a seed with its integrations and its activity."""
    about = {name: tenant[name] for name in ("id", "name", "deactivated")}
    activity = {str(number): row for number, row in enumerate(tenant["activity"])}
    return {
        KIND: {tenant["id"]: about},
        "installed": {row["id"]: row for row in tenant["installed"]},
        "activity": activity,
    }


def clients(tenant: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The keys of a tenant of a seed, as keys that ask for tokens."""
    for seeded in tenant["keys"]:
        role = {"roleName": "TENANT_ADMINISTRATOR", "tenantId": tenant["id"]}
        yield {"clientId": seeded["key"], "clientSecret": seeded["secret"], "roles": [role]}


def installed(body: Mapping[str, Any], random: RandomSource) -> Document:
    """An installed integration of a seed; raises ApiError or Refused where a request would."""
    about = _About().read(dict(body))
    known = entry(about["integration"]["id"])
    intg_id = about.pop("id", None) or f"INTG-{random.uuid()}"
    given = Installed().read(dict(body))
    document = changed({"id": intg_id, "catalogue": known["id"]}, given, known, random)
    document |= {name: about[name] for name in _KEPT if name in about}
    if "status" in about:
        document["enabled"] = about["status"] == "enabled"
    for event in about.get("events", ()):
        document = with_event(document, event.get("id") or new_id(random), Event().read(event))
    return _as_written(document, given, (body.get("inboundConfig") or {}).get("authentication"))


def _as_written(document: Document, given: Mapping[str, Any], access: Any) -> Document:
    """The token and the names of attributes as the seed has them.

    What is shown of an attribute may so differ from its true name, which keeps its place
    in lists: the vendor's documentation has one that does.
    """
    token = {key: access[key] for key in ("token", "apiKeyPairs") if key in (access or {})}
    names = {
        (mode, attribute["entityType"], attribute["name"]): {"attrName": attribute["attrName"]}
        for section, mode in _MODES
        for attribute in given.get(section, {}).get("mapAttributes", ())
        if "attrName" in attribute
    }
    rows = [
        {**row, **names.get((row["mode"], row["entityType"], row["name"]), {})}
        for row in document["rows"]
    ]
    if token:
        document["authentication"] = {**document["authentication"], **token}
    return {**document, "rows": rows}
