"""A project's switches in Atlas: `/groups/<id>/settings` and `/groups/<id>/managedSlowMs`."""

from flask import Response

from opsemu.schemas.profiles import ATLAS
from opsemu.schemas.projects import ProjectSettings

from ...api.context import current
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...store.layout import MANAGED_SLOW_MS, PROJECT_SETTINGS, SETTINGS
from ..dialect import dialect
from ..project_access import Project, get_project
from ..request_helpers import load_body

bp = Resource("settings", __name__, ATLAS, "ApiAtlasManagedSlowMsResource", emulation="stored")

SETTINGS_PATH = "/groups/<group_id>/settings"
SLOW_MS_PATH = "/groups/<group_id>/managedSlowMs"


@bp.get(SETTINGS_PATH, operation="getGroupSettings", java="ApiAtlasGroupsResource")
def get_settings(group_id: str) -> Response:
    """A project's switches."""
    return _show(get_project(group_id))


@bp.patch(SETTINGS_PATH, operation="patchGroupSettings", java="ApiAtlasGroupsResource")
def update_settings(group_id: str) -> Response:
    """Change some of a project's switches."""
    project = get_project(group_id, write=True)
    body = load_body(ProjectSettings)
    project.change(SETTINGS, PROJECT_SETTINGS, lambda settings: {**(settings or {}), **body})
    return _show(project)


@bp.get(SLOW_MS_PATH, operation="get")
def get_slow_ms(group_id: str) -> Response:
    """Whether Atlas manages the threshold for slow operations: true or false alone (SPEC)."""
    project = get_project(group_id)
    document = current().store.get(project.owner, SETTINGS, MANAGED_SLOW_MS)
    return reply(document is None or document["enabled"])


@bp.post(f"{SLOW_MS_PATH}/enable", operation="enable", reads_body=False)
def enable_slow_ms(group_id: str) -> Response:
    """Let Atlas manage the threshold."""
    return _set_slow_ms(group_id, enabled=True)


@bp.delete(f"{SLOW_MS_PATH}/disable", operation="disable")
def disable_slow_ms(group_id: str) -> Response:
    """Stop Atlas managing the threshold."""
    return _set_slow_ms(group_id, enabled=False)


def _set_slow_ms(group_id: str, *, enabled: bool) -> Response:
    project = get_project(group_id, write=True)
    project.change(SETTINGS, MANAGED_SLOW_MS, lambda _: {"enabled": enabled})
    return no_content()


def _show(project: Project) -> Response:
    document = current().store.get(project.owner, SETTINGS, PROJECT_SETTINGS) or {}
    body = ProjectSettings.of(dialect().profile).show(document)
    location = dialect().links.location.format(base=current().base_url, self="")
    return reply(body, Location=location)
