"""Events through PagerDuty's own client; prints what it took them for, as JSON.

It runs in the client's own environment. Its argument is the URL of the service.
"""

from __future__ import annotations

import json
import sys

from pagerduty import EventsApiV2Client
from pagerduty.errors import HttpError

URL = sys.argv[1]
KEY = "0123456789abcdef0123456789abcdef"

client = EventsApiV2Client(KEY, base_url=URL)
made = client.trigger("No primary", "rs0", severity="critical", custom_details={"id": 1})
named = client.trigger("No primary", "rs0", dedup_key="alert-1")
done = {"acknowledged": client.acknowledge("alert-1"), "resolved": client.resolve("alert-1")}
refused = {}
for name, attempt in {
    "severity": lambda: client.trigger("No primary", "rs0", severity="severe"),
    "summary": lambda: client.trigger("s" * 1025, "rs0"),
    "key": lambda: EventsApiV2Client("short", base_url=URL).trigger("No primary", "rs0"),
}.items():
    try:
        attempt()
    except HttpError as error:
        refused[name] = [error.response.status_code, error.response.json()["status"]]
print(json.dumps({"made": len(made), "named": named, **done, "refused": refused}))
