"""MICROSOFT_TEAMS: a card (DOCS). Which kind MongoDB sends is not known (INFERRED)."""

from html import unescape

import orjson

from ..service import Answer, Message, Notice, Service

MAX_BODY = 28 * 1024  # bytes
_ADAPTIVE = "application/vnd.microsoft.card.adaptive"
_COLORS = {"alert.close": "2DC72D", "alert.cancel": "2DC72D", "alert.inform": "439FE0"}


def compose(notice: Notice) -> Message:
    """A MessageCard, whose text and facts the workflows of Teams take, too."""
    names = ("eventTypeName", "status", "clusterName", "replicaSetName", "hostnameAndPort")
    facts = [
        {"name": name, "value": str(notice.alert[name])} for name in names if name in notice.alert
    ]
    body = {
        "@type": "MessageCard",
        "@context": "http://schema.org/extensions",
        "summary": notice.headline,
        "title": f"{notice.alert['status']}: {notice.headline}",
        "text": unescape(notice.human_readable),
        "themeColor": _COLORS.get(notice.event, "8C1A1A"),
        "sections": [{"activityTitle": notice.project["name"], "facts": facts}],
    }
    url = notice.notification["microsoftTeamsWebhookUrl"]
    return Message(url, {"Content-Type": "application/json"}, orjson.dumps(body))


def receive(message: Message) -> Answer:
    """200 and `1`; 400 for a card without text. Adaptive cards are taken, too."""
    if len(message.body) > MAX_BODY:
        return Answer(413, "", f"a card has at most {MAX_BODY} bytes")
    try:
        card = orjson.loads(message.body)
    except orjson.JSONDecodeError:
        return Answer(400, "Bad payload received by generic incoming webhook.", "it is not JSON")
    card = card if isinstance(card, dict) else {}
    attached = card.get("attachments")
    parts = (
        [each for each in attached if isinstance(each, dict)] if isinstance(attached, list) else []
    )
    is_adaptive = any(each.get("contentType") == _ADAPTIVE for each in parts)
    if is_adaptive or card.get("summary") or card.get("text"):
        return Answer(200, "1")
    words = "Summary or Text is required."
    return Answer(400, words, words)


SERVICE = Service(
    compose, receive, needs="microsoftTeamsWebhookUrl", paths=("/teams/<path:webhook>",)
)
