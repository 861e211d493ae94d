"""Events through Datadog's own client; prints what it took the answers for, as JSON.

It runs in the client's own environment. Its argument is the URL of the service.
"""

from __future__ import annotations

import json
import sys

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException
from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v1.api.events_api import EventsApi
from datadog_api_client.v1.model.event_create_request import EventCreateRequest

KEY = "0123456789abcdef0123456789abcdef"
EVENT = {"title": "No primary", "text": "rs0 has no primary"}


def configuration(key: str, **more: bool) -> Configuration:
    """What points the client at the service, with a key."""
    return Configuration(host=sys.argv[1], api_key={"apiKeyAuth": key}, **more)


def refusal(key: str, **changes: str) -> list[object]:
    """Status and errors of the answer to an event that the client itself does not check."""
    with ApiClient(configuration(key)) as client:
        try:
            EventsApi(client).create_event(body=EventCreateRequest(**{**EVENT, **changes}))
        except ApiException as error:
            return [error.status, error.body["errors"]]
    return []


with ApiClient(configuration(KEY)) as client:
    more = {"tags": ["project:demo"], "alert_type": "error", "priority": "normal"}
    answer = EventsApi(client).create_event(body=EventCreateRequest(**EVENT, **more))
    event = answer.event
    taken = [answer.status, event.title, event.alert_type.value, list(event.tags)]
    valid = AuthenticationApi(client).validate().valid
refused = {"title": refusal(KEY, title=""), "key": refusal("short")}
print(
    json.dumps(
        {"taken": taken, "id": str(event.id) == event.id_str, "valid": valid, "refused": refused}
    )
)
