"""The webhook addresses of installed integrations: a POST with the token becomes an alert.

INFERRED, but for the addresses (SPEC, CLIENT): the other system's members are mapped as the
integration says; what is missing then is filled in. Parsing rules are not applied.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from flask import Response

from opsemu.schemas.opsramp.installed import ENTITIES

from ..api.context import current
from ..api.errors import ApiError
from ..api.routes import Resource
from ..store import Owner
from ..store.layout import DEFAULT_WORLD, INSTALLED, NO_WORLD, TENANT, WORLD
from .alerts import post_alerts
from .catalogue import entry_of
from .constants import INBOUND, WEBHOOKS
from .documents import InstalledDocument
from .request_helpers import load_json
from .tenants import Tenant, open_tenant

bp = Resource("opsramp_webhooks", __name__)

_ENTITY = f"<any({', '.join(entity.lower() for entity in ENTITIES)}):entity>"
# The members that say what an alert is about.
_DEVICE = frozenset({"device", "resource", "deviceName", "resourceName", "resourceId"})
_TENANT_ID = re.compile(r"[!-.0-~]{1,64}", re.ASCII)


@bp.post(f"{WEBHOOKS}<tenant_id>/webhook/{_ENTITY}", operation="receiveWebhooks")
@bp.post(f"{WEBHOOKS}alertsWebhook/<tenant_id>/alerts", operation="receiveWebhooks")
def receive(tenant_id: str, entity: str = "alert") -> Response:
    """Make alerts of an object or an array; the response has their event ids."""
    tenant, document = _find(tenant_id)
    payload = load_json()
    payloads = payload if isinstance(payload, list) else [payload]
    return post_alerts(tenant, [_alert(document, entity.upper(), each) for each in payloads])


def _find(tenant_id: str) -> tuple[Tenant, InstalledDocument]:
    """The integration that the query's `vtoken` belongs to, in the first world that has it.

    Raises NOT_AUTHORIZED if there is none, or if it is disabled; TENANT_GONE.
    """
    ctx = current()
    token = (ctx.query.first("vtoken") or "").encode()
    for world in _worlds(ctx.query.first("world")) if _TENANT_ID.fullmatch(tenant_id) else ():
        tables = ctx.services.readings.of(Owner(world, TENANT, tenant_id)).tables
        for document in tables.get(INSTALLED, {}).values():
            expected = document.get("authentication", {}).get("token", "").encode()
            is_enabled = expected and document.get("enabled", True)
            if is_enabled and hmac.compare_digest(expected, token):
                ctx.enter_world(world)
                return open_tenant(world, tenant_id), cast(InstalledDocument, document)
    ctx.explain("no enabled integration of the tenant has this vtoken")
    raise ApiError("NOT_AUTHORIZED")


def _worlds(name: str | None) -> Iterator[str]:
    """All worlds, the default one first, or the one with a name."""
    if name in (None, DEFAULT_WORLD):
        yield DEFAULT_WORLD
    worlds = sorted(current().store.names(NO_WORLD, WORLD))
    yield from (world for world in worlds if name in (None, world))


def _alert(document: InstalledDocument, entity: str, payload: Any) -> Any:
    """The body of an alert for what the other system sent; what is no object stays."""
    if not isinstance(payload, dict):
        return payload
    kind = entry_of(document)
    name = document.get("displayName", kind["name"])
    defaults: dict[str, Any] = {
        "subject": f"{entity} of {name}",
        "currentState": "Critical",
        "serviceName": kind["name"],
        "app": document.get("alertSource", {}).get("techUid", kind["id"]),
    }
    alert = {**defaults, **_mapped(document, entity, payload)}
    return alert if alert.keys() & _DEVICE else {**alert, "device": {"resourceName": name}}


def _mapped(document: InstalledDocument, entity: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with the members that the inbound mappings of an entity make of it."""
    values: dict[str, str] = {}
    for row in document.get("rows", ()):
        value = _look_up(payload, row.get("thirdPartyAttrName", ""))
        is_scalar = isinstance(value, str | int | float)
        if (row["mode"], row["entityType"]) != (INBOUND, entity) or not is_scalar:
            continue
        text, name = value if isinstance(value, str) else json.dumps(value), row["attrName"]
        if text == row.get("thirdPartyAttrValue"):
            values[name] = row["attrValue"]
        else:
            values.setdefault(name, text)
    alert = dict(payload)
    for name, text in values.items():
        member, _, inner = name.partition(".")[2].partition(".")
        outer = alert.get(member)
        others = outer if isinstance(outer, dict) else {}
        alert[member] = {**others, inner: text} if inner else text
    return alert


def _look_up(payload: Mapping[str, Any], path: str) -> Any:
    """A member of a payload; a path with dots leads to one of a member."""
    value: Any = payload
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return payload.get(path, value)
