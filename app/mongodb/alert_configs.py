"""`/groups/<id>/alertConfigs`, as far as integrations reach into them."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response

from opsemu.schemas.alert_configs import AlertConfig, Toggle

from ..api.context import current
from ..api.errors import ApiError
from ..api.links import self_link
from ..api.responses import no_content, reply
from ..store import Document, MissingOwner
from . import notifications
from .projects import Project, not_visible, project

bp = Blueprint("alert_configs", __name__)
matchers = Blueprint("matchers", __name__)

ALL = "/groups/<group_id>/alertConfigs"
ONE = "/groups/<group_id>/alertConfigs/<config_id>"

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)


# What an alert can be narrowed by, in the recorded order.
FIELD_NAMES = (
    "ATLAS_NODE_TYPE",
    "CLUSTER_NAME",
    "HOSTNAME",
    "PORT",
    "HOSTNAME_AND_PORT",
    "APPLICATION_ID",
    "REPLICA_SET_NAME",
    "TYPE_NAME",
    "SHARD_NAME",
)


@matchers.get("/alertConfigs/matchers/fieldNames")
def list_names() -> Response:
    """The names that matchers know: an array without a page around it (RECORDED)."""
    return reply(list(FIELD_NAMES))


@bp.get(ALL)
def list_all(group_id: str) -> Response:
    """A project's alert configurations, in the order of their making."""
    group = project(group_id)
    body = current().page.of(
        list(current().services.store.all(group.owner, notifications.TABLE).values())
    )
    body["results"] = [_shown(group, each) for each in body["results"]]
    return reply(body)


@bp.get(ONE)
def get_one(group_id: str, config_id: str) -> Response:
    """One alert configuration."""
    group = project(group_id)
    return reply(_whole(group, _stored(group, config_id)))


@bp.get(f"{ONE}/alerts")
def list_alerts(group_id: str, config_id: str) -> Response:
    """The open alerts of a configuration: nothing here ever goes wrong."""
    _stored(project(group_id), config_id)
    return reply(current().page.of([]))


@bp.post(ALL)
def create(group_id: str) -> Response:
    """Add an alert configuration."""
    group, config_id = project(group_id, write=True), current().time.object_id()
    stored = _write(group, config_id, current().json_object(), made=True)
    return reply(_whole(group, stored, new=True), 201, Location=_address(group, config_id))


@bp.put(ONE)
def update(group_id: str, config_id: str) -> Response:
    """Replace an alert configuration."""
    group = project(group_id, write=True)
    _stored(group, config_id)
    return reply(_whole(group, _write(group, config_id, current().json_object())))


@bp.patch(ONE)
def toggle(group_id: str, config_id: str) -> Response:
    """Turn an alert configuration on or off."""
    group = project(group_id, write=True)
    given = Toggle(current().dialect.profile).load(current().json_object())

    def edit(present: Document | None) -> Document:
        return {**_there(present, group, config_id), **given, "updated": current().time.timestamp()}

    _stored(group, config_id)
    return reply(_whole(group, group.change(notifications.TABLE, config_id, edit)))


@bp.delete(ONE)
def delete(group_id: str, config_id: str) -> Response:
    """Forget an alert configuration."""
    group = project(group_id, write=True)
    _stored(group, config_id)
    try:
        found = current().services.store.delete(group.owner, notifications.TABLE, config_id)
    except MissingOwner:
        not_visible(group.id)
    _there({} if found else None, group, config_id)
    return no_content()


def _write(group: Project, config_id: str, body: dict[str, Any], *, made: bool = False) -> Document:
    given = AlertConfig(current().dialect.profile).load(body)
    now = current().time.timestamp()

    def edit(present: Document | None) -> Document:
        new: Document = {"created": now, "notifications": []}
        before = new if made else _there(present, group, config_id)
        sent = notifications.read(group.owner, given["notifications"], before["notifications"])
        more = {"id": config_id, "created": before["created"], "updated": now}
        return {**given, "notifications": sent, **more}

    return group.change(notifications.TABLE, config_id, edit)


def _stored(group: Project, config_id: str) -> Document:
    """Raises INVALID_ALERT_CONFIG_ID or ALERT_CONFIG_NOT_FOUND."""
    if not _ID.fullmatch(config_id):
        raise ApiError("INVALID_ALERT_CONFIG_ID", config_id)
    found = current().services.store.get(group.owner, notifications.TABLE, config_id)
    return _there(found, group, config_id)


def _there(found: Document | None, group: Project, config_id: str) -> Document:
    if found is None:
        raise ApiError("ALERT_CONFIG_NOT_FOUND", config_id, group.id)
    return found


def _address(group: Project, config_id: str) -> str:
    return (
        f"{current().base_url}{current().dialect.prefix}/groups/{group.id}/alertConfigs/{config_id}"
    )


def _shown(group: Project, stored: Document, *, new: bool = False) -> dict[str, Any]:
    """As an item of a list, with the one link to itself (RECORDED)."""
    sent = notifications.show(group.owner, stored["notifications"], new=new)
    more = {"groupId": group.id, "links": [self_link(_address(group, stored["id"]))]}
    return AlertConfig(current().dialect.profile).show({**stored, **more, "notifications": sent})


def _whole(group: Project, stored: Document, *, new: bool = False) -> dict[str, Any]:
    shown = _shown(group, stored, new=new)
    rel = current().dialect.alert_rel
    rel = f"{current().base_url}{rel}" if rel.startswith("/") else rel
    alerts = {"href": f"{_address(group, stored['id'])}/alerts", "rel": f"{rel}alerts"}
    return {**shown, "links": [*shown["links"], alerts]}
