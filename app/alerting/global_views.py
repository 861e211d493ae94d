"""The alerts of all projects, for Ops Manager's administrators."""

from flask import Response

from opsemu.schemas.profiles import OPS_MANAGER

from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..mongodb.parents import get_application
from ..store import Document
from .views import acknowledge, alerting, caught_up, find_any, page, show, with_status

bp = Resource("global_alerts", __name__, OPS_MANAGER)


@bp.get("/globalAlerts", operation="getAllGlobalAlerts")
def list_global() -> Response:
    """The alerts of all projects."""
    get_application()
    return reply(page(with_status(alerting().all_of(caught_up()))))


@bp.get("/globalAlerts/<alert_id>", operation="getGlobalAlert")
def get_global(alert_id: str) -> Response:
    """One alert of any project."""
    get_application()
    return reply(show(_find_global(alert_id)))


@bp.patch("/globalAlerts/<alert_id>", operation="patchGlobalAlert")
def update_global(alert_id: str) -> Response:
    """Acknowledge an alert of any project, or take that back."""
    get_application(write=True)
    return reply(show(acknowledge(_find_global(alert_id))))


def _find_global(alert_id: str) -> Document:
    alert = find_any(alert_id)
    if alert is None:
        raise ApiError("GLOBAL_ALERT_NOT_FOUND", alert_id)
    return alert
