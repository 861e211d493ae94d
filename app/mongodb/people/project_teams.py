"""`/groups/<id>/teams`: the roles of teams in projects."""

from typing import Any

from flask import Response

from opsemu.schemas.profiles import ATLAS, EVERY
from opsemu.schemas.users import ProjectTeam

from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ...store.layout import PROJECT_TEAMS
from ..parents import Parent
from ..roles import check_role_names
from ..rows.collections import Collection
from .accounts import ADMIN
from .team_members import teams


class ProjectTeams(Collection):
    """The teams that have roles in a project."""

    emulation = "served"

    def update(self, item_id: str, **_: str) -> Response:
        """Replace a team's roles; the answer lists all teams (RECORDED)."""
        parent, body = self.parent(write=True), self.load(partial=("teamId",))
        self.write(parent, item_id, lambda old: {**old, **body, "teamId": item_id})
        return reply(self.listing(parent))

    def check(self, parent: Parent, document: Document) -> None:
        """Raise an error for a team of another organization, and for roles it cannot have."""
        if document["teamId"] not in teams(parent.about["orgId"]):
            raise ApiError("TEAM_NOT_FOUND", document["teamId"])
        if not document["roleNames"]:
            raise ApiError("NO_ROLES_IN_ASSIGNMENT")
        check_role_names("GROUP", document["roleNames"], parent.id)


def _project_teams(operations: dict[str, str], **options: Any) -> ProjectTeams:
    return ProjectTeams(
        path="/groups/<group_id>/teams",
        schema=ProjectTeam,
        table=PROJECT_TEAMS,
        operations=operations,
        options={"java": "ApiGroupTeamsResource", **options},
        key="teamId",
        not_found="TEAM_NOT_IN_GROUP",
        malformed="INVALID_TEAM_ID",
        taken="TEAM_EXISTS_IN_GROUP",
        order="teamId",
        role=ADMIN,
        takes_many=True,
    )


ROWS = (
    _project_teams(
        {"list": "getTeams", "create": "addTeams", "update": "patchTeam", "delete": "removeTeam"}
    ),
    _project_teams({"get": "getTeam"}, families=ATLAS),
)

bp = Resource("project_teams", __name__, EVERY)
for row in ROWS:
    row.register(bp)
