"""What has to be there before recorded exchanges about documents of a project can be had again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from .recordings import Recording

Call = Callable[[str, str, Any], Any]

# Documents of which there is one, and how a project is given one.
SINGLES = {
    "userSecurity": "PATCH",
    "privateEndpoint/regionalMode": "PATCH",
    "awsCustomDNS": "PATCH",
    "backupCompliancePolicy": "PUT",
}
# Documents that are listed, and the attributes that make their path.
COLLECTIONS = {
    "accessList": ("ipAddress",),
    "customDBRoles/roles": ("roleName",),
    "databaseUsers": ("databaseName", "username"),
}
_BELOW = re.compile(r"/groups/[0-9a-f]{24}/(.*)")


def prepare(recording: Recording, at: str, call: Call) -> None:
    """Make the project at a path have what the recorded request finds."""
    below = _BELOW.search(recording.path)
    place = below[1] if below else ""
    answer = recording.answer
    if recording.method == "GET" and place in SINGLES:
        call(SINGLES[place], f"{at}/{place}", answer)
    for name in COLLECTIONS:
        if recording.method == "GET" and place == name:
            shown = answer["results"] if isinstance(answer, dict) else answer
            for each in shown:
                make(name, f"{at}/{name}", each, call)
        elif place.startswith(f"{name}/") and recording.method in ("GET", "PATCH"):
            stored = call("GET", f"{at}/{place}", None)
            if "errorCode" in stored:
                make(name, f"{at}/{name}", answer, call)


def make(name: str, path: str, shown: Any, call: Call) -> None:
    """Add a document that is shown so, after all others."""
    key = "/".join(shown[part].replace("/", "%2F") for part in COLLECTIONS[name])
    call("DELETE", f"{path}/{key}", None)
    body = later({key: value for key, value in shown.items() if key != "links"})
    call("POST", path, [body] if name == "accessList" else body)


def later(value: Any) -> Any:
    """A recorded body with times to come in place of those that were to come."""
    soon = datetime.now(timezone.utc) + timedelta(hours=1)
    text = re.sub(
        r'("(?:deleteAfterDate|acknowledgedUntil)": )"[^"]*"',
        rf'\1"{soon:%Y-%m-%dT%H:%M:%SZ}"',
        json.dumps(value),
    )
    return json.loads(text)


def unordered(text: str) -> str:
    """A body with roles in an order of their own: theirs is random (RECORDED)."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, dict) and "inheritedRoles" in each:
            each["inheritedRoles"].sort(key=json.dumps)
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
