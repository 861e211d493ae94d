"""`/orgs`: organizations."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from opsemu.schemas.profiles import EVERY, MANAGER
from opsemu.schemas.projects import Organization

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import no_content, reply
from ..api.routes import Resource
from ..api.urls import links
from ..store import Document
from ..store.layout import ORGANIZATION
from .accounts import forget_roles
from .dialect import dialect, profile
from .organization_access import get_organization, organization_owner, visible_organizations
from .project_names import filter_by_name, project_ids

bp = Resource("organizations", __name__, EVERY, "ApiOrganizationsResource")

ONE = "/orgs/<org_id>"
_LINKED = ("groups", "teams", "users")


@bp.get("/orgs", operation="getAllOrgs", limit=300)
def list_all() -> Response:
    """The organizations that the caller belongs to."""
    items = [(str(about["name"]), about) for about in visible_organizations()]
    body = current().page.of(filter_by_name(items, "ORG_NAME_NOT_FOUND"))
    body["results"] = [_show(about, ()) for _, about in body["results"]]
    return reply(body)


@bp.get(ONE, operation="getOrg", limit=500, limited_with="ApiOrganizationInvitationResource")
def get_one(org_id: str) -> Response:
    """One organization."""
    return reply(_show(get_organization(org_id).about))


@bp.post("/orgs", operation="createOrg", families=MANAGER)
def create() -> Response:
    """Create an organization; names need not be unique (CLIENT)."""
    body = Organization.of(profile()).load(current().json_object())
    return reply(_show(add_organization(body, "API_KEY_CANNOT_CREATE_ORG")), 201)


@bp.patch(ONE, operation="updateOrg", limit=500)
def update(org_id: str) -> Response:
    """Change an organization's name."""
    organization = get_organization(org_id, write=True)
    body = Organization.of(profile()).load(current().json_object(), partial=True)
    about = organization.change(ORGANIZATION, org_id, lambda old: {**(old or {}), **body})
    return reply(_show(about))


@bp.delete(ONE, operation="deleteOrg", limit=500)
def delete(org_id: str) -> Response:
    """Delete an organization without projects; nothing is left of it."""
    current().store.drop(get_organization(org_id, write=True).owner, lambda: _check_empty(org_id))
    forget_roles({org_id})
    return no_content()


def add_organization(body: Document, error: str) -> Document:
    """Create an organization for a key of the whole Ops Manager; raises `error` for others."""
    ctx = current()
    if not ctx.key.is_global():
        raise ApiError(error)
    if not ctx.key.may_write({"id": "", "orgId": ""}, "GROUP_CREATOR"):
        raise ApiError("USER_UNAUTHORIZED")
    about = {**body, "id": ctx.time.object_id()}
    ctx.store.create(organization_owner(about["id"]), {ORGANIZATION: {about["id"]: about}})
    return about


def _check_empty(org_id: str) -> None:
    if project_ids(org_id):
        raise ApiError("ORG_NOT_EMPTY")


def _show(about: Document, linked: Iterable[str] = _LINKED) -> dict[str, Any]:
    url = f"{current().base_url}{dialect().prefix}/orgs/{about['id']}"
    return Organization.of(profile()).show(
        {**about, "links": links(url, dialect().links.rel, linked)}
    )
