"""The text of an alert for people, in the form of two recorded webhook bodies (RECORDED)."""

import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from ..store import Document

_RULE = "\n\n" + "-" * 40 + "\n\n"
_PHRASES = {"GREATER_THAN": "has gone above", "LESS_THAN": "has gone below"}


@cache
def event_data() -> dict[str, Any]:
    """What is known of types of events: `kinds`, `headlines`, and which are of one moment."""
    content = files("opsemu.data").joinpath("alert_events.json").read_bytes()
    data: dict[str, Any] = json.loads(content)
    return data


def kind_of(event: str) -> str:
    """The `typeName` of an event's alerts, such as REPLICA_SET; empty for others."""
    kinds = event_data()["kinds"].items()
    return next((kind for kind, events in kinds if event in events), "")


def is_of_one_moment(event: str) -> bool:
    """Whether an event is told of once, and is never open."""
    return event in event_data()["ofOneMoment"]


def headline(alert: Document, config: Document) -> str:
    """What has happened."""
    event = alert["eventTypeName"]
    limit = config.get("metricThreshold") or config.get("threshold") or {}
    if "metricName" in alert and "threshold" in limit:
        phrase = _PHRASES.get(limit.get("operator", ""), "has reached")
        return f"{_words(alert['metricName'])} {phrase} {limit['threshold']:g} "
    return str(event_data()["headlines"].get(event, _words(event)))


def human_readable(
    alert: Document, config: Document, project: Document, organization: Document
) -> str:
    """The text of an alert, escaped for HTML."""
    created = alert["created"]
    lines = [
        alert["status"],
        headline(alert, config),
        *_target(alert),
        f"Created: {created[:10].replace('-', '/')} {created[11:16]} GMT",
        *([f"Replica Set: {alert['replicaSetName']}"] if "replicaSetName" in alert else ()),
        *alert.get("details", ()),
    ]
    if "currentValue" in alert:
        lines.append(f"Current Value: {alert['currentValue']['number']:g} ")
    names = f"Project: {project['name']}\n\nOrganization: {organization['name']}"
    return escape(names + _RULE + "\n".join(lines) + _RULE)


def _target(alert: Document) -> list[str]:
    """The line that names what the alert is about."""
    is_of_set = kind_of(alert["eventTypeName"]) == "REPLICA_SET"
    own = "replicaSetName" if is_of_set else "userAlias"
    host = alert.get("hostnameAndPort", "").rpartition(":")[0]
    names = (alert.get(own), host, alert.get("replicaSetName"), alert.get("clusterName"))
    return [name for name in names if name][:1]


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
