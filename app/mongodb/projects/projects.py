"""`/groups`: projects ("groups" on the wire)."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from opsemu.schemas.profiles import EVERY, MANAGER
from opsemu.schemas.projects import ListedProject
from opsemu.schemas.projects import Project as ProjectSchema

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import links, self_link
from ...store import Document
from ...store.layout import ALERT_CONFIGS, PROJECT
from ..alerts.documents import default_configs
from ..automation.agent_keys import has_key, hash_key
from ..automation.lifecycle import check_deletion, initial_tables, project_counters
from ..dialect import dialect
from ..keys.documents import become_owner
from ..organization_access import get_organization, visible_organizations
from ..people.accounts import change_roles, find_user, forget_roles
from ..project_access import find_project, get_project, owner_of, project_url
from ..request_helpers import load_body
from .names import claim_name, filter_by_name, project_ids, project_name, release_name, was_deleted
from .organizations import add_organization

bp = Resource("groups", __name__, EVERY, "ApiAtlasGroupsResource")

ALL = "/groups"
ONE = "/groups/<group_id>"


@bp.get(ALL, operation="getAllGroups")
def list_all() -> Response:
    """The projects that the caller may see, by name."""
    return reply(_page(visible_projects()))


@bp.get(
    "/orgs/<org_id>/groups", operation="getOrgGroups", java="ApiOrganizationsResource", limit=500
)
def list_of_organization(org_id: str) -> Response:
    """The projects of an organization that the caller may see."""
    get_organization(org_id)
    may_read = current().key.may_read
    ids = project_ids(org_id).items()
    items = [(name, each) for name, each in ids if may_read({"id": each, "orgId": org_id})]
    return reply(_page(filter_by_name(items, "GROUP_NAME_NOT_FOUND")))


@bp.get("/groups/byName/<path:name>", operation="getGroupByName")
def get_by_name(name: str) -> Response:
    """The project of that name."""
    group_id = dict(visible_projects()).get(name)
    if group_id is None:
        raise ApiError(dialect().projects.no_such_name, name)
    return reply(_show(get_project(group_id).about))


@bp.get("/groups/byAgentApiKey/<key>", operation="getGroupByAgentApiKey", families=MANAGER)
def get_by_agent_key(key: str) -> Response:
    """The project whose agents have that key."""
    hashed = hash_key(key)
    for _, group_id in visible_projects():
        if has_key(owner_of(group_id), hashed):
            return reply(_show(get_project(group_id).about))
    raise ApiError("GROUP_API_KEY_NOT_FOUND", key)


@bp.get(ONE, operation="getGroup")
def get_one(group_id: str) -> Response:
    """One project."""
    return reply(_show(get_project(group_id).about))


@bp.post(ALL, operation="addGroup")
def create() -> Response:
    """Create a project in an organization."""
    about, agent_key = _create(load_body(ProjectSchema))
    url, base_url = project_url(about["id"]), current().base_url
    location = dialect().links.location.format(base=base_url, self=url)
    return reply(_show_new({**about, "agentApiKey": agent_key}), 201, Location=location)


@bp.patch(ONE, operation="patchGroup")
def update(group_id: str) -> Response:
    """Change a project's name or tags."""
    project, changes = get_project(group_id, write=True), load_body(ProjectSchema, partial=True)
    changes.pop("orgId", None)
    if (name := changes.pop("name", None)) is not None:
        claim_name(project.about["orgId"], name, project.id)
    project.change(PROJECT, project.id, lambda about: {**(about or {}), **changes})
    return reply(_show(get_project(group_id).about))


@bp.delete(ONE, operation="deleteGroup")
def delete(group_id: str) -> Response:
    """Delete a project and its integrations; where the family says so, once more soon after."""
    if not was_deleted(group_id, dialect().projects.deletion_grace):
        project = get_project(group_id, write=True)
        check_deletion(group_id)
        current().store.drop(project.owner)
        release_name(project.about["orgId"], group_id)
        forget_roles([group_id])
    return reply({}, 202)


def _page(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The page that the query asks for, of projects given by name and id."""
    body = current().page.of(sorted(items))
    abouts = ((name, find_project(group_id)) for name, group_id in body["results"])
    body["results"] = [_show_in_list({**about, "name": name}) for name, about in abouts if about]
    return body


def visible_projects() -> list[tuple[str, str]]:
    """Names and ids of the projects that the caller may see."""
    key = current().key
    own = filter(None, map(find_project, key.group_ids()))
    items = [(project_name(about), str(about["id"])) for about in own]
    for organization in visible_organizations():
        if key.may_read({"id": "", "orgId": organization["id"]}):
            items += project_ids(organization["id"]).items()
    return sorted(set(items))


def _create(body: Document) -> tuple[Document, str]:
    """A new project's own document, and the key of its agents."""
    ctx = current()
    owner_id = ctx.query.first("projectOwnerId")
    owner = find_user(owner_id) if owner_id else None
    org_id = body.get("orgId") or add_organization(
        {"name": body["name"]}, error="API_KEY_CREATED_GROUPS_MUST_HAVE_ORG"
    )
    get_organization(org_id, role="GROUP_CREATOR")
    group_id = ctx.time.object_id()
    about = {**body, "id": group_id, "orgId": org_id, "created": ctx.time.timestamp()}
    is_silent = about.get("withDefaultAlertsSettings") is False
    configs = {} if is_silent else default_configs(dialect().default_alerts, ctx.time)
    key, tables = initial_tables(group_id) if dialect().projects.has_agents else ("", {})
    tables |= {PROJECT: {group_id: about}, ALERT_CONFIGS: configs}
    ctx.store.create(owner_of(group_id), tables)
    try:
        claim_name(org_id, body["name"], group_id)
    except ApiError:
        ctx.store.drop(owner_of(group_id))
        raise
    become_owner(about)
    if owner is not None:
        role = {"groupId": group_id, "roleName": "GROUP_OWNER"}
        change_roles(owner, lambda roles: [*roles, role])
    return about, key


def _show(about: Document) -> dict[str, Any]:
    return _show_new({"tags": [], **about, "name": project_name(about)})


def _show_new(about: Document) -> dict[str, Any]:
    """A project after its creation, when tags are shown only if there are any (RECORDED)."""
    rules, fields = dialect().links, {"withDefaultAlertsSettings": True, **about}
    fields |= project_counters(about["id"])
    fields["links"] = links(project_url(about["id"]), rules.rel, rules.project)
    return ProjectSchema.of(dialect().profile).show(fields)


def _show_in_list(about: Document) -> dict[str, Any]:
    """A project in a list, which has the one link to itself (RECORDED)."""
    link_list = [self_link(project_url(about["id"]))]
    fields = {"tags": [], **about, **project_counters(about["id"]), "links": link_list}
    return ListedProject.of(dialect().profile).show(fields)
