"""`opsemu alert` and `opsemu inbox`: what happens to projects, and who is told."""

import json
from typing import Any

import click

from .admin import Admin, Output, table, verb
from .group import add_group
from .parameters import without_none

alert = add_group("alert", "Open and close alerts.")
inbox = add_group("inbox", "Show what alerts have sent.")

_ID = click.Argument(["alert_id"], metavar="ID")
_TARGETS = {
    "cluster": "clusterName",
    "replica-set": "replicaSetName",
    "host": "hostnameAndPort",
    "shard": "shardName",
}
_PROJECT = click.Option(["--project"], help="Id of the project.")


@verb(
    alert,
    "open",
    click.Argument(["event"]),
    click.Option(["--project"], required=True, help="Id of the project."),
    *(click.Option([f"--{name}", member]) for name, member in _TARGETS.items()),
    click.Option(["--metric"]),
    click.Option(["--value"], type=float),
)
def open_alert(admin: Admin, event: str, project: str, **about: Any) -> Output:
    """Open an alert for each alert configuration of the project that waits for EVENT."""
    about = without_none(about)
    target = {name: about.pop(name) for name in _TARGETS.values() if name in about}
    body = {"project": project, "event": event, "target": target, **about}
    document = admin.call("POST", "/alerts", body)
    lines = [f"alert {each['id']} is {each['status']}" for each in document["alerts"]]
    lines += [f"not for the configuration {reason}" for reason in document["reasons"]]
    return document, "\n".join(lines or ["the project has no alert configurations"])


@verb(alert, "list", _PROJECT, click.Option(["--status"]))
def list_alerts(admin: Admin, **query: Any) -> Output:
    """List the alerts of a world, the oldest first."""
    document = admin.call("GET", "/alerts", **query)
    names = ("id", "status", "eventTypeName", "groupId", "created")
    rows = [tuple(each[name] for name in names) for each in document["alerts"]]
    return document, table(("id", "status", "event", "project", "created"), rows)


@verb(alert, "close", _ID, click.Option(["--value"], type=float))
def close_alert(admin: Admin, alert_id: str, value: float | None) -> Output:
    """Close an alert."""
    return _change(admin, alert_id, "close", without_none({"value": value}))


@verb(alert, "cancel", _ID)
def cancel_alert(admin: Admin, alert_id: str) -> Output:
    """Cancel an alert."""
    return _change(admin, alert_id, "cancel")


@verb(
    alert,
    "acknowledge",
    _ID,
    click.Option(["--seconds"], type=float, help="From now on; an hour by default."),
    click.Option(["--comment"]),
    click.Option(["--username"]),
)
def acknowledge_alert(admin: Admin, alert_id: str, **body: Any) -> Output:
    """Acknowledge an alert for some time."""
    return _change(admin, alert_id, "acknowledge", without_none(body))


@verb(
    inbox,
    "list",
    click.Option(["--service"]),
    click.Option(["--event"]),
    click.Option(["--alert"]),
    _PROJECT,
)
def list_inbox(admin: Admin, **query: Any) -> Output:
    """List what the alerts of a world have sent, the oldest first."""
    document = admin.call("GET", "/inbox", **query)
    names = ("id", "at", "service", "event", "state")
    rows = [tuple(each[name] for name in names) for each in document["deliveries"]]
    return document, table(names, rows)


@verb(inbox, "show", click.Argument(["delivery_id"], metavar="ID"))
def show_delivery(admin: Admin, delivery_id: str) -> Output:
    """Show a delivery: the request, secrets masked, and what was answered."""
    document = admin.call("GET", f"/inbox/{delivery_id}")
    return document, json.dumps(document, indent=2)


@verb(inbox, "clear")
def clear_inbox(admin: Admin) -> Output:
    """Empty the inbox of a world."""
    return admin.call("DELETE", "/inbox"), "the inbox is empty"


def _change(admin: Admin, alert_id: str, verb: str, body: Any = None) -> Output:
    document = admin.call("POST", f"/alerts/{alert_id}/{verb}", body)
    return document, f"alert {document['id']} is {document['status']}"
