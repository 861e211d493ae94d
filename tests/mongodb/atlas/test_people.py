"""Users in Atlas: the forms of 2025 and before, and what waits in invitations."""

import pytest

from tests.conftest import DEMO, EMPTY
from tests.mongodb.atlas.conftest import ATLAS, caller

ORG = "decafbaddecafbaddecafbad"
TEAM = "badc0ffeebadc0ffeebadc0f"
OWNER = "owner@example.com"
USERS, PROJECT, INVITES = f"/orgs/{ORG}/users", f"/groups/{EMPTY}/users", f"/orgs/{ORG}/invites"
ACTIVE = [
    "createdAt",
    "id",
    "lastAuth",
    "mobileNumber",
    "orgMembershipStatus",
    "roles",
    "teamIds",
    "username",
]
PENDING = [
    "id",
    "invitationCreatedAt",
    "invitationExpiresAt",
    "inviterUsername",
    "orgMembershipStatus",
    "roles",
    "teamIds",
    "username",
]


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"]


@pytest.fixture
def new(server):
    """A caller that asks for the versions of 2025."""
    found = caller(server, "atlas-v2")
    found.session.headers["Accept"] = "application/vnd.atlas.2025-02-19+json"
    yield found
    found.session.close()


@pytest.fixture
def owner(new):
    (user,) = new("GET", f"{USERS}?username={OWNER}").json()["results"]
    return user


@pytest.mark.evidence("RECORDED", "v2-2026-07-06-list-org-users.json, …-list-team-users.json")
def test_the_newest_form_lists_those_who_are_invited_with_their_invitations_id_plus_one(new, v2):
    invitation = v2("POST", INVITES, {"roles": ["ORG_MEMBER"], "username": "a@example.com"}).json()
    answer = new("GET", USERS)
    assert answer.headers["Content-Type"].startswith("application/vnd.atlas.2025-02-19+json")
    pending, active = answer.json()["results"]
    assert (list(pending), list(active)) == (PENDING, ACTIVE)
    assert int(pending["id"], 16) == int(invitation["id"], 16) + 1
    assert pending["roles"] == {"groupRoleAssignments": [], "orgRoles": ["ORG_MEMBER"]}
    assert (active["mobileNumber"], active["orgMembershipStatus"]) == (None, "ACTIVE")
    for state, user in (("ACTIVE", active), ("PENDING", pending)):
        for name in ("orgMembershipStatus", "orgMembershipStatuses"):
            assert new("GET", f"{USERS}?{name}={state}").json()["results"] == [user]
    assert new("GET", f"{USERS}/{pending['id']}").json() == pending
    assert refusal(new("GET", f"{USERS}/{invitation['id']}")) == (404, "USER_NOT_IN_ORG")


@pytest.mark.evidence("CLIENT", "Terraform's team resource asks for the form of 2023")
def test_the_old_form_is_there_for_the_old_version(v2, new):
    v2("POST", INVITES, {"roles": ["ORG_MEMBER"], "username": "a@example.com"})
    (user,) = v2("GET", USERS).json()["results"]
    assert user["roles"] == [{"orgId": ORG, "roleName": "ORG_MEMBER"}]
    assert [link["rel"] for link in user["links"]] == ["self"]
    for path in (f"/orgs/{ORG}/teams/{TEAM}/users", PROJECT):
        assert (
            v2("GET", path).headers["Content-Type"].startswith("application/vnd.atlas.2023-01-01")
        )
        assert new("GET", path).headers["Content-Type"].startswith("application/vnd.atlas.2025")


@pytest.mark.evidence("SPEC", "cloud users, 2025-02-19; CLIENT: Terraform's cloud_user_*")
def test_a_user_is_invited_to_an_organization_changed_and_removed(new):
    body = {
        "username": "a@example.com",
        "roles": {
            "orgRoles": ["ORG_MEMBER"],
            "groupRoleAssignments": [{"groupId": DEMO, "groupRoles": ["GROUP_READ_ONLY"]}],
        },
        "teamIds": [TEAM],
    }
    made = new("POST", USERS, body)
    user = made.json()
    assert (made.status_code, list(user)) == (201, PENDING)
    assert {name: user[name] for name in body} == body
    one = f"{USERS}/{user['id']}"
    assert new("GET", one).json() == user
    changed = new("PATCH", one, {"roles": {"orgRoles": ["ORG_OWNER"]}, "teamIds": []}).json()
    assert changed["roles"] == {**body["roles"], "orgRoles": ["ORG_OWNER"]}
    assert changed["teamIds"] == []
    added = new("POST", f"{one}:addRole", {"orgRole": "ORG_READ_ONLY"}).json()
    assert added["roles"]["orgRoles"] == ["ORG_OWNER", "ORG_READ_ONLY"]
    removed = new("POST", f"{one}:removeRole", {"orgRole": "ORG_OWNER"}).json()
    assert removed["roles"]["orgRoles"] == ["ORG_READ_ONLY"]
    assert new("DELETE", one).status_code == 204
    assert refusal(new("GET", one)) == (404, "USER_NOT_IN_ORG")
    assert new("GET", INVITES).status_code == 200


