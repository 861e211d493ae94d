"""The users of a world: all are in one table by name, as lists and names need them together.

What is stored of a user has `roles`, each for a project (`groupId`), an organization (`orgId`)
or all of Ops Manager. Who has a role in a project has one in its organization, so the members
of an organization are those with a role in it. A role is kept and shown; users have no keys.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from opsemu.schemas.users import User

from ...api.context import current
from ...api.errors import ApiError
from ...api.urls import Link, links, self_link
from ...store import Document, MissingOwner
from ...store.layout import USERS
from ..dialect import dialect, profile
from ..organization_access import get_organization, visible_ids
from ..parents import application_owner, get_application, made_application
from ..project_access import find_project, get_project
from ..roles import check_role_names
from .team_members import team_ids

ADMIN = "USER_ADMIN"  # who may change users, beside an owner
DEPRECATED = "Wed, 19 Feb 2025 00:00:00 GMT"  # when Atlas got other forms of users
Roles = list[dict[str, str]]


def all_users() -> dict[str, Document]:
    """The users by name, which nobody may change."""
    return current().read(application_owner()).tables.get(USERS, {})


def members(org_id: str) -> list[Document]:
    """The users with a role in an organization, by name."""
    return _by_name(each for each in all_users().values() if has_role(each, "orgId", org_id))


def has_role(user: Document, scope: str, scope_id: str) -> bool:
    """Whether a user has a role in a project (`groupId`) or an organization (`orgId`)."""
    return any(role.get(scope) == scope_id for role in user["roles"])


def find_user(name: str, error: str = "USER_NOT_FOUND") -> Document:
    """The user of an id or a name (CLIENT: the operator for Atlas), if the caller may know it.

    A key knows who is in its organizations, and who is nowhere yet (INFERRED). Raises `error`.
    """
    users = all_users()
    found = users.get(name) or next((u for u in users.values() if u["id"] == name), None)
    if found is None or not (current().key.is_global() or _is_near(found)):
        raise ApiError(error, name)
    return found


def add_user(attributes: Document, roles_for: Callable[[], Roles]) -> Document:
    """Keep a new user with the roles that `roles_for` returns; raises USER_ALREADY_EXISTS.

    `roles_for` may be called several times, and may read who is there.
    """
    ctx, username = current(), attributes["username"]
    shown = {name: value for name, value in attributes.items() if value and name != "password"}
    made = {"id": ctx.time.object_id(), "createdAt": ctx.time.timestamp()}

    def edit(old: Document | None) -> Document:
        if old is not None:
            raise ApiError("USER_ALREADY_EXISTS", username)
        return {"emailAddress": username, **shown, **made, "roles": roles_for()}

    return ctx.store.change(made_application(), USERS, username, edit)


def change_user(user: Document, edit: Callable[[Document], Document]) -> Document:
    """Replace a user by what `edit` makes of it; raises USER_NOT_FOUND."""

    def change(old: Document | None) -> Document:
        if old is None:
            raise ApiError("USER_NOT_FOUND", user["id"])
        return edit(old)

    try:
        return current().store.change(application_owner(), USERS, user["username"], change)
    except MissingOwner:  # the world was emptied since
        raise ApiError("USER_NOT_FOUND", user["id"]) from None


def delete_user(user: Document) -> None:
    """Delete a user; teams list those of their members that exist."""
    get_application(role=ADMIN).delete(USERS, user["username"])


def change_roles(user: Document, edit: Callable[[Roles], Roles]) -> Document:
    """Replace a user's roles; who gets one in a project is a member of its organization."""

    def change(old: Document) -> Document:
        return {**old, "roles": with_membership(edit(old["roles"]))}

    return change_user(user, change)


def with_membership(roles: Roles) -> Roles:
    """Roles without repetition, and ORG_MEMBER where there is one in a project alone."""
    groups = [role["groupId"] for role in roles if "groupId" in role]
    org_ids = dict.fromkeys(about["orgId"] for about in map(find_project, groups) if about)
    members = [{"orgId": each, "roleName": "ORG_MEMBER"} for each in org_ids]
    known = {role["orgId"] for role in roles if "orgId" in role}
    unique = {tuple(sorted(role.items())): role for role in roles}
    return [*unique.values(), *(role for role in members if role["orgId"] not in known)]


def forget_roles(ids: Iterable[str], users: Iterable[Document] | None = None) -> None:
    """Take the roles in projects and organizations from some users, or from all."""
    gone = set(ids)

    def keep(roles: Roles) -> Roles:
        return [role for role in roles if gone.isdisjoint((role.get("groupId"), role.get("orgId")))]

    for user in list(all_users().values()) if users is None else users:
        if keep(user["roles"]) != user["roles"]:
            change_user(user, lambda old: {**old, "roles": keep(old["roles"])})


def check_roles(roles: Roles, taken: Iterable[dict[str, str]] = ()) -> None:
    """Refuse roles that the caller may not give, and those `taken` away that it may not take.

    To give none takes a global role (INFERRED).
    """
    changed = [*roles, *taken]
    for role in changed:
        if "groupId" in role:
            project = get_project(role["groupId"], role=ADMIN)
            check_role_names("GROUP", [role["roleName"]], project.id)
        elif "orgId" in role:
            organization = get_organization(role["orgId"], role=ADMIN)
            check_role_names("ORG", [role["roleName"]], organization.id)
        elif not role["roleName"].startswith("GLOBAL_"):
            kind = "GROUP" if role["roleName"].startswith("GROUP_") else "ORG"
            raise ApiError(f"ROLE_NEEDS_{kind}_ID", role["roleName"])
    if not roles or any(role["roleName"].startswith("GLOBAL_") for role in changed):
        get_application(role=ADMIN)


def show(user: Document) -> dict[str, Any]:
    """A user in the form of Ops Manager, and of Atlas until 2025 (RECORDED)."""
    links_of = links(_url(user), dialect().links.rel, ("whitelist", "accessList"))
    return _show(user, links_of, _teams_of([user]))


def page(users: Iterable[Document]) -> dict[str, Any]:
    """The page that the query asks for, of users in that form, with one link each."""
    body = current().page.of(list(users))
    teams = _teams_of(body["results"])
    body["results"] = [_show(each, [self_link(_url(each))], teams) for each in body["results"]]
    return body


def _show(user: Document, links_of: list[Link], teams: Mapping[str, list[str]]) -> dict[str, Any]:
    roles = [dict(sorted(role.items())) for role in user["roles"]]
    shown = {"links": links_of, "roles": roles, "teamIds": teams.get(user["id"], [])}
    return User.of(profile()).show({**user, **shown})


def _teams_of(users: Iterable[Document]) -> dict[str, list[str]]:
    """The ids of teams by those of users, in all organizations of the users."""
    return team_ids(role["orgId"] for user in users for role in user["roles"] if "orgId" in role)


def _url(user: Document) -> str:
    return f"{current().base_url}{dialect().prefix}/users/{user['id']}"


def _is_near(user: Document) -> bool:
    ids = [role.get("orgId") for role in user["roles"]]
    return not ids or not visible_ids().isdisjoint(ids)


def _by_name(users: Iterable[Document]) -> list[Document]:
    return sorted(users, key=lambda user: str(user["username"]))
