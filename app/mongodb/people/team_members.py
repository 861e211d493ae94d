"""Who is in which team: an organization's teams are stored with the ids of their users."""

from collections.abc import Callable, Iterable

from ...api.context import current
from ...api.errors import ApiError
from ...store import Document
from ...store.layout import TEAMS
from ..organization_access import organization_owner
from ..parents import Parent


def teams(org_id: str) -> dict[str, Document]:
    """The teams of an organization by id, which nobody may change."""
    return current().read(organization_owner(org_id)).tables.get(TEAMS, {})


def team_ids(org_ids: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the organizations' teams by the ids of the users in them."""
    ids: dict[str, list[str]] = {}
    for team in (team for org_id in set(org_ids) for team in teams(org_id).values()):
        for user_id in team["userIds"]:
            ids.setdefault(user_id, []).append(team["id"])
    return ids


def put_in(parent: Parent, team_id: str, user_ids: list[str]) -> None:
    """Add users to a team, before its others (RECORDED); raises USER_ALREADY_IN_TEAM."""

    def edit(old: list[str]) -> list[str]:
        for user_id in user_ids:
            if user_id in old:
                raise ApiError("USER_ALREADY_IN_TEAM", user_id, team_id)
        return [*dict.fromkeys(user_ids), *old]

    _change(parent, team_id, edit)


def take_out(parent: Parent, team_id: str, user_id: str) -> None:
    """Take a user out of a team; raises USER_NOT_FOUND for one who is not in it (INFERRED)."""

    def edit(old: list[str]) -> list[str]:
        if user_id not in old:
            raise ApiError("USER_NOT_FOUND", user_id)
        return [each for each in old if each != user_id]

    _change(parent, team_id, edit)


def set_teams(parent: Parent, user_id: str, ids: Iterable[str]) -> None:
    """Put a user into these teams of an organization and take him out of all others."""
    wanted, now = set(ids), set(team_ids([parent.id]).get(user_id, ()))
    for team_id in sorted(wanted - now):
        put_in(parent, team_id, [user_id])
    for team_id in sorted(now - wanted):
        take_out(parent, team_id, user_id)


def _change(parent: Parent, team_id: str, edit: Callable[[list[str]], list[str]]) -> None:
    def change(old: Document | None) -> Document:
        if old is None:
            raise ApiError("TEAM_NOT_FOUND", team_id)
        return {**old, "userIds": edit(old["userIds"])}

    parent.change(TEAMS, team_id, change)