@pytest.mark.evidence("SPEC", "cloud users, 2025-02-19")
def test_an_active_user_is_changed_and_removed(new, owner):
    one = f"{USERS}/{owner['id']}"
    assignments = [{"groupId": DEMO, "groupRoles": ["GROUP_OWNER", "GROUP_READ_ONLY"]}]
    changed = new("PATCH", one, {"roles": {"groupRoleAssignments": assignments}}).json()
    assert changed["roles"] == {"groupRoleAssignments": assignments, "orgRoles": ["ORG_MEMBER"]}
    assert new("PATCH", one, {"teamIds": [TEAM]}).json()["teamIds"] == [TEAM]
    assert new("PATCH", one, {"roles": {"orgRoles": ["ORG_OWNER"]}}).json() == {
        **changed,
        "roles": {"groupRoleAssignments": assignments, "orgRoles": ["ORG_OWNER"]},
        "teamIds": [TEAM],
    }
    taken = new("POST", USERS, {"username": OWNER, "roles": {"orgRoles": ["ORG_OWNER"]}})
    assert refusal(taken) == (409, "USER_ALREADY_EXISTS")
    assert new("DELETE", one).status_code == 204
    assert new("GET", USERS).json()["results"] == []
    assert new("GET", f"/orgs/{ORG}/teams/{TEAM}/users").json()["results"] == []


@pytest.mark.evidence("SPEC", "who is in the organization gets the role, anyone else is invited")
def test_users_of_a_project(new, owner):
    body = {"roles": ["GROUP_OWNER"], "username": OWNER}
    active = new("POST", PROJECT, body)
    assert (active.status_code, active.json()["roles"]) == (201, ["GROUP_OWNER"])
    assert "teamIds" not in active.json()
    pending = new("POST", PROJECT, {**body, "username": "a@example.com"}).json()
    assert (pending["orgMembershipStatus"], pending["roles"]) == ("PENDING", ["GROUP_OWNER"])
    assert new("GET", PROJECT).json()["results"] == [pending, active.json()]
    for user in (pending, active.json()):
        one = f"{PROJECT}/{user['id']}"
        added = new("POST", f"{one}:addRole", {"groupRole": "GROUP_READ_ONLY"}).json()
        assert added == {**user, "roles": ["GROUP_OWNER", "GROUP_READ_ONLY"]}
        assert new("POST", f"{one}:removeRole", {"groupRole": "GROUP_READ_ONLY"}).json() == user
        assert new("GET", one).json() == user
        assert new("DELETE", one).status_code == 204
        assert refusal(new("GET", one)) == (404, "USER_NOT_IN_GROUP")
    assert new("GET", f"{USERS}/{owner['id']}").json() == owner


@pytest.mark.evidence("SPEC", "flattenTeams: users of the project's teams as well")
def test_a_projects_users_with_those_of_its_teams(new, v2, owner):
    v2("POST", f"/orgs/{ORG}/teams/{TEAM}/users", [{"id": owner["id"]}])
    v2("POST", f"/groups/{EMPTY}/teams", [{"teamId": TEAM, "roleNames": ["GROUP_OWNER"]}])
    assert new("GET", f"{PROJECT}?flattenTeams=false").json()["results"] == []
    (user,) = new("GET", f"{PROJECT}?flattenTeams=true").json()["results"]
    assert user["id"] == owner["id"]


