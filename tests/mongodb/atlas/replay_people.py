"""What a seed needs so that recordings of users, teams and invitations can be had again."""

from __future__ import annotations

import re
from typing import Any

from .recordings import ORG, Recording
from .replay_alerts import alerts_of, is_about_alerts

_ID = r"[0-9a-f]{24}"
_PLACES = re.compile(rf"/(orgs|groups)/{_ID}/(users|teams|invites)")
_USER = ("id", "username", "country", "firstName", "lastName", "createdAt", "lastAuth")


def is_seeded(recording: Recording) -> bool:
    """Whether the project of a recording is in the seed."""
    return is_about_alerts(recording) or bool(_PLACES.search(recording.path))


def people(recordings: list[Recording]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The members of the organization in a seed, and its projects."""
    shown = [(each, item) for each in recordings for item in items(each)]
    users = {item["id"]: _user(each, item) for each, item in shown if "lastAuth" in item}
    users |= {each["id"]: each for each in _named(recordings, users)}
    listed = [each for each in recordings if each.path.endswith(f"/orgs/{ORG}/users")]
    for number in range(max([each.answer["totalCount"] - 1 for each in listed], default=0)):
        if len(users) < listed[0].answer["totalCount"] and "itemsPerPage=1&" in listed[0].query:
            users[f"{number:x}"] = {"username": f"user{number}@example.com", "roles": []}
    roles = [role for user in users.values() for role in user["roles"]]
    groups = {role["groupId"] for role in roles if "groupId" in role}
    groups |= {each.group for each in recordings if is_seeded(each) and each.group}
    organization = {
        "users": list(users.values()),
        "teams": _teams(recordings, users),
        "invitations": _invitations(recordings, "orgs"),
    }
    return organization, [_project(recordings, group_id) for group_id in sorted(groups)]


def unordered(text: str) -> str:
    """A body with the names of roles in the order of the alphabet: theirs is random."""
    return re.sub(r'(?<=[rR]oles":\[)"[A-Z_",]+(?=\])|(?<=roleNames":\[)"[A-Z_",]+', _sorted, text)


def _sorted(match: re.Match[str]) -> str:
    return ",".join(sorted(match[0].split(",")))


def items(recording: Recording) -> list[Any]:
    """The objects in an answer."""
    answer = recording.answer
    found = answer if isinstance(answer, list) else answer.get("results", [answer])
    return [each for each in found if isinstance(each, dict) and each and "error" not in each]


def _user(recording: Recording, item: dict[str, Any]) -> dict[str, Any]:
    """An active user of any form, as a seed has it."""
    roles = item["roles"]
    if isinstance(roles, dict):
        org = [{"orgId": ORG, "roleName": name} for name in roles["orgRoles"]]
        groups = roles["groupRoleAssignments"]
        roles = org + [
            {"groupId": each["groupId"], "roleName": name}
            for each in groups
            for name in each["groupRoles"]
        ]
    roles = [
        {"groupId": recording.group, "roleName": each} if isinstance(each, str) else each
        for each in roles
    ]
    return {**{name: item[name] for name in _USER if name in item}, "roles": roles}


def _named(recordings: list[Recording], known: dict[str, Any]) -> list[dict[str, Any]]:
    """Users that are there, of whom no answer shows more than a name or an id."""
    bodies = [each.request for each in recordings if isinstance(each.request, dict)]
    names = [name for body in bodies for name in body.get("usernames", ())]
    found = {user["username"] for user in known.values()}
    named = [{"id": f"{n:024x}", "username": name} for n, name in enumerate(names, 1)]
    ids = [each for r in recordings for each in re.findall(rf"/users/({_ID})$", r.path)]
    removed = [{"id": each, "username": each} for each in ids if each not in known]
    taken = [
        {"id": "f" * 24, "username": each.answer["parameters"][0]}
        for each in recordings
        if each.error == "USER_ALREADY_EXISTS"
    ]
    return [
        {**each, "roles": []}
        for each in (*named, *removed, *taken)
        if each["username"] not in found
    ]


def _made(recordings: list[Recording], place: str) -> set[str]:
    """The ids of what the recordings themselves make at a place."""
    posts = [each for each in recordings if each.method == "POST" and each.path.endswith(place)]
    return {item.get("id", item.get("teamId")) for each in posts for item in items(each)}


def _teams(recordings: list[Recording], users: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that a path or an answer names, and no recording makes."""
    teams: dict[str, dict[str, Any]] = {}
    made = _made(recordings, f"{ORG}/teams")
    for each in recordings:
        named = {i["id"]: i["name"] for i in items(each) if "/teams" in each.path and "name" in i}
        ids = {i["teamId"] for i in items(each) if "teamId" in i} | named.keys()
        ids |= set(re.findall(rf"/teams/({_ID})", each.path))
        for team_id in ids - made:
            team = teams.setdefault(team_id, {"id": team_id, "name": team_id, "usernames": []})
            team["name"] = named.get(team_id, team["name"])
    for each in recordings:
        added = each.request if isinstance(each.request, list) else []
        inside = [item["id"] for item in items(each) if "teamIds" in item]
        inside += re.findall(rf"/users/({_ID})$", each.path)
        inside = [i for i in inside if i not in [item.get("id") for item in added]]
        for team_id in re.findall(rf"/teams/({_ID})/users", each.path):
            teams[team_id]["usernames"] = [users[user_id]["username"] for user_id in inside]
    return list(teams.values())


def _invitations(recordings: list[Recording], place: str) -> list[dict[str, Any]]:
    """Those that an answer shows or a path means, and no recording makes."""
    found: dict[str, dict[str, Any]] = {}
    for each in recordings:
        for item in items(each):
            if each.path.startswith(f"/api/atlas/v2/{place}/") and "expiresAt" in item:
                found.setdefault(item["id"], item)
            if place == "orgs" and item.get("orgMembershipStatus") == "PENDING":
                roles, invited = item["roles"]["orgRoles"], f"{int(item['id'], 16) - 1:024x}"
                found[invited] = {**item, "id": invited, "roles": roles}
        for invited in re.findall(rf"/{place}/{_ID}/invites/({_ID})$", each.path):
            found.setdefault(invited, {"id": invited, "username": "u", "roles": []})
    names = ("id", "username", "roles", "inviterUsername")
    made = _made(recordings, "/invites")
    return [
        {name: each[name] for name in names if name in each}
        for each in found.values()
        if each["id"] not in made
    ]


def _project(recordings: list[Recording], group_id: str) -> dict[str, Any]:
    own = [each for each in recordings if each.group == group_id]
    names = [item["groupName"] for each in own for item in items(each) if "groupName" in item]
    teams = {item["teamId"] for each in own for item in items(each) if "teamId" in item}
    teams |= {each for r in own for each in re.findall(rf"/groups/{_ID}/teams/({_ID})", r.path)}
    return {
        "id": group_id,
        "name": next(iter(names), group_id),
        "orgId": ORG,
        "teams": [
            {"teamId": each, "roleNames": _team_roles(own, each)}
            for each in sorted(teams - _made(own, "/teams"))
        ],
        "invitations": _invitations(own, "groups"),
        **alerts_of(own),
    }


def _team_roles(recordings: list[Recording], team_id: str) -> list[str]:
    items = [item for each in recordings for item in items(each)]
    return next((i["roleNames"] for i in items if i.get("teamId") == team_id), ["GROUP_OWNER"])
