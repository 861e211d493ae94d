"""WEBHOOK: the alert as JSON, signed (DOCS; two bodies are RECORDED)."""

import hmac
from base64 import b64encode
from hashlib import sha1
from typing import Any

import orjson

from ..service import Answer, Message, Notice, Service
from ..templates import TemplateFailure, render_body, render_headers

MAX_BODY = 16_384  # bytes that receivers in the wild take (CLIENT)


def signature(secret: str, body: bytes) -> str:
    """The value of `X-MMS-Signature`: HMAC-SHA-1 of the body's bytes in Base64 (DOCS)."""
    return b64encode(hmac.new(secret.encode(), body, sha1).digest()).decode()


def payload(notice: Notice) -> dict[str, Any]:
    """The body: the alert as the API has it but for `orgId`, with a text for people (RECORDED)."""
    alert = {name: value for name, value in notice.alert.items() if name != "orgId"}
    alert |= {"humanReadable": notice.human_readable}
    url = f"{notice.base_url}/api/public/v1.0/groups/{alert['groupId']}/alerts/{alert['id']}"
    return {**alert, "links": [{"href": url, "rel": "self"}]}


def compose(notice: Notice) -> Message:
    """The request to a webhook: by its templates, where these can be rendered, else the default.

    A template of headers takes the place of the default ones, the signature's as well (DOCS).
    """
    notification, warnings = notice.notification, list[str]()
    values = variables(notice)
    body = orjson.dumps(payload(notice))
    if template := notification.get("webhookBodyTemplate"):
        try:
            body = render_body(template, values)
        except TemplateFailure as failure:
            warnings.append(f"bodyTemplate: {failure}")
    headers = {"X-MMS-Event": notice.event, "X-Mms-Request-Id": notice.request_id}
    if secret := notification.get("webhookSecret"):
        headers["X-MMS-Signature"] = signature(secret, body)
    if template := notification.get("webhookHeadersTemplate"):
        values |= {"signature": headers.get("X-MMS-Signature", ""), "eventType": notice.event}
        try:
            headers = render_headers(template, values)
        except TemplateFailure as failure:
            warnings.append(f"headersTemplate: {failure}")
    headers = {"Content-Type": "application/json", **headers}
    return Message(notification["webhookUrl"], headers, body, warnings=tuple(warnings))


def variables(notice: Notice) -> dict[str, Any]:
    """What templates may use (DOCS)."""
    return {
        **payload(notice),
        "event": notice.event,
        "requestId": notice.request_id,
        "orgId": notice.organization["id"],
        "orgName": notice.organization["name"],
        "projectName": notice.project["name"],
        "tags": notice.alert.get("tags", []),
    }


def receive(message: Message) -> Answer:
    """What a receiver that checks nothing but the form answers."""
    try:
        orjson.loads(message.body)
    except orjson.JSONDecodeError:
        return Answer(400, "", "the body is not JSON")
    if len(message.body) > MAX_BODY:
        return Answer(413, "", f"the body has more than {MAX_BODY} bytes")
    return Answer(200, "")


SERVICE = Service(compose, receive, needs="webhookUrl", paths=("/webhook/<path:name>",))
