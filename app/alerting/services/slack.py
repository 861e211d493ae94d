"""SLACK: `chat.postMessage` (SPEC). The text of MongoDB's messages is not known (INFERRED)."""

from html import unescape
from typing import Any
from urllib.parse import parse_qs

import orjson

from ..service import Answer, Message, Notice, Service

URL = "https://slack.com/api/chat.postMessage"
MAX_TEXT = 40_000  # characters

_COLORS = {"alert.close": "good", "alert.cancel": "good", "alert.inform": "#439FE0"}


def compose(notice: Notice) -> Message:
    """A message with an attachment, as a bot of the workspace."""
    text = unescape(notice.human_readable)
    attachment = {
        "fallback": notice.headline,
        "title": notice.headline,
        "title_link": notice.page,
        "text": text,
        "color": _COLORS.get(notice.event, "danger"),
        "mrkdwn_in": ["text"],
    }
    body = {
        "channel": notice.notification.get("channelName"),
        "text": f"{notice.alert['status']}: {notice.headline}",
        "attachments": [attachment],
    }
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {notice.notification['apiToken']}",
    }
    return Message(URL, headers, orjson.dumps(body))


def receive(message: Message) -> Answer:
    """200, with `ok` false and an `error` for a message that is not taken."""
    is_json = "json" in message.header("Content-Type")
    try:
        body = orjson.loads(message.body) if is_json else _form(message.body)
    except (orjson.JSONDecodeError, UnicodeDecodeError):
        return _refused("invalid_json" if is_json else "invalid_form_data")
    if not isinstance(body, dict):
        return _refused("invalid_arguments")
    scheme, _, token = message.header("Authorization").partition(" ")
    token = token if scheme.lower() == "bearer" else str(body.get("token") or "")
    if not token:
        return _refused("not_authed")
    if not body.get("channel"):
        return _refused("channel_not_found")
    if not any(body.get(name) for name in ("text", "attachments", "blocks")):
        return _refused("no_text")
    if len(str(body.get("text") or "")) > MAX_TEXT:
        return _refused("msg_too_long")
    shown = {name: body[name] for name in ("text", "attachments", "blocks") if body.get(name)}
    ts = "1503435956.000247"
    posted = {"type": "message", "ts": ts, "text": "", **shown}
    return Answer(200, {"ok": True, "channel": body["channel"], "ts": ts, "message": posted})


def _form(content: bytes) -> dict[str, Any]:
    return {name: values[-1] for name, values in parse_qs(content.decode()).items()}


def _refused(error: str) -> Answer:
    return Answer(200, {"ok": False, "error": error}, error)


SERVICE = Service(compose, receive, needs="apiToken", paths=("/slack/api/chat.postMessage",))