@pytest.mark.evidence("SPEC", "one user into a team and out of it; CLIENT: Terraform")
def test_one_user_goes_into_a_team_and_out_of_it(new, v2, owner):
    team = f"/orgs/{ORG}/teams/{TEAM}"
    added = new("POST", f"{team}:addUser", {"id": owner["id"]})
    assert (added.status_code, added.json()) == (200, {**owner, "teamIds": [TEAM]})
    (listed,) = new("GET", f"{team}/users?username={OWNER}").json()["results"]
    assert listed["teamIds"] == [TEAM]
    assert new("POST", f"{team}:removeUser", {"id": owner["id"]}).json() == owner
    again = new("POST", f"{team}:removeUser", {"id": owner["id"]})
    assert refusal(again) == (404, "USER_NOT_FOUND")


@pytest.mark.evidence("DOCS", "CANNOT_ADD_PENDING_USER and others of the table of codes")
@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        ("POST", f"/orgs/{ORG}/teams/{TEAM}:addUser", "id", (404, "CANNOT_ADD_PENDING_USER")),
        ("POST", f"{USERS}/id:addRole", {"orgRole": "GROUP_OWNER"}, (400, "INVALID_ROLE_FOR_ORG")),
        ("POST", f"{USERS}/id:addRole", {}, (400, "MISSING_ATTRIBUTE")),
        ("POST", f"{USERS}/id:addRole", {"groupRole": "ORG_OWNER"}, (400, "INVALID_ATTRIBUTE")),
        ("PATCH", f"{USERS}/id", {"teamIds": ["0" * 24]}, (404, "TEAM_NOT_FOUND")),
        ("PATCH", f"{USERS}/id", {"roles": []}, (400, "INVALID_JSON_ATTRIBUTE")),
        (
            "PATCH",
            f"{USERS}/id",
            {"roles": {"groupRoleAssignments": [{"groupId": "1" * 24, "groupRoles": []}]}},
            (404, "GROUP_NOT_FOUND"),
        ),
        (
            "POST",
            f"{PROJECT}",
            {"roles": ["ORG_OWNER"], "username": "b"},
            (400, "INVALID_ROLE_FOR_GROUP"),
        ),
    ],
)
def test_what_cannot_be_done_with_who_is_invited(new, method, path, body, answer):
    user = new("POST", USERS, {"username": "a@example.com", "roles": {"orgRoles": ["ORG_MEMBER"]}})
    body = {"id": user.json()["id"]} if body == "id" else body
    path = path.replace("/id", f"/{user.json()['id']}")
    assert refusal(new(method, path, body)) == answer


@pytest.mark.evidence("RECORDED", "v2-2026-08-10-create-user.json; the roles wait")
@pytest.mark.parametrize("family", ATLAS)
def test_a_new_users_roles_wait_in_an_invitation(callers, family):
    call = callers[family]
    roles = [
        {"orgId": ORG, "roleName": "ORG_READ_ONLY"},
        {"orgId": ORG, "roleName": "ORG_GROUP_CREATOR"},
        {"groupId": EMPTY, "roleName": "GROUP_OWNER"},
    ]
    body = {"username": "a@example.com", "firstName": "A", "lastName": "B", "mobileNumber": ""}
    made = call("POST", "/users", {**body, "roles": roles})
    assert (made.status_code, made.json()["roles"]) == (201, [])
    assert made.headers["Location"].endswith(f"/api/atlas/v1.0/users/{made.json()['id']}")
    (invitation,) = call("GET", INVITES).json()
    assert invitation["roles"] == ["ORG_READ_ONLY", "ORG_GROUP_CREATOR"]
    (invitation,) = call("GET", f"/groups/{EMPTY}/invites").json()
    assert (invitation["roles"], invitation["username"]) == (["GROUP_OWNER"], "a@example.com")
    for path in (made.json()["id"], "a@example.com", "byName/a@example.com"):
        assert call("GET", f"/users/{path}").json()["id"] == made.json()["id"]
    again = call("POST", "/users", {**body, "roles": roles})
    assert refusal(again) == (409, "USER_ALREADY_EXISTS")
    assert len(call("GET", INVITES).json()) == 1


@pytest.mark.evidence("INFERRED", "Atlas v1.0 and Ops Manager have no operations of 2025")
@pytest.mark.parametrize("family", ["atlas-v1", "ops-manager"])
@pytest.mark.parametrize("path", [f"{USERS}/{'0' * 24}", f"{PROJECT}/{'0' * 24}"])
def test_what_other_families_do_not_have(callers, family, path):
    assert callers[family]("GET", path).status_code in (404, 405)
