"""`installed/<id>/event`: what is told to the other side, and `activity`: what was."""

from __future__ import annotations

from flask import Response

from opsemu.schemas.opsramp.events import Event, Retries, show_event

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from .activities import asked_for, retried
from .event_model import event, events, new_id, switched, with_event, without_event
from .family import FAMILIES
from .installed import INTEGRATIONS, ONE
from .request_helpers import asked_page, body, listed
from .tenants import tenant

bp = Resource("opsramp_events", __name__, families=FAMILIES)

EVENT = f"{ONE}/event/<event_id>"
# The text's key in the answer to a POST, and in that to a GET (SPEC).
POSTED, GOT = "eventPayload", "payload"


@bp.get(f"{ONE}/events", operation="getAllEvents")
def get_all(tenant_id: str, intg_id: str) -> Response:
    """The events of an integration, as they were made."""
    rows = events(tenant(tenant_id).one(intg_id)).values()
    return listed([show_event(row, GOT) for row in rows])


@bp.post(f"{ONE}/event", operation="createEvents")
def create(tenant_id: str, intg_id: str) -> Response:
    """Make an event."""
    here = tenant(tenant_id)
    here.one(intg_id)
    event_id, given = new_id(current().time.random), body(Event)
    stored = here.change(intg_id, lambda present: with_event(present, event_id, given))
    return reply(show_event(event(stored, event_id), POSTED))


@bp.get(EVENT, operation="getOneEvents")
def get_one(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """One event."""
    return reply(show_event(event(tenant(tenant_id).one(intg_id), event_id), GOT))


@bp.post(EVENT, operation="replaceEvents")
def replace(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """Replace an event."""
    here = tenant(tenant_id)
    event(here.one(intg_id), event_id)
    given = body(Event)
    stored = here.change(intg_id, lambda present: with_event(present, event_id, given))
    return reply(show_event(event(stored, event_id), POSTED))


@bp.delete(EVENT, operation="deleteEvents")
def delete(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """Forget an event."""
    tenant(tenant_id).change(intg_id, lambda present: without_event(present, event_id))
    return reply(None)


@bp.post(f"{EVENT}/<any(activate, deactivate):verb>", operation="switchEvents")
def switch(tenant_id: str, intg_id: str, event_id: str, verb: str) -> Response:
    """Turn an event on or off."""
    active = verb == "activate"
    tenant(tenant_id).change(intg_id, lambda present: switched(present, event_id, active))
    return reply(None)


@bp.post(f"{ONE}/events/retry", operation="retryEvents")
def retry(tenant_id: str, intg_id: str) -> Response:
    """Try failed events again; the answer lists their activity (SPEC, later)."""
    here = tenant(tenant_id)
    here.one(intg_id)
    return listed(retried(here.activity(), intg_id, body(Retries)["retry_events"]))


@bp.get(f"{INTEGRATIONS}/activity", operation="activityEvents")
def activity(tenant_id: str) -> Response:
    """What went in and out of all integrations, the latest first."""
    rows = asked_for(tenant(tenant_id).activity())
    return listed(rows[::-1] if asked_page().descending is False else rows)
