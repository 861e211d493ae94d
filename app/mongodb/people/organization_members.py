"""`/orgs/<id>/users`: the users of organizations."""

from typing import Any

from flask import Response

from opsemu.schemas.profiles import ATLAS_V2, EVERY
from opsemu.schemas.users import OrganizationMember, OrganizationRole

from ...api.errors import ApiError
from ...api.routes import Resource
from ...store import Document
from ..parents import Parent
from ..project_access import get_project
from ..projects.names import project_ids
from ..request_helpers import load_body
from ..roles import check_role_names
from .accounts import ADMIN, Roles, change_roles, forget_roles, members
from .invitations import OF_ORGANIZATIONS
from .members import BOTH_VERSIONS, SINCE_2025, Members, shown_member, state
from .team_members import set_teams, team_ids, teams


class OrganizationMembers(Members):
    """The users of an organization."""

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        super().register(bp)
        self._add(bp, "update", "PATCH", f"{self.path}/<user_id>", self.update)

    def create(self, **_: str) -> Response:
        """Invite a user to the organization and its projects (SPEC)."""
        parent = self.parent(write=True)
        body = self._checked(parent)
        if any(each["username"] == body["username"] for each in self.active(parent)):
            raise ApiError("USER_ALREADY_EXISTS", body["username"])
        return self.answer(
            parent, self.invitations.add(parent, {"roles": [], **_invited(body)}), 201
        )

    def update(self, user_id: str, **_: str) -> Response:
        """Replace a user's roles in the organization or its projects, and the user's teams."""
        parent = self.parent(write=True)
        body = self._checked(parent, partial=True)
        member = self.find(parent, user_id)
        if state(member) == "PENDING":
            kept = {**_invited(body), "username": member["username"]}
            member = self.invitations.write(parent, member["id"], lambda old: {**old, **kept})
        else:
            if "teamIds" in body:
                set_teams(parent, user_id, body["teamIds"])
            given = body.get("roles", {})
            member = change_roles(member, lambda old: _replaced(parent, old, given))
        return self.answer(parent, member)

    def active(self, parent: Parent) -> list[Document]:
        """The users with a role in the organization, by name."""
        return members(parent.id)

    def shown(self, parent: Parent, found: list[Document]) -> list[dict[str, Any]]:
        """Users and invitations, with their roles in the organization's projects."""
        groups, team_lists = set(project_ids(parent.id).values()), team_ids([parent.id])
        shown = []
        for each in found:
            assignments = each.get("groupRoleAssignments") or _assignments(each, groups)
            roles = {"groupRoleAssignments": assignments, "orgRoles": self.names(parent, each)}
            in_teams = each.get("teamIds") or team_lists.get(each["id"], [])
            shown.append(shown_member(each, roles, teamIds=in_teams))
        return shown

    def remove(self, parent: Parent, user: Document) -> None:
        """Take a user out of the organization, its projects and its teams."""
        set_teams(parent, user["id"], ())
        forget_roles([parent.id, *project_ids(parent.id).values()], [user])

    def _checked(self, parent: Parent, *, partial: bool = False) -> Document:
        """The request's body; raises errors for roles and teams that cannot be given."""
        body = load_body(OrganizationMember, partial=partial)
        roles = body.get("roles", {})
        check_role_names("ORG", roles.get("orgRoles", ()), parent.id)
        for each in roles.get("groupRoleAssignments", ()):
            project = get_project(each["groupId"], role=ADMIN)
            check_role_names("GROUP", each["groupRoles"], project.id)
        for team_id in body.get("teamIds", ()):
            if team_id not in teams(parent.id):
                raise ApiError("TEAM_NOT_FOUND", team_id)
        return body


def _invited(body: Document) -> Document:
    """What a body makes of an invitation."""
    roles = body.get("roles", {})
    given = {
        "username": body.get("username"),
        "teamIds": body.get("teamIds"),
        "roles": roles.get("orgRoles"),
        "groupRoleAssignments": roles.get("groupRoleAssignments"),
    }
    return {name: value for name, value in given.items() if value is not None}


def _replaced(parent: Parent, roles: Roles, given: Document) -> Roles:
    """A user's roles with those of an organization and its projects replaced where given."""
    groups = project_ids(parent.id).values()
    new: Roles = []
    if "orgRoles" in given:
        roles = [role for role in roles if role.get("orgId") != parent.id]
        new += [{"orgId": parent.id, "roleName": name} for name in given["orgRoles"]]
    if "groupRoleAssignments" in given:
        roles = [role for role in roles if role.get("groupId") not in groups]
        for each in given["groupRoleAssignments"]:
            new += [{"groupId": each["groupId"], "roleName": n} for n in each["groupRoles"]]
    return [*new, *roles]


def _assignments(member: Document, groups: set[str]) -> list[dict[str, Any]]:
    """The names of a user's roles by project; an invitation's roles are names alone."""
    roles = member["roles"] if state(member) == "ACTIVE" else []
    names: dict[str, list[str]] = {}
    for role in roles:
        if role.get("groupId") in groups:
            names.setdefault(role["groupId"], []).append(role["roleName"])
    return [{"groupId": group_id, "groupRoles": each} for group_id, each in names.items()]


def _row(operations: dict[str, str], **options: Any) -> OrganizationMembers:
    return OrganizationMembers(
        path="/orgs/<org_id>/users",
        operations=operations,
        options={"java": "ApiOrganizationUsersResource", "limit": 500, **options},
        role=ADMIN,
        kind="ORG",
        role_schema=OrganizationRole,
        invitations=OF_ORGANIZATIONS,
        not_found="USER_NOT_IN_ORG",
    )


OF_ORGS = _row(
    {"list": "getOrganizationUsers", "delete": "removeOrganizationUser"}, **BOTH_VERSIONS
)
_IN_2025 = _row(
    {
        "create": "addOrganizationUser",
        "get": "getOrganizationUser",
        "update": "updateOrganizationUser",
        "addRole": "addOrganizationRole",
        "removeRole": "removeOrganizationRole",
    },
    versions=(SINCE_2025,),
    families=ATLAS_V2,
)

bp = Resource("organization_members", __name__, EVERY)
for row in (OF_ORGS, _IN_2025):
    row.register(bp)
