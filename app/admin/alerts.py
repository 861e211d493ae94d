"""`alerts`: opened, acknowledged, closed and cancelled without the vendor's API."""

from typing import Any

from flask import Blueprint
from marshmallow import Schema, ValidationError, fields, validate

from ..alerting import life
from ..alerting.composing import public
from ..mongodb.alerts.enumerations import event_types
from ..mongodb.alerts.seeded import STATUSES
from ..store import Document, MissingOwner, Owner
from ..store.layout import PROJECT
from ..worlds.known_names import OneName, unknown
from .context import admin_app, load_body, load_query, services, world_name
from .errors import AdminError
from .schemas import AnyObject, WorldQuery, response_schema

bp = Blueprint("alerts", __name__)

_TARGETS = (
    "clusterId", "clusterName", "hostId", "hostnameAndPort", "hostType", "parentClusterId",
    "replicaSetName", "shardName", "sourceTypeName", "userAlias",
)  # fmt: skip

_MAX_WHOLE = 2**53  # as far as floats have all whole numbers

_TARGET = Schema.from_dict({name: fields.String() for name in _TARGETS}, name="AlertTarget")


class AlertBody(Schema):
    """What happens to a project: an `event`, or what a `config` waits for."""

    project = fields.String(required=True)
    event = fields.String(validate=OneName("type of event", event_types()), load_default=None)
    config = fields.String(load_default=None)
    target = fields.Nested(_TARGET, load_default=dict)
    metric = fields.String(load_default=None)
    value = fields.Float(load_default=None)
    units = fields.String(load_default="RAW")
    details = fields.List(fields.String(), load_default=list)
    tags = fields.List(fields.String(), load_default=list)


class CloseBody(Schema):
    """The value of the metric that is within its threshold again."""

    value = fields.Float(load_default=None)


class AcknowledgeBody(Schema):
    """Until when (seconds from now), by whom, and why."""

    seconds = fields.Float(load_default=3600.0, validate=validate.Range(1, 4e9))
    comment = fields.String(load_default="")
    username = fields.String(load_default="operator")


AlertQuery = WorldQuery.from_dict(
    {
        "project": fields.String(load_default=None),
        "status": fields.String(load_default=None, validate=validate.OneOf(STATUSES)),
    }
)
Opened = response_schema("Opened", alerts=[AnyObject], reasons=[str])
AlertList = response_schema("AlertList", alerts=[AnyObject])


@bp.get("/alerts", query=AlertQuery, returns={200: AlertList})
def list_all() -> dict[str, Any]:
    """The alerts of a world, the oldest first."""
    world, query = world_name(), load_query()
    admin_app().alerting.catch_up(world)
    alerts = admin_app().alerting.all_of(world, query["project"])
    return {
        "alerts": [public(each) for each in alerts if query["status"] in (None, each["status"])]
    }


@bp.post("/alerts", query=WorldQuery, body=AlertBody, returns={201: Opened})
def create() -> tuple[dict[str, Any], int]:
    """Open an alert for each enabled configuration that matches; `reasons` tell of the others."""
    world, body = world_name(), load_body()
    try:
        about = _about(_event(world, body), body)
        alerts, reasons = admin_app().alerting.open(world, body["project"], about, body["config"])
    except MissingOwner:
        names = set(services().store.names(world, PROJECT))
        raise ValidationError({"project": [unknown("project", body["project"], names)]}) from None
    return {"alerts": list(map(public, alerts)), "reasons": reasons}, 201


@bp.get("/alerts/<alert_id>", query=WorldQuery, returns={200: AnyObject})
def get_one(alert_id: str) -> dict[str, Any]:
    """One alert."""
    world = world_name()
    admin_app().alerting.catch_up(world)
    return _found(alert_id, admin_app().alerting.find(world, alert_id))


@bp.post("/alerts/<alert_id>/close", query=WorldQuery, body=CloseBody, returns={200: AnyObject})
def close(alert_id: str) -> dict[str, Any]:
    """Close an alert: what it was about is well again, its `value` being that now."""
    return _end(alert_id, "CLOSED")


@bp.post("/alerts/<alert_id>/cancel", query=WorldQuery, returns={200: AnyObject})
def cancel(alert_id: str) -> dict[str, Any]:
    """Cancel an alert: it has become invalid."""
    return _end(alert_id, "CANCELLED")


@bp.post(
    "/alerts/<alert_id>/acknowledge",
    query=WorldQuery,
    body=AcknowledgeBody,
    returns={200: AnyObject},
)
def acknowledge(alert_id: str) -> dict[str, Any]:
    """Acknowledge an alert for some time."""
    body = load_body()

    def change(alert: Document, config: Document | None, at: float) -> life.Step:
        until = life.iso_time(at + body["seconds"])
        return life.acknowledge(alert, at, until, body["comment"], body["username"])

    return _found(alert_id, admin_app().alerting.change(world_name(), alert_id, change))


def _end(alert_id: str, status: str) -> dict[str, Any]:
    value = load_body().get("value")

    def change(alert: Document, config: Document | None, at: float) -> life.Step:
        if alert["status"] not in life.LIVE:
            return life.Step(alert)
        if value is not None and "currentValue" in alert:
            current = {**alert["currentValue"], "number": _number(value)}
            alert = {**alert, "currentValue": current}
        return life.end(alert, status, at)

    return _found(alert_id, admin_app().alerting.change(world_name(), alert_id, change))


def _number(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < _MAX_WHOLE else value


def _found(alert_id: str, alert: Document | None) -> dict[str, Any]:
    if alert is None:
        raise AdminError(404, "no_such_alert", f"there is no alert {alert_id[:24]!r}")
    return public(alert)


def _about(event: str, body: dict[str, Any]) -> Document:
    """What an alert is about."""
    about = {"eventTypeName": event, **body["target"]}
    about |= {name: body[name] for name in ("details", "tags") if body[name]}
    if body["metric"]:
        about["metricName"] = body["metric"]
    if body["value"] is not None:
        about["currentValue"] = {"number": _number(body["value"]), "units": body["units"]}
    return about


def _event(world: str, body: dict[str, Any]) -> str:
    """The event that the body names, else that of its configuration.

    Raises ValidationError and, for an unknown project, MissingOwner.
    """
    configs = admin_app().alerting.projects.configs(world, body["project"])
    if configs is None:
        raise MissingOwner(Owner(world, PROJECT, body["project"]))
    event, config = body["event"], body["config"]
    if config is None and event is None:
        raise ValidationError("give an event, or the id of an alert configuration of the project")
    if config is not None and config not in configs:
        raise ValidationError({"config": [unknown("alert configuration", config, configs.keys())]})
    return str(event or configs[config]["eventTypeName"])
