"""Alerts in MongoDB's API: listed, shown, acknowledged."""

from typing import Any, cast

from flask import Response

from opsemu.schemas.alerts import Acknowledgement, Alert
from opsemu.schemas.profiles import EVERY, MANAGER

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..api.urls import self_link
from ..mongodb.alerts.configs import find_config, get_config, list_item
from ..mongodb.alerts.seeded import STATUSES
from ..mongodb.dialect import dialect
from ..mongodb.parents import OBJECT_ID
from ..mongodb.project_access import Project, get_project, project_url
from ..store import Document
from . import EXTENSION, Alerts, life
from .engine import Alerting

bp = Resource("alerts", __name__, EVERY, "ApiAlertsResource")

ALL = "/groups/<group_id>/alerts"
ONE = "/groups/<group_id>/alerts/<alert_id>"
OF_CONFIG = "/groups/<group_id>/alertConfigs/<config_id>"


@bp.get(ALL, operation="getAllAlerts")
def list_all(group_id: str) -> Response:
    """A project's alerts, the oldest first (RECORDED)."""
    return reply(page(with_status(_alerts_of(get_project(group_id)))))


@bp.get(ONE, operation="getAlert")
def get_one(group_id: str, alert_id: str) -> Response:
    """One alert."""
    return reply(show(_find(get_project(group_id), alert_id)))


@bp.patch(
    ONE,
    operation="patchAlert",
    java="ApiAlertsResource20240530",
    versions=("2023-01-01", "2024-05-30"),
)
def update(group_id: str, alert_id: str) -> Response:
    """Acknowledge an alert, or take that back."""
    return reply(show(acknowledge(_find(get_project(group_id, write=True), alert_id))))


@bp.get(f"{ONE}/alertConfigs", operation="getAlertConfigs", java="ApiAlertConfigsResource")
def list_configs(group_id: str, alert_id: str) -> Response:
    """The configuration that opened an alert, if it is still there."""
    project = get_project(group_id)
    config = find_config(project, _find(project, alert_id)["alertConfigId"])
    return reply(current().page.of([list_item(project, config)] if config else []))


@bp.get(f"{OF_CONFIG}/alerts", operation="getAlerts", java="ApiAlertConfigsResource")
def list_of_config(group_id: str, config_id: str) -> Response:
    """The open alerts of a configuration that nobody has acknowledged (SPEC)."""
    project = get_project(group_id)
    get_config(project, config_id)
    return reply(page(unacknowledged(_alerts_of(project), config_id)))


@bp.post(
    f"{OF_CONFIG}/<notifier_id>/test",
    operation="testAlertConfig",
    families=MANAGER,
    reads_body=False,
)
def test(group_id: str, config_id: str, notifier_id: str) -> Response:
    """Send a notification with values of a test (DOCS: Ops Manager 8.0)."""
    project = get_project(group_id, write=True)
    return answer_test(project.about, get_config(project, config_id), notifier_id)


def answer_test(project: Document, config: Document, notifier_id: str) -> Response:
    """Send a notification of a configuration with values of a test, and tell what became of it."""
    if notifier_id not in {each["notifierId"] for each in config["notifications"]}:
        raise ApiError("RESOURCE_NOT_FOUND", current().path)
    sent = alerting().test(current().key.world, project, config, notifier_id)
    return reply(
        {
            "success": sent["state"] not in ("refused", "not sent"),
            "message": sent.get("reason") or "Test notification sent successfully",
            "details": {
                "notificationType": sent["service"],
                "destination": sent.get("request", {}).get("url", ""),
                "timestamp": sent["at"],
            },
        }
    )


def alerting() -> Alerting:
    return cast(Alerts, current().services.extensions[EXTENSION]).engine


def caught_up() -> str:
    """The world of the request, in which everything has happened that was due."""
    world = current().key.world
    alerting().catch_up(world)
    return world


def _alerts_of(project: Project) -> list[Document]:
    return alerting().all_of(caught_up(), project.id)


def unacknowledged(alerts: list[Document], config_id: str) -> list[Document]:
    """The open alerts of a configuration that nobody has acknowledged."""
    now = current().time.now()
    return [
        alert
        for alert in alerts
        if (alert["alertConfigId"], alert["status"]) == (config_id, "OPEN")
        and not life.acknowledged_until(alert, now)
    ]


def with_status(alerts: list[Document]) -> list[Document]:
    status = current().query.first("status")
    if status and status not in STATUSES:
        raise ApiError("INVALID_ALERT_STATUS", status)
    return [alert for alert in alerts if status in (None, "", alert["status"])]


def _find(project: Project, alert_id: str) -> Document:
    """Raises INVALID_ALERT_ID or ALERT_NOT_FOUND."""
    alert = find_any(alert_id)
    if alert is None or alert["groupId"] != project.id:
        raise ApiError("ALERT_NOT_FOUND", alert_id, project.id)
    return alert


def find_any(alert_id: str) -> Document | None:
    if not OBJECT_ID.fullmatch(alert_id):
        raise ApiError("INVALID_ALERT_ID", alert_id)
    return alerting().find(caught_up(), alert_id)


def acknowledge(alert: Document) -> Document:
    ctx = current()
    body = Acknowledgement.of(dialect().profile).load(ctx.json_object())
    until, comment = body["acknowledgedUntil"], body["acknowledgementComment"]
    name = ctx.key.public_key
    # RECORDED: the present second acknowledges; CLIENT: a time that has passed takes it back.
    is_lasting = until and life.seconds(until) >= int(ctx.time.now())

    def change(alert: Document, config: Document | None, at: float) -> life.Step:
        if body["unacknowledgeAlert"] or not is_lasting:
            return life.unacknowledge(alert, at)
        return life.acknowledge(alert, at, until, comment, name)

    return alerting().change(ctx.key.world, alert["id"], change) or alert


def page(alerts: list[Document]) -> dict[str, Any]:
    body = current().page.of(alerts)
    body["results"] = [_show_in_list(alert) for alert in body["results"]]
    return body


def show(alert: Document) -> dict[str, Any]:
    body, url = _show_in_list(alert), project_url(alert["groupId"])
    rel = dialect().links.alert_rel
    rel = f"{current().base_url}{rel}" if rel.startswith("/") else rel
    more = [
        {"href": f"{url}/alertConfigs/{alert['alertConfigId']}", "rel": f"{rel}alertConfig"},
        {"href": f"{url}/alerts/{alert['id']}/alertConfigs", "rel": f"{rel}alertConfigs"},
    ]
    return {**body, "links": [*body["links"], *more]}


def _show_in_list(alert: Document) -> dict[str, Any]:
    url = f"{project_url(alert['groupId'])}/alerts/{alert['id']}"
    return Alert.of(dialect().profile).show({**alert, "links": [self_link(url)]})
