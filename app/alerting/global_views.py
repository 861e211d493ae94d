"""The alerts of all projects, for Ops Manager's administrators."""

from flask import Response

from opsemu.schemas.profiles import OPS_MANAGER

from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..mongodb.alerts.global_configs import CONFIGS
from ..mongodb.parents import get_application
from ..store import Document
from .views import (
    acknowledge,
    alerting,
    answer_test,
    caught_up,
    find_any,
    page,
    show,
    unacknowledged,
    with_status,
)

_NOBODY = "0" * 24  # the id in a test for all projects

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


@bp.get("/globalAlertConfigs/<config_id>/alerts", operation="getGlobalAlerts")
def list_of_config(config_id: str) -> Response:
    """The open alerts of a global configuration that nobody has acknowledged (SPEC)."""
    CONFIGS.find(get_application(), config_id)
    return reply(page(unacknowledged(alerting().all_of(caught_up()), config_id)))


@bp.post(
    "/globalAlertConfigs/<config_id>/<notifier_id>/test",
    operation="testGlobalAlertConfig",
    reads_body=False,
)
def test(config_id: str, notifier_id: str) -> Response:
    """Send a notification with values of a test (DOCS: Ops Manager 8.0)."""
    application = get_application(role=CONFIGS.role)
    config = CONFIGS.find(application, config_id)
    group_id = next(iter(config.get("groupIds", ())), _NOBODY)
    project = alerting().projects.find(application.owner.world, group_id)
    return answer_test(project or {"id": group_id, "orgId": _NOBODY}, config, notifier_id)


def _find_global(alert_id: str) -> Document:
    alert = find_any(alert_id)
    if alert is None:
        raise ApiError("GLOBAL_ALERT_NOT_FOUND", alert_id)
    return alert
