"""`/events`: what was changed in a project or an organization, as the world's journal tells it.

Nothing is stored for events: they are read off the requests in the journal, and are gone with
those (after `journal_rows` requests, a reset, or `opsemu journal clear`).
"""

import time
from collections.abc import Callable
from datetime import datetime, timezone
from hashlib import blake2b
from math import inf
from typing import Any

from flask import Response

from opsemu.schemas.profiles import EVERY, MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ..dialect import dialect
from ..keys.documents import id_of
from ..organization_access import get_organization
from ..parents import get_application
from ..project_access import find_project, get_project
from ..request_helpers import page_of
from .event_types import Event, events

bp = Resource("events", __name__, EVERY)

_PROJECT = {"java": "ApiGroupEventsResource", "limit": 300}
_ORG = {"java": "ApiOrgEventsResource", "limit": 500}


@bp.get("/groups/<group_id>/events", operation="getAllEvents", **_PROJECT)
def list_of_project(group_id: str) -> Response:
    """The events of a project, the newest first."""
    get_project(group_id)
    return _list(_of_project(group_id))


@bp.get("/groups/<group_id>/events/<event_id>", operation="getEvent", **_PROJECT)
def get_of_project(group_id: str, event_id: str) -> Response:
    """One event of a project."""
    get_project(group_id)
    return _get(_of_project(group_id), event_id, "EVENT_NOT_FOUND", group_id)


@bp.get("/orgs/<org_id>/events", operation="getAllOrgEvents", java_method="getAllEvents", **_ORG)
def list_of_organization(org_id: str) -> Response:
    """The events of an organization, the newest first."""
    get_organization(org_id)
    return _list(_of_organization(org_id))


@bp.get(
    "/orgs/<org_id>/events/<event_id>",
    operation="getOrgEvent",
    java_method="getEvent",
    **_ORG,
)
def get_of_organization(org_id: str, event_id: str) -> Response:
    """One event of an organization."""
    get_organization(org_id)
    return _get(_of_organization(org_id), event_id, "ORG_EVENT_NOT_FOUND", org_id)


@bp.get("/globalEvents", operation="getAllGlobalEvents", families=MANAGER)
def list_all() -> Response:
    """All events, the newest first (DOCS)."""
    get_application()
    return _list(lambda event: True)


@bp.get("/globalEvents/<event_id>", operation="getGlobalEvent", families=MANAGER)
def get_any(event_id: str) -> Response:
    """One event."""
    get_application()
    return _get(lambda event: True, event_id, "GLOBAL_EVENT_NOT_FOUND")


Belongs = Callable[[Event], bool]


def _of_project(group_id: str) -> Belongs:
    return lambda event: event.type.scope != "org" and event.attributes.get("groupId") == group_id


def _of_organization(org_id: str) -> Belongs:
    return lambda event: event.type.scope != "project" and event.attributes["orgId"] == org_id


def _events(belongs: Belongs) -> list[Event]:
    """The events that belong to something, the newest first."""
    found = [event for entry in current().world.journal.all() for event in events(entry)]
    made = [each.attributes for each in found if each.type.name == "GROUP_CREATED"]
    orgs = {attributes["groupId"]: attributes["orgId"] for attributes in made}
    for each in found:
        if each.type.scope != "project" and "orgId" not in each.attributes:
            group_id = each.attributes.get("groupId") or each.attributes["_groupId"]
            if group_id not in orgs:
                orgs[group_id] = (find_project(group_id) or {"orgId": ""})["orgId"]
            each.attributes["orgId"] = orgs[group_id]
    return [each for each in reversed(found) if belongs(each)]


def _show(event: Event) -> dict[str, Any]:
    """An event. RECORDED: it tells of an organization or a project, and links to a project."""
    event_id, entry = _id(event), event.entry
    hidden = {"_groupId"} if event.type.scope == "org" else {"orgId"}
    attributes = {key: value for key, value in event.attributes.items() if key not in hidden}
    group_id = attributes.get("groupId", "null")
    url = f"{current().base_url}{dialect().prefix}/groups/{group_id}/events/{event_id}"
    body = {
        **attributes,
        "apiKeyId": id_of(entry.key),
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(entry.at)),
        "eventTypeName": event.type.name,
        "id": event_id,
        "isGlobalAdmin": False,
        "links": [self_link(url)],
        "publicKey": entry.key,
        "remoteAddress": entry.address,
    }
    return dict(sorted(body.items()))


def _id(event: Event) -> str:
    """An identifier that is the same each time."""
    name = f"{event.entry.world}/{event.entry.id}/{event.type.name}"
    return f"{int(event.entry.at):08x}{blake2b(name.encode(), digest_size=8).hexdigest()}"


def _get(belongs: Belongs, event_id: str, code: str, *parent: str) -> Response:
    for event in _events(belongs):
        if _id(event) == event_id:
            return reply(_show(event))
    raise ApiError(code, event_id, *parent)


def _list(belongs: Belongs) -> Response:
    """A page; without a count it has no link to the next one (RECORDED)."""
    query = current().query
    wanted, unwanted = query.all("eventType"), query.all("excludedEventType")
    first, last = _date("minDate") or 0.0, _date("maxDate") or inf
    selected = [
        event
        for event in _events(belongs)
        if (not wanted or event.type.name in wanted)
        and event.type.name not in unwanted
        and first <= event.entry.at <= last
    ]
    body = page_of(selected, _show)
    if not query.flag("includeCount", default=True):
        body["links"] = [link for link in body["links"] if link["rel"] != "next"]
    return reply(body)


def _date(name: str) -> float | None:
    """A time in the query in seconds of the epoch, or None; raises INVALID_DATE_FORMAT.

    A plus sign in a query stands for a space.
    """
    text = current().query.first(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    except ValueError:
        raise ApiError("INVALID_DATE_FORMAT", name) from None
    zone = moment.tzinfo or timezone.utc
    return moment.replace(tzinfo=zone).timestamp()
