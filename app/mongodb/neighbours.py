"""What clients ask of a project around its integrations; none of it does anything here."""

from __future__ import annotations

from flask import Blueprint, Response

from opsemu.schemas.projects import ProjectSettings

from ..api.context import current
from ..api.responses import no_content, reply
from .projects import Project, project

TABLE = "settings"
SETTINGS = "settings"
SLOW_MS = "managedSlowMs"

api_keys = Blueprint("api_keys", __name__)
clusters = Blueprint("clusters", __name__)
ip_addresses = Blueprint("ip_addresses", __name__)
limits = Blueprint("limits", __name__)
settings = Blueprint("settings", __name__)
slow_ms = Blueprint("slow_ms", __name__)
teams = Blueprint("teams", __name__)


@api_keys.get("/groups/<group_id>/apiKeys", endpoint="list_all")
def list_api_keys(group_id: str) -> Response:
    """No keys of the project's own: roles come from its organization here."""
    project(group_id)
    return reply(current().page.of([]))


@clusters.get("/groups/<group_id>/clusters", endpoint="list_all")
def list_clusters(group_id: str) -> Response:
    """No clusters: Terraform counts them before it deletes a project."""
    project(group_id)
    return reply(current().page.of([]))


@ip_addresses.get("/groups/<group_id>/ipAddresses", endpoint="get")
def get_ip_addresses(group_id: str) -> Response:
    """No addresses (SPEC)."""
    return reply({"groupId": project(group_id).id, "services": {"clusters": []}})


@limits.get("/groups/<group_id>/limits", endpoint="list_all")
def list_limits(group_id: str) -> Response:
    """No limits set: an array without a page around it (SPEC)."""
    project(group_id)
    return reply([])


@teams.get("/groups/<group_id>/teams", endpoint="list_all")
def list_teams(group_id: str) -> Response:
    """No teams."""
    project(group_id)
    return reply(current().page.of([]))


@settings.get("/groups/<group_id>/settings", endpoint="get")
def get_settings(group_id: str) -> Response:
    """A project's switches."""
    return _shown(project(group_id))


@settings.patch("/groups/<group_id>/settings", endpoint="update")
def update_settings(group_id: str) -> Response:
    """Turn some of a project's switches."""
    group = project(group_id, write=True)
    given = ProjectSettings(current().dialect.profile).load(current().json_object())
    group.change(TABLE, SETTINGS, lambda present: {**(present or {}), **given})
    return _shown(group)


@slow_ms.get("/groups/<group_id>/managedSlowMs", endpoint="get")
def get_slow_ms(group_id: str) -> Response:
    """Whether Atlas manages the threshold for slow operations: true or false alone (SPEC)."""
    stored = current().services.store.get(project(group_id).owner, TABLE, SLOW_MS)
    return reply(stored is None or stored["enabled"])


@slow_ms.post("/groups/<group_id>/managedSlowMs/enable", endpoint="enable")
def enable_slow_ms(group_id: str) -> Response:
    """Let Atlas manage the threshold."""
    return _set_slow_ms(group_id, enabled=True)


@slow_ms.delete("/groups/<group_id>/managedSlowMs/disable", endpoint="disable")
def disable_slow_ms(group_id: str) -> Response:
    """Let the threshold be."""
    return _set_slow_ms(group_id, enabled=False)


def _set_slow_ms(group_id: str, *, enabled: bool) -> Response:
    project(group_id, write=True).change(TABLE, SLOW_MS, lambda _: {"enabled": enabled})
    return no_content()


def _shown(group: Project) -> Response:
    stored = current().services.store.get(group.owner, TABLE, SETTINGS) or {}
    shown = ProjectSettings(current().dialect.profile).show(stored)
    return reply(
        shown, Location=current().dialect.group_location.format(base=current().base_url, self="")
    )
