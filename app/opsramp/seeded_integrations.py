"""An installed integration as a seed writes it, which is how GET shows it."""

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import fields

from opsemu.schemas.opsramp.base import Body, choice, objects
from opsemu.schemas.opsramp.events import Event
from opsemu.schemas.opsramp.installed import Installed

from ..store import Document
from ..worlds.random_source import RandomSource
from .catalogue import find_entry
from .constants import INBOUND, OUTBOUND
from .documents import InstalledDocument, with_members
from .event_model import new_id, put_event
from .merge import merge_body

_KEPT = ("installedBy", "installedTime")
_MODES = (("inboundConfig", INBOUND), ("outboundConfig", OUTBOUND))


def _type_names(kind: Mapping[str, str]) -> InstalledDocument:
    entry = find_entry(kind["id"])
    if entry is not None:
        return {"catalogue": entry["id"]}
    return {"catalogue": kind["id"], "typeName": kind.get("name", kind["id"])}


class _Type(Body):
    id = fields.String(required=True)
    name = fields.String()


class _Event(Event):
    id = fields.String()


class _KeyPair(Body):
    key = fields.String(required=True)
    secret = fields.String()


class _Credentials(Body):
    token = fields.String()
    apiKeyPairs = fields.List(fields.Nested(_KeyPair))


class _About(Body):
    id = fields.String()
    integration = fields.Nested(_Type, required=True)
    installedBy = fields.String()
    installedTime = fields.String()
    status = choice("enabled", "disabled")
    events = objects()


def installed(body: Mapping[str, Any], random: RandomSource) -> Document:
    """An installed integration of a seed; raises what a request would."""
    about = _About().read(dict(body))
    intg_id = about.pop("id", None) or f"INTG-{random.uuid()}"
    given = Installed().read(dict(body))
    document = merge_body({"id": intg_id, **_type_names(about["integration"])}, given, random)
    kept = {name: about[name] for name in _KEPT if name in about}
    document = with_members(document, kept)
    if "status" in about:
        document["enabled"] = about["status"] == "enabled"
    for event in map(_Event.read, about.get("events", ())):
        document = put_event(document, event.pop("id", "") or new_id(random), event)
    access = (body.get("inboundConfig") or {}).get("authentication")
    return _as_written(cast(Document, document), given, _Credentials.read(access or {}))


def _as_written(document: Document, given: Mapping[str, Any], token: Mapping[str, Any]) -> Document:
    """The token or the key, and the names of attributes, as the seed has them.

    What is shown of an attribute may so differ from its true name, which keeps its place
    in lists: the vendor's documentation has one that does.
    """
    names = {
        (mode, attribute["entityType"], attribute["name"]): {"attrName": attribute["attrName"]}
        for section, mode in _MODES
        for attribute in given.get(section, {}).get("mapAttributes", ())
        if "attrName" in attribute
    }
    rows = [
        {**row, **names.get((row["mode"], row["entityType"], row["name"]), {})}
        for row in document["rows"]
    ]
    if token:
        document["authentication"] = {**document["authentication"], **token}
    return {**document, "rows": rows}
