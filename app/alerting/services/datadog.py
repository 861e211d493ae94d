"""DATADOG: events v1 (SPEC). What MongoDB puts into an event is not known (INFERRED)."""

from html import unescape
from typing import Any
from zlib import crc32

import orjson

from opsemu.schemas.integrations.datadog import DATADOG_KEY

from ..life import seconds
from ..service import Answer, Message, Notice, Service, matches

MAX_TEXT, MAX_KEY = 4000, 100  # characters
ALERT_TYPES = (
    "error", "warning", "info", "success", "user_update", "recommendation", "snapshot",
)  # fmt: skip

# By Atlas' names of regions; the pairs are INFERRED from the names on both sides.
SITES = {
    "US": "datadoghq.com",
    "EU": "datadoghq.eu",
    "US3": "us3.datadoghq.com",
    "US5": "us5.datadoghq.com",
    "AP1": "ap1.datadoghq.com",
    "US1_FED": "ddog-gov.com",
}
_TYPES = {"alert.close": "success", "alert.cancel": "info", "alert.inform": "info"}


def compose(notice: Notice) -> Message:
    """An event that is put together with the others of its alert."""
    site = SITES.get(notice.notification.get("datadogRegion", "US"), SITES["US"])
    body = {
        "title": notice.headline,
        "text": unescape(notice.human_readable)[:MAX_TEXT],
        "alert_type": _TYPES.get(notice.event, "error"),
        "priority": "normal",
        "aggregation_key": notice.alert["id"],
        "date_happened": int(seconds(notice.alert["updated"])),
        "host": notice.source,
        "source_type_name": "mongodb",
        "tags": [f"event:{notice.alert['eventTypeName']}", f"project:{notice.project['name']}"],
    }
    headers = {
        "Content-Type": "application/json",
        "DD-API-KEY": notice.notification["datadogApiKey"],
    }
    return Message(f"https://api.{site}/api/v1/events", headers, orjson.dumps(body))


def receive(message: Message) -> Answer:
    """202 with the event, 403 for a key of the wrong form, 400 for a bad event."""
    if not matches(DATADOG_KEY[0], message.header("DD-API-KEY")):
        return _refused(403, "Forbidden", "the API key is missing or has the wrong form")
    if message.url.endswith("/validate"):
        return Answer(200, {"valid": True})
    try:
        event = orjson.loads(message.body)
    except orjson.JSONDecodeError:
        return _refused(400, "Bad Request", "the body is not JSON")
    problem = _problem(event if isinstance(event, dict) else {})
    if problem:
        return _refused(400, problem, problem)
    number = crc32(message.body)
    names = ("title", "text", "date_happened", "priority", "tags", "alert_type")
    shown = {name: event[name] for name in names if name in event}
    return Answer(
        202,
        {
            "status": "ok",
            "event": {
                "id": number,
                "id_str": str(number),
                **shown,
                "url": f"/event/event?id={number}",
            },
        },
    )


def _problem(event: dict[str, Any]) -> str:
    for name in ("title", "text"):
        if not event.get(name):
            return f"Missing required attribute: {name}"
    if len(str(event["text"])) > MAX_TEXT:
        return f"text has more than {MAX_TEXT} characters"
    if len(str(event.get("aggregation_key") or "")) > MAX_KEY:
        return f"aggregation_key has more than {MAX_KEY} characters"
    if event.get("alert_type") not in (None, *ALERT_TYPES):
        return "Invalid alert_type"
    return "" if event.get("priority") in (None, "normal", "low") else "Invalid priority"


def _refused(status: int, words: str, problem: str) -> Answer:
    return Answer(status, {"errors": [words]}, problem)


SERVICE = Service(
    compose,
    receive,
    needs="datadogApiKey",
    paths=("/datadog/api/v1/events", "GET /datadog/api/v1/validate"),
)
