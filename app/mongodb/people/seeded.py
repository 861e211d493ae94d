"""Users, teams and invitations in a seed, as members of organizations and projects."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from marshmallow import Schema, fields

from ...store import Document, Owner
from ...store.base import Tables
from ...store.layout import APPLICATION, INVITATIONS, PROJECT_TEAMS, TEAMS, USERS
from ...worlds.clock import WorldTime, timestamp
from ...worlds.known_names import unknown
from ...worlds.seed_errors import Mistakes, SeedError, check_unique
from ...worlds.seeds import Seed
from ..roles import Role, is_object_id
from . import INVITATION_LIFETIME


class Named(Schema):
    """An organization, and what a project or a team has of it."""

    id = fields.String(required=True, validate=is_object_id)
    name = fields.String(required=True)


class User(Schema):
    """A user; without roles a member of the organization that lists the user."""

    username = fields.String(required=True)
    id = fields.String(validate=is_object_id)
    country = fields.String()
    emailAddress = fields.String()
    firstName = fields.String()
    lastName = fields.String()
    mobileNumber = fields.String()
    createdAt = fields.String()
    lastAuth = fields.String()
    roles = fields.List(fields.Nested(Role), load_default=list)


class Team(Named):
    usernames = fields.List(fields.String(), load_default=list)


class ProjectTeam(Schema):
    teamId = fields.String(required=True, validate=is_object_id)
    roleNames = fields.List(fields.String(), required=True)


class Invitation(Schema):
    id = fields.String(validate=is_object_id)
    username = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    inviterUsername = fields.String(load_default="")


def _many(schema: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), load_default=list)


class Organization(Named):
    """An organization, and who is in it."""

    users = _many(User)
    teams = _many(Team)
    invitations = _many(Invitation)


class ProjectPeople(Named):
    """What a project has of it, and who is in it beside users with roles."""

    teams = _many(ProjectTeam)
    invitations = _many(Invitation)


def check_people(seed: Seed, mistakes: Mistakes) -> None:
    """Refuse users and teams that are there twice, or are named and not there."""
    teams = {each["id"]: [team["id"] for team in each["teams"]] for each in seed["organizations"]}
    for number, each in enumerate(seed["organizations"]):
        place, names = f"organizations[{number}]", [user["username"] for user in each["users"]]
        with mistakes:
            check_unique(names, f"{place}.users")
        for position, team in enumerate(each["teams"]):
            at = f"{place}.teams[{position}].usernames"
            _check_known("user of the organization", team["usernames"], names, at, mistakes)
    with mistakes:
        check_unique([team_id for ids in teams.values() for team_id in ids], "all teams")
    for number, project in enumerate(seed["projects"]):
        ids, known = [each["teamId"] for each in project["teams"]], teams.get(project["orgId"], [])
        at = f"projects[{number}].teams"
        _check_known("team of the project's organization", ids, known, at, mistakes)


def _check_known(
    kind: str, names: Iterable[str], known: list[str], at: str, mistakes: Mistakes
) -> None:
    for name in names:
        if name not in known:
            with mistakes:
                raise SeedError(f"{at}: {unknown(kind, name, known)}")


def users_owner(seed: Seed, time: WorldTime) -> Iterator[tuple[Owner, Tables]]:
    """The owner of the world's users, if the seed has any; one may be in several organizations."""
    users: dict[str, Document] = {}
    for about in seed["organizations"]:
        for each in about.get("users", ()):
            now, username = time.timestamp(), each["username"]
            made = {"id": user_id(each), "createdAt": now, "lastAuth": now, "roles": []}
            user = users.setdefault(username, {"emailAddress": username, **made})
            roles = [*user["roles"], *map(dict, each["roles"])]
            if not any(role.get("orgId") == about["id"] for role in roles):
                roles.append({"orgId": about["id"], "roleName": "ORG_MEMBER"})
            user |= {**each, "id": user["id"], "roles": roles}
    if users:
        tables: Tables = {APPLICATION: {APPLICATION: {}}, USERS: users}
        yield Owner(time.world, APPLICATION, APPLICATION), tables


def organization_tables(about: Mapping[str, Any], time: WorldTime) -> Tables:
    """The tables of an organization's teams and invitations."""
    times = dict.fromkeys(("created", "updated"), time.timestamp())
    ids = {each["username"]: user_id(each) for each in about.get("users", ())}
    teams = [
        {
            "id": team["id"],
            "name": team["name"],
            "userIds": [ids[name] for name in team["usernames"]],
            **times,
        }
        for team in about.get("teams", ())
    ]
    return {
        TEAMS: {team["id"]: team for team in teams},
        INVITATIONS: _invitations(about, "orgName", time),
    }


def project_tables(project: Mapping[str, Any], time: WorldTime) -> Tables:
    """The tables of a project's teams and invitations."""
    times = dict.fromkeys(("created", "updated"), time.timestamp())
    return {
        PROJECT_TEAMS: {each["teamId"]: {**each, **times} for each in project.get("teams", ())},
        INVITATIONS: _invitations(project, "groupName", time),
    }


def user_id(user: Mapping[str, Any]) -> str:
    """The id of a seed's user: without one in the seed, it depends on the name alone."""
    return str(user.get("id") or sha256(user["username"].encode()).hexdigest()[:24])


def _invitations(about: Mapping[str, Any], named: str, time: WorldTime) -> dict[str, Document]:
    times = dict.fromkeys(("created", "updated"), time.timestamp())
    made = {**times, "expiresAt": timestamp(time.now() + INVITATION_LIFETIME), named: about["name"]}
    rows = [{"id": time.object_id(), **each, **made} for each in about.get("invitations", ())]
    return {each["id"]: each for each in rows}
