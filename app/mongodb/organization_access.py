"""Look up an organization for the caller's key."""

from dataclasses import dataclass
from typing import NoReturn

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, Owner
from ..store.layout import ORGANIZATION
from .parents import Parent, check_id
from .project_access import find_project


@dataclass(frozen=True)
class Organization(Parent):
    """An organization that the caller may see; `about` is its own document."""

    def not_found(self) -> NoReturn:
        """Raise ORG_NOT_FOUND."""
        raise ApiError("ORG_NOT_FOUND", self.id)


def get_organization(org_id: str, *, write: bool = False, role: str = "") -> Organization:
    """The organization, if the caller's key may see it, and with `write` if it may change it.

    With a `role`, such as GROUP_CREATOR, that role may change it as an owner may. Raises
    INVALID_ORG_ID, ORG_NOT_FOUND or USER_UNAUTHORIZED.
    """
    check_id(org_id, "INVALID_ORG_ID")
    ctx, owner = current(), organization_owner(org_id)
    is_visible = org_id in visible_ids()
    about = ctx.store.get(owner, ORGANIZATION, org_id) if is_visible else None
    if about is None:
        raise ApiError("ORG_NOT_FOUND", org_id)
    if (write or role) and not ctx.key.may_write({"id": "", "orgId": org_id}, role):
        roles = f"an owner's role or {role}" if role else "an owner's role"
        ctx.explain(f"to change the organization takes {roles}: {ctx.key.describe()}")
        raise ApiError("USER_UNAUTHORIZED")
    return Organization(org_id, owner, about)


def visible_organizations() -> list[Document]:
    """The organizations that the caller's key belongs to, by name."""
    store = current().store
    abouts = (store.get(organization_owner(each), ORGANIZATION, each) for each in visible_ids())
    return sorted(filter(None, abouts), key=lambda about: str(about["name"]))


def visible_ids() -> set[str]:
    """The ids of the organizations that the key belongs to, by a role in them or below."""
    store, key = current().store, current().key
    if key.is_global():
        return set(store.names(key.world, ORGANIZATION))
    projects = filter(None, map(find_project, key.group_ids()))
    return {*key.org_ids(), *(about["orgId"] for about in projects)}


def organization_owner(org_id: str) -> Owner:
    """The owner of an organization's database."""
    return Owner(current().key.world, ORGANIZATION, org_id)
