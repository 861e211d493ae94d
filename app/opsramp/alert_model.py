"""Alerts of a tenant: what is stored of a post, and what responses show.

An alert that is posted again, for the same device, metric and component, changes the one there
is and counts up its `repeatCount`: that is how a client heals an alert (CLIENT; which members
make two alerts the same is INFERRED).
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from opsemu.schemas.opsramp.alerts import Alert

from ..api.errors import ApiError
from ..store import Document
from ..worlds.clock import WorldTime
from .times import milliseconds

MAX_ALERTS, MAX_EVENTS = 500, 20  # kept of a tenant; ids of posts kept of an alert
MAX_SIZE = 16_384  # bytes of an alert
# Two devices that share one of these are the same one (INFERRED).
_IDENTITY = ("id", "hostName", "ipAddress", "macAddress", "resourceName", "name")
_DEVICE = ("id", "name", "hostName", "ipAddress", "aliasName", "resourceName", "resourceType")
# What the SPEC's samples show of every resource.
_RESOURCE = {
    "consoles": [], "frequency": 0, "paused": False, "deleted": False, "validateSSL": False,
    "port": 0, "encrypted": False, "timeout": 0, "days": 0, "ts": 0, "clientId": 0,
    "locationOffset": 0, "totalLocations": 0, "receiverHostPort": 0,
}  # fmt: skip


def new_alert(body: Any, now: WorldTime) -> Document:
    """What is stored of a body; times are in milliseconds. Raises INVALID_VALUE, MANDATORY."""
    alert, present = Alert.read(body), int(now.now() * 1000)
    alert_time = milliseconds(alert["alertTime"]) if "alertTime" in alert else present
    if alert_time is None:
        raise ApiError("INVALID_VALUE", "alertTime", alert["alertTime"][:200])
    if len(orjson.dumps(alert)) > MAX_SIZE:
        raise ApiError("INVALID_VALUE", "body", f"an alert of more than {MAX_SIZE} bytes")
    device = {"id": now.random.uuid(), **alert["device"]}
    times = {"alertTime": alert_time, "created": present, "updated": present}
    return {**alert, **times, "device": device, "events": [now.random.uuid()], "repeatCount": 1}


def add_alerts(log: Mapping[str, Any], alerts: Iterable[Document]) -> Document:
    """The log of a tenant, alerts by `uniqueId` and the last id, after alerts were posted."""
    serial, kept = log.get("serial", 0), dict(log.get("alerts", {}))
    unique_ids = {key: alert["uniqueId"] for alert in kept.values() for key in _keys(alert)}
    for alert in alerts:
        known = (unique_ids[key] for key in _keys(alert) if key in unique_ids)
        previous = kept.pop(next(known, ""), None)
        serial += previous is None
        alert = _repeated(previous, alert) if previous else {**alert, "uniqueId": str(serial)}
        kept[alert["uniqueId"]] = alert
        unique_ids.update(dict.fromkeys(_keys(alert), alert["uniqueId"]))
    return {"serial": serial, "alerts": dict(list(kept.items())[-MAX_ALERTS:])}


def show_alert(alert: Mapping[str, Any], tenant_id: str, name: str, now: float) -> Document:
    """An alert as GET shows it, members in the SPEC's order; `now` in seconds."""
    created = _iso_time(alert["created"])
    device = {member: alert["device"].get(member, "") for member in _DEVICE}
    names = (device["name"], device["resourceName"], device["hostName"], device["ipAddress"])
    device["name"] = next(filter(None, names), device["id"])
    shown = {
        "uniqueId": alert["uniqueId"],
        "subject": alert["subject"],
        "description": alert["description"],
        "currentState": alert["currentState"],
        "oldState": alert.get("oldState"),
        "serviceName": alert["serviceName"],
        "acknowledged": False,
        "suppressed": False,
        "permanentlySuppressed": False,
        "closed": False,
        "ticketed": False,
        "clientUniqueId": tenant_id,
        "alertType": alert["alertType"],
        "app": alert["app"],
        "component": alert["component"],
        "problemArea": alert["problemArea"],
        "alertTime": _iso_time(alert["alertTime"]),
        "device": {**device, "type": "DEVICE"},
        "resource": {**device, "type": device["resourceType"], **_RESOURCE},
        "repeatCount": str(alert["repeatCount"]),
        "tenantId": int("".join(filter(str.isdecimal, tenant_id))[-9:] or 0),
        "status": "New",
        "priority": "N/A",
        "elapsedTimeString": _elapsed(int(now - alert["created"] / 1000)),
        "createdDate": created,
        "updatedTime": _iso_time(alert["updated"]),
        "rba": False,
        "tenantName": name,
        "managedByOpsRamp": False,
        "actedTs": 0,
        "eventType": "ALERT",
        "metric": alert["serviceName"],
        "inferenceId": 0,
        "statusHistory": {"createdBy": "system", "createdTime": created},
        "extAlertId": alert.get("extAlertId"),
        "monitorName": alert.get("monitorName"),
        "ackUrl": alert.get("ackUrl"),
    }
    return {member: value for member, value in shown.items() if value is not None}


def _repeated(previous: Document, alert: Document) -> Document:
    return {
        **previous,
        **alert,
        "device": {**alert["device"], **previous["device"]},
        "created": previous["created"],
        "oldState": previous["currentState"],
        "events": (previous["events"] + alert["events"])[-MAX_EVENTS:],
        "repeatCount": previous["repeatCount"] + 1,
    }


def _keys(alert: Document) -> list[tuple[str, ...]]:
    about, device = (alert["serviceName"], alert["component"]), alert["device"]
    return [(*about, name, device[name]) for name in _IDENTITY if device.get(name)]


def _iso_time(milliseconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(milliseconds // 1000))


def _elapsed(seconds: int) -> str:
    """Days, hours and minutes with a space after each, those of zero left out (SPEC)."""
    minutes = max(0, seconds) // 60
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return "".join(f"{number}{unit} " for number, unit in parts if number) or "0m "
