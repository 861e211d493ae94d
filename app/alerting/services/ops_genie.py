"""OPS_GENIE: alerts v2 (SPEC). What MongoDB puts into an alert is not known (INFERRED)."""

from html import unescape
from typing import Any
from uuid import uuid4

import orjson

from opsemu.schemas.fields import UUID

from ..service import Answer, Message, Notice, Service, matches

MAX_MESSAGE = 130  # characters (CLIENT)
MAX_DESCRIPTION = 15_000
HOSTS = {"US": "https://api.opsgenie.com", "EU": "https://api.eu.opsgenie.com"}

_ACTIONS = {"alert.acknowledge": "acknowledge", "alert.close": "close", "alert.cancel": "close"}
_TOOK = {"took": 0.003}


def compose(notice: Notice) -> Message:
    """An alert whose alias is the alert's id, or an action on that."""
    host = HOSTS[notice.notification.get("opsGenieRegion") or "US"]
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"GenieKey {notice.notification['opsGenieApiKey']}",
    }
    alias, action = notice.alert["id"], _ACTIONS.get(notice.event)
    if action:
        url = f"{host}/v2/alerts/{alias}/{action}?identifierType=alias"
        note = notice.alert.get("acknowledgementComment", "")
        body = {"source": "MongoDB", **({"note": note} if note else {})}
        return Message(url, headers, orjson.dumps(body))
    body = {
        "message": notice.headline[:MAX_MESSAGE],
        "alias": alias,
        "description": unescape(notice.human_readable)[:MAX_DESCRIPTION],
        "details": {name: str(value) for name, value in notice.alert.items() if name != "tags"},
        "entity": notice.source,
        "source": "MongoDB",
        "priority": "P5" if notice.event == "alert.inform" else "P1",
    }
    return Message(f"{host}/v2/alerts", headers, orjson.dumps(body))


def receive(message: Message) -> Answer:
    """202, 401 for a key of the wrong form, 422 for a bad alert."""
    scheme, _, key = message.header("Authorization").partition(" ")
    if scheme != "GenieKey" or not matches(UUID[0], key):
        return _refused(401, "API Key is invalid", "the API key is missing or has the wrong form")
    try:
        alert = orjson.loads(message.body or b"{}")
    except orjson.JSONDecodeError:
        return _refused(400, "Could not parse request body", "the body is not JSON")
    is_new = message.url.partition("?")[0].endswith("/alerts")
    problem = _problem(alert if isinstance(alert, dict) else {}) if is_new else ""
    if problem:
        return _refused(422, problem, problem)
    return Answer(202, {"result": "Request will be processed", **_TOOK, "requestId": str(uuid4())})


def _problem(alert: dict[str, Any]) -> str:
    text = alert.get("message")
    if not isinstance(text, str) or not text:
        return "Message can not be empty"
    if len(text) > MAX_MESSAGE:
        return f"Message can not be longer than {MAX_MESSAGE} characters"
    is_known = alert.get("priority") in (None, "P1", "P2", "P3", "P4", "P5")
    return "" if is_known else "Priority should be one of [ P1, P2, P3, P4, P5 ]"


def _refused(status: int, words: str, problem: str) -> Answer:
    return Answer(status, {"message": words, **_TOOK, "requestId": str(uuid4())}, problem)


SERVICE = Service(
    compose,
    receive,
    needs="opsGenieApiKey",
    paths=(
        "/opsgenie/v2/alerts",
        "/opsgenie/v2/alerts/<alias>/close",
        "/opsgenie/v2/alerts/<alias>/acknowledge",
    ),
    events=frozenset({"open", "acknowledge", "close", "cancel", "inform"}),
)
