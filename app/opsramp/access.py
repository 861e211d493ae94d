"""`installed/<id>/inbound/authentication` and other settings of incoming requests."""

from __future__ import annotations

from flask import Response

from opsemu.schemas.opsramp.installed import AdditionalProperties, InboundAuthentication

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from . import catalogue
from .documents import with_members, with_value
from .installed import ONE
from .merge import renew_credentials, set_authentication
from .representation import authentication
from .request_helpers import load_for
from .tenants import get_tenant

bp = Resource("opsramp_access", __name__)


@bp.get(f"{ONE}/inbound/authentication", operation="getOneAccess")
def get_one(tenant_id: str, intg_id: str) -> Response:
    """How the other system authenticates (CLIENT)."""
    tenant = get_tenant(tenant_id)
    return reply(authentication(tenant.get(intg_id), tenant.url))


@bp.post(f"{ONE}/inbound/authentication", operation="chooseAccess")
def choose(tenant_id: str, intg_id: str) -> Response:
    """Set how the other system authenticates; the key's secret is not returned (SPEC)."""
    tenant, body = load_for(tenant_id, intg_id, InboundAuthentication)
    edited = tenant.change(intg_id, set_authentication, body, current().time.random)
    return reply(authentication(edited, tenant.url))


@bp.post(f"{ONE}/inbound/authentication/regenerateSecretOrToken", operation="regenerateAccess")
def regenerate(tenant_id: str, intg_id: str) -> Response:
    """Create a new token, or a new key with its secret (CLIENT); needs no body."""
    tenant = get_tenant(tenant_id)
    edited = tenant.change(intg_id, renew_credentials, current().time.random)
    return reply(authentication(edited, tenant.url, secret=True))


@bp.get(f"{ONE}/availableRoles", operation="rolesAccess")
def roles(tenant_id: str, intg_id: str) -> Response:
    """The roles that can be given to the other system: a bare array (CLIENT)."""
    get_tenant(tenant_id).get(intg_id)
    return reply(catalogue.load("roles"))


@bp.get(f"{ONE}/enableDropAlerts", operation="dropAlertsAccess")
def drop_alerts(tenant_id: str, intg_id: str) -> Response:
    """Drop alerts or not: a GET that writes (CLIENT)."""
    enabled = current().query.flag("enableDropAlerts")
    get_tenant(tenant_id).change(intg_id, with_members, {"dropAlerts": enabled})
    return reply(None)


@bp.get(f"{ONE}/processDefinitons/<process_id>/assignOrUnassign", operation="processesAccess")
def processes(tenant_id: str, intg_id: str, process_id: str) -> Response:
    """Assign a process or not: a GET that writes; the path has the vendor's spelling (CLIENT)."""
    assigned = current().query.flag("assign")
    get_tenant(tenant_id).change(intg_id, with_value, "processes", process_id, assigned)
    return reply(None)


@bp.route(f"{ONE}/additionalProps", methods=["POST", "DELETE"], operation="propertiesAccess")
def properties(tenant_id: str, intg_id: str) -> Response:
    """Store properties that no response contains (CLIENT)."""
    tenant, body = load_for(tenant_id, intg_id, AdditionalProperties)
    tenant.change(intg_id, with_members, {"additionalProps": body})
    return reply(None)
