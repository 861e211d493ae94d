"""Messages through Slack's own client; prints what it took the answers for, as JSON.

It runs in the client's own environment. Its argument is the URL of the service.
"""

from __future__ import annotations

import json
import sys

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

client = WebClient(token="xoxb-0123456789", base_url=sys.argv[1])
blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*No primary*"}}]
attachments = [{"color": "danger", "title": "No primary", "fields": [{"title": "a", "value": "b"}]}]
posted = {
    "text": client.chat_postMessage(channel="#alerts", text="No primary & Möwe"),
    "blocks": client.chat_postMessage(channel="C1", text="No primary", blocks=blocks),
    "attachments": client.chat_postMessage(channel="C1", attachments=attachments, text=""),
}
refused = {}
for name, token, body in (
    ("text", "xoxb-0123456789", {"channel": "C1"}),
    ("channel", "xoxb-0123456789", {"channel": "", "text": "No primary"}),
    ("token", None, {"channel": "C1", "text": "No primary"}),
):
    try:
        WebClient(token=token, base_url=sys.argv[1]).chat_postMessage(**body)
    except SlackApiError as error:
        refused[name] = [error.response.status_code, error.response["error"]]
answers = {
    name: [answer["ok"], answer["channel"], answer["message"]["text"]]
    for name, answer in posted.items()
}
print(json.dumps({"posted": answers, "refused": refused}))
