"""`/orgs`: organizations."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from opsemu.schemas.profiles import ATLAS, EVERY, MANAGER
from opsemu.schemas.projects import NewOrganization, Organization

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...api.urls import links
from ...store import Document
from ...store.layout import ORGANIZATION
from ..dialect import dialect, profile
from ..keys.documents import create_key, show_key
from ..organization_access import get_organization, organization_owner, visible_organizations
from ..people.accounts import change_roles, find_user, forget_roles
from ..request_helpers import load_body, page_of
from ..roles import check_role_names
from .names import filter_by_name, project_ids

bp = Resource("organizations", __name__, EVERY, "ApiOrganizationsResource")

ONE = "/orgs/<org_id>"
_LINKED = ("groups", "teams", "users")


@bp.get("/orgs", operation="getAllOrgs", limit=300)
def list_all() -> Response:
    """The organizations that the caller belongs to."""
    items = [(str(about["name"]), about) for about in visible_organizations()]
    named = filter_by_name(items, "ORG_NAME_NOT_FOUND")
    return reply(page_of(named, lambda item: _show(item[1], ())))


@bp.get(ONE, operation="getOrg", limit=500, limited_with="ApiOrganizationInvitationResource")
def get_one(org_id: str) -> Response:
    """One organization."""
    return reply(_show(get_organization(org_id).about))


@bp.post("/orgs", operation="createOrg", families=MANAGER)
def create() -> Response:
    """Create an organization; names need not be unique (CLIENT)."""
    body = load_body(Organization)
    org_id = add_organization(body, error="API_KEY_CANNOT_CREATE_ORG")
    return reply(_show(get_organization(org_id).about), 201)


@bp.post("/orgs", operation="createOrg", families=ATLAS)
def create_with_key() -> Response:
    """Create an organization with a key and an owner of its own (SPEC); any owner's key may."""
    body = load_body(NewOrganization)
    if not any(role["roleName"].endswith("_OWNER") for role in current().key.roles):
        raise ApiError("USER_UNAUTHORIZED")
    owner = find_user(body["orgOwnerId"]) if "orgOwnerId" in body else None
    org_id = current().time.object_id()
    check_role_names("ORG", body.get("apiKey", {}).get("roles", ()), org_id)
    about = _add({"id": org_id, "name": body["name"]})
    shown: dict[str, Any] = {"organization": _show(about, ()), "skipDefaultAlertsSettings": False}
    if owner is not None:
        role = {"orgId": about["id"], "roleName": "ORG_OWNER"}
        change_roles(owner, lambda roles: [*roles, role])
        shown["orgOwnerId"] = owner["id"]
    if "apiKey" in body:
        key, private_key = create_key({"orgId": about["id"]}, **body["apiKey"])
        shown["apiKey"] = show_key(key, about["id"], private_key)
    return reply(dict(sorted(shown.items())), 201)


@bp.patch(ONE, operation="updateOrg", limit=500)
def update(org_id: str) -> Response:
    """Change an organization's name."""
    organization = get_organization(org_id, write=True)
    body = load_body(Organization, partial=True)
    about = organization.change(ORGANIZATION, org_id, lambda old: {**(old or {}), **body})
    return reply(_show(about))


@bp.delete(ONE, operation="deleteOrg", limit=500)
def delete(org_id: str) -> Response:
    """Delete an organization without projects; nothing is left of it."""
    current().store.drop(get_organization(org_id, write=True).owner, lambda: _check_empty(org_id))
    forget_roles({org_id})
    return no_content()


def add_organization(body: Document, *, error: str) -> str:
    """The id of a new organization, for an owner of all of Ops Manager.

    Raises USER_UNAUTHORIZED, or `error` for a key of organizations or projects.
    """
    key = current().key
    if not key.is_global():
        raise ApiError(error)
    if not key.may_write({"id": "", "orgId": ""}):
        raise ApiError("USER_UNAUTHORIZED")
    return str(_add(body)["id"])


def _add(body: Document) -> Document:
    about = {"id": current().time.object_id(), **body}
    tables = {ORGANIZATION: {about["id"]: about}}
    current().store.create(organization_owner(about["id"]), tables)
    return about


def _check_empty(org_id: str) -> None:
    if project_ids(org_id):
        raise ApiError("ORG_NOT_EMPTY")


def _show(about: Document, linked: Iterable[str] = _LINKED) -> dict[str, Any]:
    url = f"{current().base_url}{dialect().prefix}/orgs/{about['id']}"
    return Organization.of(profile()).show(
        {**about, "links": links(url, dialect().links.rel, linked)}
    )
