"""PAGER_DUTY: Events API v2 (SPEC). What MongoDB puts into an event is not known (INFERRED)."""

from typing import Any
from uuid import uuid4

import orjson

from ..service import Answer, Message, Notice, Service

URL = "https://events.{}pagerduty.com/v2/enqueue"
V1 = "/generic/2010-04-15/create_event.json"
KEY_LENGTH, MAX_SUMMARY, MAX_DEDUP_KEY = 32, 1024, 255  # characters
MAX_BODY = 512 * 1024  # bytes
SEVERITIES = ("critical", "error", "warning", "info")

_ACTIONS = {
    "alert.open": "trigger",
    "alert.inform": "trigger",
    "alert.acknowledge": "acknowledge",
    "alert.close": "resolve",
    "alert.cancel": "resolve",
}


def compose(notice: Notice) -> Message:
    """An event whose `dedup_key` is the alert's id."""
    region = "eu." if notice.notification.get("region") == "EU" else ""
    severity = "info" if notice.event == "alert.inform" else "critical"
    body = {
        "routing_key": notice.notification["serviceKey"],
        "event_action": _ACTIONS[notice.event],
        "dedup_key": notice.alert["id"],
        "client": "MongoDB Ops Manager",
        "client_url": notice.page,
        "payload": {
            "summary": notice.headline[:MAX_SUMMARY],
            "source": notice.source,
            "severity": severity,
            "timestamp": notice.alert["updated"],
            "custom_details": notice.alert,
        },
    }
    headers = {"Content-Type": "application/json"}
    return Message(URL.format(region), headers, orjson.dumps(body))


def receive(message: Message) -> Answer:
    """202, also for an unknown key of the right form (DOCS); 400 for a bad event."""
    if len(message.body) > MAX_BODY:
        return Answer(413, "", f"an event has at most {MAX_BODY} bytes")
    try:
        event = orjson.loads(message.body)
    except orjson.JSONDecodeError:
        words = "Event object format is unrecognized"
        return _refused("Unrecognized object", words, ["JSON parse error"])
    is_v1 = message.url.endswith(V1)
    problems = list(
        (_problems_v1 if is_v1 else _problems)(event if isinstance(event, dict) else {})
    )
    if problems:
        return _refused("invalid event", "Event object is invalid", problems)
    name = "incident_key" if is_v1 else "dedup_key"
    answer = {"status": "success", "message": "Event processed", name: event.get(name)}
    return Answer(200 if is_v1 else 202, {**answer, name: answer[name] or uuid4().hex})


def _problems(event: dict[str, Any]) -> list[str]:
    action, payload = event.get("event_action"), event.get("payload")
    key, problems = event.get("routing_key"), []
    if not isinstance(key, str) or len(key) != KEY_LENGTH:
        problems.append(f"'routing_key' must be a string of {KEY_LENGTH} characters")
    if action not in ("trigger", "acknowledge", "resolve"):
        problems.append("'event_action' must be one of trigger, acknowledge, resolve")
    if len(str(event.get("dedup_key") or "")) > MAX_DEDUP_KEY:
        problems.append(f"'dedup_key' has more than {MAX_DEDUP_KEY} characters")
    if action != "trigger":
        return [*problems, *([] if event.get("dedup_key") else ["'dedup_key' is missing or blank"])]
    payload = payload if isinstance(payload, dict) else {}
    problems += [
        f"'payload.{name}' is missing or blank"
        for name in ("summary", "source", "severity")
        if not payload.get(name)
    ]
    if payload.get("severity") not in (None, *SEVERITIES):
        problems.append(f"'payload.severity' must be one of {', '.join(SEVERITIES)}")
    if len(str(payload.get("summary", ""))) > MAX_SUMMARY:
        problems.append(f"'payload.summary' has more than {MAX_SUMMARY} characters")
    return problems


def _problems_v1(event: dict[str, Any]) -> list[str]:
    problems = []
    if len(str(event.get("service_key", ""))) != KEY_LENGTH:
        problems.append("Service key is the wrong length (should be 32 characters)")
    if event.get("event_type") not in ("trigger", "acknowledge", "resolve"):
        problems.append("Event type must be one of trigger, acknowledge, resolve")
    needed = "description" if event.get("event_type") == "trigger" else "incident_key"
    return [*problems, *([] if event.get(needed) else [f"{needed} is missing"])]


def _refused(status: str, message: str, errors: list[str]) -> Answer:
    body = {"status": status, "message": message, "errors": errors}
    return Answer(400, body, "; ".join(errors))


SERVICE = Service(
    compose,
    receive,
    needs="serviceKey",
    paths=("/pagerduty/v2/enqueue", f"/pagerduty{V1}"),
    events=frozenset({"open", "acknowledge", "close", "cancel", "inform"}),
)
