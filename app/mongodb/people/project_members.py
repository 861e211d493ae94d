"""`/groups/<id>/users`: the users of projects."""

from typing import Any

from flask import Response

from opsemu.schemas.profiles import ATLAS_V2, EVERY, MANAGER
from opsemu.schemas.users import ProjectMember, ProjectRole, ProjectUser

from ...api.context import current
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ...store.layout import PROJECT_TEAMS
from ..parents import Parent
from ..request_helpers import load_bodies, load_body
from ..roles import check_role_names
from .accounts import ADMIN, find_user, forget_roles, members, page
from .invitations import OF_PROJECTS
from .members import BOTH_VERSIONS, SINCE_2025, Members, shown_member
from .team_members import team_ids


class ProjectMembers(Members):
    """The users of a project: those with roles in it, and by the query those of its teams."""

    def create(self, **_: str) -> Response:
        """Give a member of the organization roles here, and invite anyone else (SPEC)."""
        parent = self.parent(write=True)
        body = load_body(ProjectUser)
        check_role_names("GROUP", body["roles"], parent.id)
        known = members(parent.about["orgId"])
        user = next((each for each in known if each["username"] == body["username"]), None)
        if user is None:
            return self.answer(parent, self.invitations.add(parent, body), 201)
        return self.answer(parent, self.add_names(parent, user, body["roles"]), 201)

    def active(self, parent: Parent) -> list[Document]:
        """The users who have roles in the project, and others that the query asks for, by name."""
        org_id, query = parent.about["orgId"], current().query
        assigned = parent.all(PROJECT_TEAMS) if query.flag("flattenTeams") else {}
        in_teams = team_ids([org_id]) if assigned else {}
        return [
            user
            for user in members(org_id)
            if query.flag("includeOrgUsers")
            or self.names(parent, user)
            or not assigned.keys().isdisjoint(in_teams.get(user["id"], ()))
        ]

    def shown(self, parent: Parent, found: list[Document]) -> list[dict[str, Any]]:
        """Users and invitations, with the names of their own roles."""
        return [shown_member(each, self.names(parent, each)) for each in found]

    def remove(self, parent: Parent, user: Document) -> None:
        """Take a user's roles in the project away; the user stays in the organization."""
        forget_roles([parent.id], [user])


def _row(operations: dict[str, str], **options: Any) -> ProjectMembers:
    return ProjectMembers(
        path="/groups/<group_id>/users",
        operations=operations,
        options={"java": "ApiGroupUsersResource", **options},
        role=ADMIN,
        kind="GROUP",
        role_schema=ProjectRole,
        invitations=OF_PROJECTS,
        not_found="USER_NOT_IN_GROUP",
    )


OF_GROUPS = _row({"list": "getGroupUsers", "delete": "removeGroupUser"}, **BOTH_VERSIONS)
_IN_2025 = _row(
    {
        "create": "addGroupUser",
        "get": "getGroupUser",
        "addRole": "addGroupRole",
        "removeRole": "removeGroupRole",
    },
    versions=(SINCE_2025,),
    families=ATLAS_V2,
)

bp = Resource("project_members", __name__, EVERY)
for row in (OF_GROUPS, _IN_2025):
    row.register(bp)


@bp.post("/groups/<group_id>/users", operation="addGroupUsers", families=MANAGER)
def add_users(group_id: str) -> Response:
    """Give users roles in a project; the answer lists all of its users (CLIENT)."""
    parent = OF_GROUPS.parent(write=True)
    bodies = load_bodies(ProjectMember)
    for body in bodies:
        body["names"] = [role["roleName"] for role in body["roles"]]
        body["user"] = find_user(body["id"])
        check_role_names("GROUP", body["names"], parent.id)
    for body in bodies:
        OF_GROUPS.add_names(parent, body["user"], body["names"])
    return reply(page(OF_GROUPS.active(parent)))
