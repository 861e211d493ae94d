"""`/groups`: projects, as the callers of integrations make and remove them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response

from opsemu.schemas.projects import ListedProject
from opsemu.schemas.projects import Project as Schema

from ..api.context import current
from ..api.errors import ApiError
from ..api.links import links, self_link
from ..api.responses import reply
from ..store import Document, MissingOwner, Owner
from . import directory
from .projects import ABOUT, KIND, Project, not_visible, project

bp = Blueprint("groups", __name__)

ALL = "/groups"
ONE = "/groups/<group_id>"


@bp.get(ALL)
def list_all() -> Response:
    """The projects that the caller may see, by name."""
    return reply(listing(_visible()))


@bp.get("/groups/byName/<path:name>")
def get_by_name(name: str) -> Response:
    """The project of that name."""
    held = dict(_visible()).get(name)
    if held is None:
        raise ApiError("GROUP_NAME_NOT_FOUND", name)
    return reply(_whole(project(held).about))


@bp.get(ONE)
def get_one(group_id: str) -> Response:
    """One project."""
    return reply(_whole(project(group_id).about))


@bp.post(ALL)
def create() -> Response:
    """Make a project in an organization."""
    about = _add(Schema(current().dialect.profile).load(current().json_object()))
    where = current().dialect.group_location.format(
        base=current().base_url, self=_address(about["id"])
    )
    return reply(_first_shown({**about, "agentApiKey": _agent_key()}), 201, Location=where)


@bp.patch(ONE)
def update(group_id: str) -> Response:
    """Give a project another name, other tags."""
    group = project(group_id, write=True)
    _change(group, Schema(current().dialect.profile).load(current().json_object(), partial=True))
    return reply(_whole(project(group_id).about))


@bp.delete(ONE)
def delete(group_id: str) -> Response:
    """Forget a project and its integrations."""
    group = project(group_id, write=True)
    current().services.store.drop(group.owner)
    directory.release(group.about["orgId"], group_id)
    return reply({}, 202)


def listing(found: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The page asked for of projects given by name and id."""
    body = current().page.of(sorted(found))
    abouts = ((name, _about(group_id)) for name, group_id in body["results"])
    body["results"] = [_listed({**about, "name": name}) for name, about in abouts if about]
    return body


def _visible() -> list[tuple[str, str]]:
    """Names and ids of the projects that the caller may see."""
    own = (about for group_id in current().key.group_ids() if (about := _about(group_id)))
    found = [(directory.name_of(about), str(about["id"])) for about in own]
    for org in directory.organizations():
        if current().key.may_read({"id": "", "orgId": org["id"]}):
            found += directory.names(org["id"]).items()
    return sorted(set(found))


def _about(group_id: str) -> Document | None:
    return current().services.store.get(Owner(current().key.world, KIND, group_id), ABOUT, group_id)


def _add(given: Document) -> Document:
    org_id = given.get("orgId") or _new_organization(given["name"])
    directory.organization(org_id)
    if not current().key.may_write({"id": "", "orgId": org_id}):
        raise ApiError("USER_UNAUTHORIZED")
    group_id = current().time.object_id()
    about = {**given, "id": group_id, "orgId": org_id, "created": current().time.timestamp()}
    current().services.store.create(
        Owner(current().key.world, KIND, group_id), {ABOUT: {group_id: about}}
    )
    try:
        directory.claim(org_id, given["name"], group_id)
    except ApiError:
        current().services.store.drop(Owner(current().key.world, KIND, group_id))
        raise
    return about


def _agent_key() -> str:
    """What the agents of a new project sign with: an identifier and 32 random digits (ISSUE)."""
    return current().time.object_id() + current().time.random.bytes(16).hex()


def _new_organization(name: str) -> str:
    if not current().key.is_global():
        raise ApiError("API_KEY_CREATED_GROUPS_MUST_HAVE_ORG")
    return directory.add_organization(name)


def _change(group: Project, given: Document) -> None:
    name = given.pop("name", None)
    given.pop("orgId", None)
    if name is not None:
        directory.claim(group.about["orgId"], name, group.id)
    try:
        current().services.store.change(
            group.owner, ABOUT, group.id, lambda present: {**(present or {}), **given}
        )
    except MissingOwner:
        not_visible(group.id)


def _address(group_id: str) -> str:
    return f"{current().base_url}{current().dialect.prefix}/groups/{group_id}"


def _whole(about: Document) -> dict[str, Any]:
    named = {**about, "name": directory.name_of(about)}
    return _first_shown({"tags": [], "withDefaultAlertsSettings": True, **named})


def _first_shown(about: Document) -> dict[str, Any]:
    """As after its making, when tags are shown only if there are any (RECORDED)."""
    more = {
        "links": links(_address(about["id"]), current().dialect.project_links),
        "withDefaultAlertsSettings": about.get("withDefaultAlertsSettings", True),
    }
    return Schema(current().dialect.profile).show({**about, **more})


def _listed(about: Document) -> dict[str, Any]:
    """As an item of a list, which has the one link to itself (RECORDED)."""
    more = {"links": [self_link(_address(about["id"]))]}
    return ListedProject(current().dialect.profile).show({"tags": [], **about, **more})
