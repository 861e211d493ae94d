"""The life of an alert: pure functions of its document, its configuration and the time.

    TRACKING   until the smallest delay of its notifications has passed (DOCS)
    OPEN       notified, and again after each interval until it is acknowledged (SPEC)
    CLOSED, CANCELLED, INFORMATIONAL   for ever; the last is an event of one moment

An alert's document has `opened` in seconds of the epoch, and by notifierId `due`, when it is
notified next, and `rounds`, how often it was.
"""

import calendar
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..mongodb.alerts.seeded import TIME_FORM
from ..store import Document
from .texts import kind_of

LIVE = ("TRACKING", "OPEN")
LONGEST_INTERVAL = 24 * 3600  # seconds (DOCS)

# They repeat by themselves what is not acknowledged, so Ops Manager sends it once (SPEC).
PAGING = frozenset({"PAGER_DUTY", "OPS_GENIE", "VICTOR_OPS"})

_ACKNOWLEDGEMENT = ("acknowledgedUntil", "acknowledgementComment", "acknowledgingUsername")


class Rules(NamedTuple):
    """`is_growing` lengthens each interval by the first one (DOCS: Ops Manager, Cloud Manager).

    `quiet_until` is the end, in seconds of the epoch, of the maintenance window that an alert
    is in at a time, or 0.
    """

    is_growing: bool = True
    quiet_until: Callable[[Document, float], float] = lambda alert, at: 0.0


class Step(NamedTuple):
    """An alert after a step, the event that it sends, and the notifications that send it."""

    alert: Document
    event: str = ""
    notifiers: tuple[str, ...] = ()


def new_alert(alert_id: str, project: Document, config_id: str, about: Document) -> Document:
    """An alert that has not begun; `about` has the eventTypeName and what it is about."""
    kind = kind_of(about["eventTypeName"])
    return {
        "id": alert_id,
        "groupId": project["id"],
        "orgId": project["orgId"],
        "alertConfigId": config_id,
        **({"typeName": kind} if kind else {}),
        **about,
        "sent": 0,
        "outbox": [],
    }


def begin(alert: Document, config: Document, at: float, *, is_event: bool) -> Step:
    """A new alert: an event of one moment is sent at once, else it is tracked."""
    alert = {**alert, "opened": at, "created": iso_time(at), "updated": iso_time(at), "rounds": {}}
    if is_event:
        notifiers = tuple(each["notifierId"] for each in config["notifications"])
        return Step({**alert, "status": "INFORMATIONAL", "due": {}}, "alert.inform", notifiers)
    due = {
        each["notifierId"]: at + 60 * each.get("delayMin", 0) for each in config["notifications"]
    }
    return Step({**alert, "status": "TRACKING", "due": due})


def notified_before(alert: Document, config: Document, at: float) -> Document:
    """An open alert that was told of once, and is told of again in an interval from now."""
    due: dict[str, float] = {}
    for each in config["notifications"]:
        if each["typeName"] not in PAGING:
            due |= _after(each["notifierId"], each, 1, at, Rules())
    rounds = {each["notifierId"]: 1 for each in config["notifications"]}
    return {**alert, "due": due, "rounds": rounds}


def next_due(alert: Document) -> float | None:
    """When something happens to an alert by itself; None if nothing does."""
    return min(alert["due"].values(), default=None) if alert["status"] in LIVE else None


def advance(alert: Document, config: Document | None, at: float, rules: Rules) -> Step:
    """What happens to an alert by itself at the time that it is due."""
    if config is None or not config.get("enabled"):
        return end(alert, "CANCELLED", at)
    kinds = {each["notifierId"]: each for each in config["notifications"]}
    quiet = max(acknowledged_until(alert, at), rules.quiet_until(alert, at))
    due, rounds = dict(alert["due"]), dict(alert["rounds"])
    ready = [name for name, moment in due.items() if moment <= at]
    for name in ready:
        if name not in kinds:  # replaced since
            del due[name]
        elif quiet > at:
            due[name] = quiet
        else:
            rounds[name] = rounds.get(name, 0) + 1
            due |= _after(name, kinds[name], rounds[name], at, rules)
            if kinds[name]["typeName"] in PAGING:
                del due[name]
    sent = tuple(name for name in ready if rounds.get(name) != alert["rounds"].get(name))
    alert = {**alert, "due": due, "rounds": rounds}
    if not sent:
        return Step(alert)
    event = "alert.open" if alert["status"] == "TRACKING" else "alert.update"
    return Step(_notified({**alert, "status": "OPEN"}, at), event, sent)


def first_event(alert: Document, notifier: str, event: str) -> str:
    """The event for a notification: its first one opens the alert for its receiver."""
    is_first = alert["rounds"].get(notifier) == 1
    return "alert.open" if event == "alert.update" and is_first else event


def acknowledge(alert: Document, at: float, until: str, comment: str, username: str) -> Step:
    """Stop the notifications of an alert until a time; it keeps its status (RECORDED)."""
    values = dict(zip(_ACKNOWLEDGEMENT, (until, comment, username), strict=True))
    alert = _without_acknowledgement(alert)
    alert = {**alert, **{name: value for name, value in values.items() if value}}
    return Step(_notified(alert, at), "alert.acknowledge", _reached(alert))


def unacknowledge(alert: Document, at: float) -> Step:
    """Go on with the notifications of an alert, the next one at once (RECORDED: `updated`)."""
    due = {name: min(moment, at) for name, moment in alert["due"].items()}
    return Step({**_without_acknowledgement(alert), "due": due, "updated": iso_time(at)})


def end(alert: Document, status: str, at: float) -> Step:
    """Close an alert, or cancel it; those who were notified of it are told."""
    resolved = {"resolved": iso_time(at)} if status == "CLOSED" else {}
    ended = {**alert, **resolved, "status": status, "updated": iso_time(at), "due": {}}
    event = "alert.close" if status == "CLOSED" else "alert.cancel"
    return Step(ended, event, _reached(alert))


def acknowledged_until(alert: Document, at: float) -> float:
    """The end of an alert's acknowledgement in seconds of the epoch, 0 if it has passed."""
    until = seconds(alert["acknowledgedUntil"]) if "acknowledgedUntil" in alert else 0.0
    return until if until > at else 0.0


def iso_time(at: float) -> str:
    """Seconds of the epoch as MongoDB's bodies have them."""
    return time.strftime(TIME_FORM, time.gmtime(at))


def seconds(text: str) -> float:
    """Seconds of the epoch of a time in a stored document."""
    return float(calendar.timegm(time.strptime(text, TIME_FORM)))


def _after(
    name: str, notification: Mapping[str, Any], number: int, at: float, rules: Rules
) -> dict[str, float]:
    interval = 60 * (notification.get("intervalMin") or 5)
    length = interval * number if rules.is_growing else interval
    return {name: at + min(length, max(interval, LONGEST_INTERVAL))}


def _reached(alert: Document) -> tuple[str, ...]:
    return tuple(name for name, number in alert["rounds"].items() if number)


def _notified(alert: Document, at: float) -> Document:
    return {**alert, "lastNotified": iso_time(at), "updated": iso_time(at)}


def _without_acknowledgement(alert: Document) -> Document:
    return {name: value for name, value in alert.items() if name not in _ACKNOWLEDGEMENT}
