"""VICTOR_OPS, now Splunk On-Call: the REST endpoint (DOCS). The content is INFERRED."""

from html import unescape
from urllib.parse import quote

import orjson

from ..life import seconds
from ..service import Answer, Message, Notice, Service

URL = "https://alert.victorops.com/integrations/generic/20131114/alert/{}/{}"
MAX_MESSAGE = 20_480  # characters
TYPES = ("CRITICAL", "WARNING", "ACKNOWLEDGEMENT", "INFO", "RECOVERY")

_TYPES = {
    "alert.acknowledge": "ACKNOWLEDGEMENT",
    "alert.close": "RECOVERY",
    "alert.cancel": "RECOVERY",
    "alert.inform": "INFO",
}


def compose(notice: Notice) -> Message:
    """A message of an incident whose `entity_id` is the alert's id."""
    body = {
        "message_type": _TYPES.get(notice.event, "CRITICAL"),
        "entity_id": notice.alert["id"],
        "entity_display_name": notice.headline,
        "state_message": unescape(notice.human_readable)[:MAX_MESSAGE],
        "monitoring_tool": "MongoDB",
        "state_start_time": int(seconds(notice.alert["created"])),
    }
    names = ("victorOpsApiKey", "victorOpsRoutingKey")
    keys = (quote(notice.notification.get(name) or "", safe="") for name in names)
    url = URL.format(*keys).rstrip("/")
    return Message(url, {"Content-Type": "application/json"}, orjson.dumps(body))


def receive(message: Message) -> Answer:
    """200 in any case; `result` says whether the message is taken (CLIENT)."""
    try:
        body = orjson.loads(message.body)
    except orjson.JSONDecodeError:
        return _refused("the body is not JSON")
    body = body if isinstance(body, dict) else {}
    if body.get("message_type") not in TYPES:
        return _refused(f"message_type must be one of {', '.join(TYPES)}")
    if len(str(body.get("state_message") or "")) > MAX_MESSAGE:
        return _refused(f"state_message has more than {MAX_MESSAGE} characters")
    return Answer(200, {"result": "success", "entity_id": body.get("entity_id") or "generated"})


def _refused(problem: str) -> Answer:
    return Answer(200, {"result": "failure", "message": problem}, problem)


SERVICE = Service(
    compose,
    receive,
    needs="victorOpsApiKey",
    paths=("/victorops/integrations/generic/20131114/alert/<api_key>/<routing_key>",),
    events=frozenset({"open", "acknowledge", "close", "cancel", "inform"}),
)
