"""Which writes make which events, and the attributes that those have."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from ...worlds.journal import JournalEntry

_PREFIX, _SEGMENT = r"/api/(?:public|atlas)/v\d(?:\.0)?", re.compile(r"<(\w+)>")


class EventType(NamedTuple):
    """A type of event, and the writes that make it.

    `scope` is where it is listed: `org`, `project` or `both`. `read` are the attributes that
    are read of the answer, or else of the request, and `flag` is one that the request must set.
    """

    name: str
    scope: str
    method: str
    path: re.Pattern[str]
    read: Mapping[str, str]
    flag: str


class Event(NamedTuple):
    """What a write made: a type and its attributes. `_groupId` only leads to an organization."""

    type: EventType
    attributes: dict[str, str]
    entry: JournalEntry


@cache
def _types() -> list[EventType]:
    """The rows of data/event_types.json; `<_>` in a path is read for no attribute.

    RECORDED on Atlas; INFERRED for integrations (types: SPEC) and for Ops Manager.
    """
    types = []
    for row in orjson.loads(files("opsemu.data").joinpath("event_types.json").read_bytes()):
        method, path = row["request"].split()
        path = path.replace("<_>", "[^/]+")
        pattern = re.compile(_PREFIX + _SEGMENT.sub(r"(?P<\1>[^/]+)", path) + "/?")
        read, flag = row.get("read", {}), row.get("flag", "")
        types.append(EventType(row["type"], row["scope"], method, pattern, read, flag))
    return types


def events(entry: JournalEntry) -> Iterator[Event]:
    """The events that a request made: of each scope, that of the first type that matches."""
    if entry.method == "GET" or not 200 <= entry.status < 300:
        return
    scopes: set[str] = set()
    for each in _types():
        match = each.path.fullmatch(entry.path) if each.method == entry.method else None
        if match is None or each.scope in scopes:
            continue
        if each.flag and _first(entry.request_body).get(each.flag) is not True:
            continue
        scopes.add(each.scope)
        read = {name: _find(member, entry) for name, member in each.read.items()}
        if not read.get("groupId", "unread"):
            continue  # a fault or a stub gave an answer that does not name the project
        attributes = {name: unquote(value) for name, value in match.groupdict().items()}
        attributes |= {name: value for name, value in read.items() if value}
        yield Event(each, attributes, entry)


def _first(body: bytes) -> dict[str, Any]:
    """The object in a body, in an envelope or not, or the first one of its array."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    value = value[0] if isinstance(value, list) and value else value
    value = value if isinstance(value, dict) else {}
    content = value.get("content")
    return content if isinstance(content, dict) else value


def _find(member: str, entry: JournalEntry) -> str:
    bodies = map(_first, (entry.response_body, entry.request_body))
    return next((str(body[member]) for body in bodies if member in body), "")
