"""`/orgs/<id>/teams`: the teams of an organization, and who is in them."""

from typing import Any

from flask import Response

from opsemu.schemas.profiles import ATLAS_V2, EVERY
from opsemu.schemas.users import Team, UserId

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...store import Document
from ...store.layout import PROJECT_TEAMS, TEAMS
from ..dialect import dialect, profile
from ..parents import Parent
from ..project_access import owner_of
from ..projects.names import project_ids
from ..rows.collections import Collection
from .accounts import ADMIN, DEPRECATED, members, page
from .invitations import of
from .members import BOTH_VERSIONS, SINCE_2025, member_id
from .organization_members import OF_ORGS
from .team_members import put_in, take_out

ONE = "/orgs/<org_id>/teams/<item_id>"
_OLD = {"deprecated": DEPRECATED}
_NEW: dict[str, Any] = {"families": ATLAS_V2, "versions": (SINCE_2025,)}


class Teams(Collection):
    """The teams of an organization."""

    emulation = "served"

    def create(self, **_: str) -> Response:
        """Make a team of users of the organization; the answer alone has their names (RECORDED)."""
        parent, body = self.parent(write=True), self.load()
        user_ids = _ids_of(parent, body["usernames"])
        team = self.add(parent, {"name": body["name"], "userIds": user_ids})
        place = {"base": current().base_url, "org_id": parent.id, "id": team["id"]}
        location = dialect().links.team_location.format(**place)
        shown = {**self.show(team, team["id"]), "usernames": body["usernames"]}
        return reply(shown, 201, Location=location)

    def delete(self, item_id: str, **_: str) -> Response:
        """Delete a team that has no project; raises CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT."""
        parent, store = self.parent(write=True), current().store
        for group_id in project_ids(parent.id).values():
            if store.get(owner_of(group_id), PROJECT_TEAMS, item_id):
                raise ApiError("CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT")
        return super().delete(item_id)

    def check(self, parent: Parent, document: Document) -> None:
        """Raise TEAM_NAME_NOT_AVAILABLE for a name that another team has."""
        others = [each for each in parent.all(TEAMS).values() if each["id"] != document["id"]]
        if document["name"] in [each["name"] for each in others]:
            raise ApiError("TEAM_NAME_NOT_AVAILABLE", document["name"], parent.id)


_OF_ORGS = Teams(
    path="/orgs/<org_id>/teams",
    schema=Team,
    table=TEAMS,
    operations={
        "list": "getOrgTeams",
        "create": "createTeam",
        "get": "getTeamById",
        "update": "patchOrgTeam",
        "delete": "deleteTeam",
    },
    methods={"list": "getTeams", "update": "patchTeam"},
    options={"java": "ApiOrganizationTeamsResource"},
    not_found="TEAM_NOT_FOUND",
    malformed="INVALID_TEAM_ID",
    fixed=("usernames",),
    order="name",
    role=ADMIN,
)


bp = Resource("teams", __name__, EVERY, "ApiOrganizationTeamsResource")
_OF_ORGS.register(bp)


@bp.get("/orgs/<org_id>/teams/byName/<path:name>", operation="getTeamByName")
def get_by_name(org_id: str, name: str) -> Response:
    """The team of a name."""
    named = (each for each in _OF_ORGS.parent().all(TEAMS).values() if each["name"] == name)
    if (team := next(named, None)) is None:
        raise ApiError("TEAM_NAME_NOT_FOUND", name)
    return reply(_OF_ORGS.show(team, team["id"]))


@bp.get(
    f"{ONE}/users",
    operation="getTeamUsers",
    java="ApiOrganizationTeamUsersResource",
    **BOTH_VERSIONS,
)
def list_users(org_id: str, item_id: str) -> Response:
    """The users of a team by name."""
    parent = _OF_ORGS.parent()
    in_team = _OF_ORGS.find(parent, item_id)["userIds"]
    return OF_ORGS.listed(parent, [u for u in members(org_id) if u["id"] in in_team])


@bp.post(f"{ONE}/users", operation="addTeamUsers", **_OLD)
def add_users(org_id: str, item_id: str) -> Response:
    """Add users to a team; the answer lists all of them, those added first (RECORDED)."""
    parent = _OF_ORGS.parent(write=True)
    _OF_ORGS.find(parent, item_id)
    added = [_member(parent, each) for each in current().json_objects()]
    put_in(parent, item_id, [each["id"] for each in added])
    users = {each["id"]: each for each in members(org_id)}
    in_team = _OF_ORGS.find(parent, item_id)["userIds"]
    return reply(page([users[each] for each in in_team if each in users]))


@bp.delete(f"{ONE}/users/<user_id>", operation="removeTeamUser", **_OLD)
def remove_user(org_id: str, item_id: str, user_id: str) -> Response:
    """Take a user out of a team."""
    parent = _OF_ORGS.parent(write=True)
    _OF_ORGS.find(parent, item_id)
    take_out(parent, item_id, user_id)
    return no_content()


@bp.post(f"{ONE}:addUser", operation="addUserToTeam", **_NEW)
def add_user(org_id: str, item_id: str) -> Response:
    """Add one user to a team (SPEC)."""
    parent, user = _change_one()
    put_in(parent, item_id, [user["id"]])
    return OF_ORGS.answer(parent, user)


@bp.post(f"{ONE}:removeUser", operation="removeUserFromTeam", **_NEW)
def remove_one(org_id: str, item_id: str) -> Response:
    """Take one user out of a team (SPEC)."""
    parent, user = _change_one()
    take_out(parent, item_id, user["id"])
    return OF_ORGS.answer(parent, user)


def _ids_of(parent: Parent, usernames: list[str]) -> list[str]:
    """The ids of a new team's users; raises CANNOT_CREATE_EMPTY_TEAM or UNEXPECTED_ERROR."""
    if not usernames:
        raise ApiError("CANNOT_CREATE_EMPTY_TEAM")
    ids = {each["username"]: each["id"] for each in members(parent.id)}
    if unknown := [name for name in usernames if name not in ids]:
        # ISSUE: mongodb-atlas-kubernetes #994
        current().explain(f"not in the organization: {', '.join(unknown)}")
        raise ApiError("UNEXPECTED_ERROR")
    return [ids[name] for name in usernames]


def _change_one() -> tuple[Parent, Document]:
    """The organization of the team in the path, which exists, and the user in the body."""
    parent = _OF_ORGS.parent(write=True)
    _OF_ORGS.find(parent, current().arguments["item_id"])
    return parent, _member(parent, current().json_object())


def _member(parent: Parent, body: Document) -> Document:
    """The user of the organization in a body; raises CANNOT_ADD_PENDING_USER, USER_NOT_FOUND."""
    user_id = UserId.of(profile()).load(body)["id"]
    for each in members(parent.id):
        if each["id"] == user_id:
            return each
    is_invited = user_id in map(member_id, of(parent))
    raise ApiError("CANNOT_ADD_PENDING_USER" if is_invited else "USER_NOT_FOUND", user_id)
