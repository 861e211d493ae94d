"""`installed/<id>/event`: the events of an integration, and `activity`: what was sent."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from opsemu.schemas.opsramp.events import Event, Retries, show_event

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from .documents import ActivityEntry, omit
from .event_model import get_event, new_id, put_event, remove_event, set_active
from .installed import INTEGRATIONS, ONE
from .paging import reply_page, requested_page
from .request_helpers import load_body, load_for, parse_conditions, select
from .tenants import get_tenant
from .times import is_between

bp = Resource("opsramp_events", __name__)

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
    tenant, body = load_for(tenant_id, intg_id, Event)
    event_id = new_id(current().time.random)
    document = tenant.change(intg_id, put_event, event_id, body)
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
    document = tenant.change(intg_id, put_event, event_id, load_body(Event))
    return reply(show_event(get_event(document, event_id), _POST_TEXT))


@bp.delete(EVENT, operation="deleteEvents")
def delete(tenant_id: str, intg_id: str, event_id: str) -> Response:
    """Delete an event."""
    get_tenant(tenant_id).change(intg_id, remove_event, event_id)
    return reply(None)


@bp.post(f"{EVENT}/<any(activate, deactivate):verb>", operation="switchEvents")
def switch(tenant_id: str, intg_id: str, event_id: str, verb: str) -> Response:
    """Activate or deactivate an event."""
    get_tenant(tenant_id).change(intg_id, set_active, event_id, verb == "activate")
    return reply(None)


@bp.post(f"{ONE}/events/retry", operation="retryEvents")
def retry(tenant_id: str, intg_id: str) -> Response:
    """Send failed events again; the response lists their activity, without the id (SPEC, later)."""
    tenant, body = load_for(tenant_id, intg_id, Retries)
    retries = body["retry_events"]
    entries = [entry for entry in tenant.activity() if entry["installedintgId"] == intg_id]
    retried = [entry for entry in entries if any(_is_retried(entry, each) for each in retries)]
    return reply_page([omit(entry, "installedintgId") for entry in retried])


@bp.get(f"{INTEGRATIONS}/activity", operation="activityEvents")
def activity(tenant_id: str) -> Response:
    """The activity of all integrations, the latest first.

    Conditions are parameters of their own or in `queryString` (SPEC).
    """
    query = current().query
    parameters = {name: [value] for name in _MATCHERS if (value := query.first(name))}
    conditions = parameters | parse_conditions(current().query_string)
    entries = select(get_tenant(tenant_id).activity()[::-1], conditions, _MATCHERS)
    return reply(requested_page().of(requested_page(descending=True).sort(entries)))


def _is_retried(entry: ActivityEntry, retry: Mapping[str, Any]) -> bool:
    times = retry.get("timeRange", {})
    return (
        entry["intgMode"] == retry.get("intgMode", entry["intgMode"])
        and entry["resourceId"] in retry.get("eventList", [entry["resourceId"]])
        and is_between(
            entry["processedTime"], str(times.get("startTime", "")), str(times.get("endTime", ""))
        )
    )


_MATCHERS: dict[str, Callable[[ActivityEntry, str], bool]] = {
    "startTime": lambda entry, text: is_between(entry["processedTime"], text, ""),
    "endTime": lambda entry, text: is_between(entry["processedTime"], "", text),
    "intgMode": lambda entry, mode: entry["intgMode"] == mode,
    "IntgMode": lambda entry, mode: entry["intgMode"] == mode,
    "installedintgId": lambda entry, intg_id: entry["installedintgId"] == intg_id,
    "status": lambda entry, status: entry["status"] == status,
}
