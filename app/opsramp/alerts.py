"""`alert` and `alerts`: what other systems report."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..store import Document
from .alert_model import MAX_ALERTS, new_alert, show_alert
from .documents import omit
from .paging import requested_page
from .request_helpers import load_json, parse_conditions, select
from .tenants import Tenant, get_tenant
from .times import is_between, milliseconds

bp = Resource("opsramp_alerts", __name__)

TENANT = "/tenants/<tenant_id>"
ALERTS = f"{TENANT}/alerts"


@bp.post(f"{TENANT}/alert", operation="createOneAlerts")
def create_one(tenant_id: str) -> Response:
    """Post an alert; the response is an array of one event id (SPEC)."""
    return post_alerts(get_tenant(tenant_id), [load_json()])


@bp.post(ALERTS, operation="createAlerts")
def create(tenant_id: str) -> Response:
    """Post an array of alerts; the response is an array of their event ids (SPEC)."""
    return post_alerts(get_tenant(tenant_id), load_json())


@bp.get(f"{ALERTS}/search", operation="searchAlerts")
def search(tenant_id: str) -> Response:
    """The alerts that a `queryString` selects, without descriptions (CLIENT), newest first."""
    alerts = _show_all(get_tenant(tenant_id))
    selected = select(alerts, parse_conditions(current().query_string), _MATCHERS)
    page = requested_page(descending=True)
    body = page.of([omit(alert, "description") for alert in page.sort(selected)], previous=True)
    return reply({"results": [], "totalResults": 0, "orderBy": page.sort_name or "ts", **body})


@bp.get(f"{ALERTS}/<alert_id>", operation="getOneAlerts")
def get_one(tenant_id: str, alert_id: str) -> Response:
    """One alert."""
    tenant = get_tenant(tenant_id)
    return reply(_show(tenant, tenant.alerts.get(alert_id), alert_id))


@bp.get(f"{ALERTS}/event/<event_id>", operation="getByEventAlerts")
def get_by_event(tenant_id: str, event_id: str) -> Response:
    """The alert that a post made or changed, by the id in the response to the post (SPEC)."""
    tenant = get_tenant(tenant_id)
    alerts = (alert for alert in tenant.alerts.values() if event_id in alert["events"])
    return reply(_show(tenant, next(alerts, None), event_id))


def post_alerts(tenant: Tenant, bodies: Any) -> Response:
    """Store the alerts in bodies; the response has the event id of each."""
    if not isinstance(bodies, list) or len(bodies) > MAX_ALERTS:
        raise ApiError(
            "INVALID_VALUE", "body", f"an array of up to {MAX_ALERTS} alerts is expected"
        )
    alerts = [new_alert(body, current().time) for body in bodies]
    tenant.add_alerts(alerts)
    return reply([alert["events"][0] for alert in alerts])


def _show_all(tenant: Tenant) -> list[Document]:
    return [_show(tenant, alert) for alert in tenant.alerts.values()]


def _show(tenant: Tenant, alert: Document | None, name: str = "") -> Document:
    if alert is None:
        raise ApiError("NO_ALERT", name)
    return show_alert(alert, tenant.owner.name, tenant.name, current().time.now())


def _has(path: str, alert: Document, text: str) -> bool:
    """Whether a member, or one of a member, is the text in any case."""
    first, _, second = path.partition(".")
    value = alert[first][second] if second else alert[first]
    return text.lower() in (str(value).lower(), "all")


def _was_updated(alert: Document, start: str, end: str) -> bool:
    return is_between(milliseconds(alert["updatedTime"]) or 0, start, end)


# The variables of a `queryString` (SPEC). Of an emulated alert, none of the actions was taken.
_MATCHERS: dict[str, Callable[[Document, str], bool]] = {
    "states": partial(_has, "currentState"),
    "priority": partial(_has, "priority"),
    "uniqueId": partial(_has, "uniqueId"),
    "alertTypes": partial(_has, "alertType"),
    "metrics": partial(_has, "metric"),
    "apps": partial(_has, "app"),
    "clientIds": partial(_has, "clientUniqueId"),
    "resourceIds": partial(_has, "device.id"),
    "resourceType": partial(_has, "device.resourceType"),
    "actions": lambda alert, action: action.upper() == "OPEN",
    "startDate": lambda alert, text: _was_updated(alert, text, ""),
    "endDate": lambda alert, text: _was_updated(alert, "", text),
}
