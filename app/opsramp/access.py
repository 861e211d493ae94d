"""`installed/<id>/inbound/authentication` and what else decides about who calls in."""

from __future__ import annotations

from flask import Response

from opsemu.schemas.opsramp.installed import AdditionalProperties, InboundAuthentication

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from ..store import Document
from . import catalogue
from .family import FAMILIES
from .inbound import authenticated, renewed
from .installed import ONE
from .representation import authentication
from .request_helpers import body
from .tenants import tenant

bp = Resource("opsramp_access", __name__, families=FAMILIES)


@bp.get(f"{ONE}/inbound/authentication", operation="getOneAccess")
def get_one(tenant_id: str, intg_id: str) -> Response:
    """How the other side calls in (CLIENT)."""
    here = tenant(tenant_id)
    return reply(authentication(here.one(intg_id), here.url))


@bp.post(f"{ONE}/inbound/authentication", operation="chooseAccess")
def choose(tenant_id: str, intg_id: str) -> Response:
    """Choose how the other side calls in; the key's secret is not shown here (SPEC)."""
    here = tenant(tenant_id)
    here.one(intg_id)
    given = body(InboundAuthentication)

    def edit(present: Document) -> Document:
        stored = authenticated(given, present.get("authentication", {}), current().time.random)
        return {**present, "authentication": stored}

    return reply(authentication(here.change(intg_id, edit), here.url))


@bp.post(f"{ONE}/inbound/authentication/regenerateSecretOrToken", operation="regenerateAccess")
def regenerate(tenant_id: str, intg_id: str) -> Response:
    """Another token, or another key with its secret (CLIENT); needs no body."""
    here = tenant(tenant_id)

    def edit(present: Document) -> Document:
        return {
            **present,
            "authentication": renewed(present.get("authentication", {}), current().time.random),
        }

    return reply(authentication(here.change(intg_id, edit), here.url, secret=True))


@bp.get(f"{ONE}/availableRoles", operation="rolesAccess")
def roles(tenant_id: str, intg_id: str) -> Response:
    """The roles that callers can be given: a bare array (CLIENT)."""
    tenant(tenant_id).one(intg_id)
    return reply(catalogue.catalogue("roles"))


@bp.get(f"{ONE}/enableDropAlerts", operation="dropAlertsAccess")
def drop_alerts(tenant_id: str, intg_id: str) -> Response:
    """Drop alerts or not: a GET that writes (CLIENT)."""
    wanted = current().query.flag("enableDropAlerts")
    tenant(tenant_id).change(intg_id, lambda present: {**present, "dropAlerts": wanted})
    return reply(None)


@bp.get(f"{ONE}/processDefinitons/<process_id>/assignOrUnassign", operation="processesAccess")
def processes(tenant_id: str, intg_id: str, process_id: str) -> Response:
    """Assign a process or not: a GET that writes; the vendor's spelling (CLIENT)."""
    assigned = [process_id] if current().query.flag("assign") else []

    def edit(present: Document) -> Document:
        others = [name for name in present.get("processes", ()) if name != process_id]
        return {**present, "processes": others + assigned}

    tenant(tenant_id).change(intg_id, edit)
    return reply(None)


@bp.route(f"{ONE}/additionalProps", methods=["POST", "DELETE"], operation="propertiesAccess")
def properties(tenant_id: str, intg_id: str) -> Response:
    """Properties that are kept and never shown (CLIENT)."""
    here = tenant(tenant_id)
    here.one(intg_id)
    given = body(AdditionalProperties)
    here.change(intg_id, lambda present: {**present, "additionalProps": given})
    return reply(None)
