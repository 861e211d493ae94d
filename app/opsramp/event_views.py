"""`installed/<id>/event`: the events of an integration, and `activity`: what was sent."""

from __future__ import annotations

from flask import Response

from opsemu.schemas.opsramp.events import Event, Retries, show_event

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from .activities import select_activity, select_retried
from .event_model import get_event, new_id, put_event, remove_event, set_active
from .family import FAMILIES
from .installed import INTEGRATIONS, ONE
from .request_helpers import load_body, load_for, reply_page, requested_page
from .tenants import get_tenant

bp = Resource("opsramp_events", __name__, families=FAMILIES)

EVENT = f"{ONE}/event/<event_id>"
# The member with the text in responses to a POST and to a GET (SPEC).
_POST_TEXT, _GET_TEXT = "eventPayload", "payload"


@bp.get(f"{ONE}/events", operation="getAllEvents")
def get_all(tenant_id: str, intg_id: str) -> Response:
    """The events of an integration, in the order of creation."""
    events = get_tenant(tenant_id).get(intg_id).get("events", {})
    return reply_page([show_event(event, _GET_TEXT) for event in events.values()])


@bp.post(f"{ONE}/event", operation="createEvents")
def create(tenant_id: str, intg_id: str) -> Response:
    """Create an event."""
    tenant = get_tenant(tenant_id)
    tenant.get(intg_id)
    event_id, body = new_id(current().time.random), load_body(Event)
    document = tenant.change(intg_id, lambda document: put_event(document, event_id, body))
    return reply(show_event(get_event(document, event_id), _POST_TEXT))


@bp.get(EVENT, operation="getOneEvents")
def get_one(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """One event."""
    event = get_event(get_tenant(tenant_id).get(intg_id), event_id)
    return reply(show_event(event, _GET_TEXT))


@bp.post(EVENT, operation="replaceEvents")
def replace(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """Replace an event."""
    tenant = get_tenant(tenant_id)
    get_event(tenant.get(intg_id), event_id)
    body = load_body(Event)
    document = tenant.change(intg_id, lambda document: put_event(document, event_id, body))
    return reply(show_event(get_event(document, event_id), _POST_TEXT))


@bp.delete(EVENT, operation="deleteEvents")
def delete(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """Delete an event."""
    get_tenant(tenant_id).change(intg_id, lambda document: remove_event(document, event_id))
    return reply(None)


@bp.post(f"{EVENT}/<any(activate, deactivate):verb>", operation="switchEvents")
def switch(tenant_id: str, intg_id: str, event_id: str, verb: str) -> Response:
    """Activate or deactivate an event."""
    active = verb == "activate"
    get_tenant(tenant_id).change(intg_id, lambda document: set_active(document, event_id, active))
    return reply(None)


@bp.post(f"{ONE}/events/retry", operation="retryEvents")
def retry(tenant_id: str, intg_id: str) -> Response:
    """Send failed events again; the response lists their activity (SPEC, later)."""
    tenant, body = load_for(tenant_id, intg_id, Retries)
    return reply_page(select_retried(tenant.activity(), intg_id, body["retry_events"]))


@bp.get(f"{INTEGRATIONS}/activity", operation="activityEvents")
def activity(tenant_id: str) -> Response:
    """The activity of all integrations, the latest first."""
    entries = select_activity(get_tenant(tenant_id).activity())
    return reply_page(entries[::-1] if requested_page().descending is False else entries)
