"""Teams and invitations in all families: what is made, listed and refused."""

import pytest

from tests.conftest import DEMO, EMPTY, HIDDEN
from tests.mongodb.atlas.conftest import ATLAS, PREFIXES, caller

ORG = "decafbaddecafbaddecafbad"
TEAMS = f"/orgs/{ORG}/teams"
SEEDED = "badc0ffeebadc0ffeebadc0f"
OWNER = "owner@example.com"
INVITES = {"orgs": f"/orgs/{ORG}/invites", "groups": f"/groups/{EMPTY}/invites"}


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"]


@pytest.fixture
def call(server, request):
    """Each family in turn where a test asks for all of them, else one."""
    found = caller(server, getattr(request, "param", "atlas-v2"))
    yield found
    found.session.close()


in_all_families = pytest.mark.parametrize("call", PREFIXES, indirect=True)


@pytest.fixture
def team(call):
    return call("POST", TEAMS, {"name": "a team", "usernames": [OWNER]}).json()["id"]


@pytest.fixture
def assigned(call, team):
    body = [{"teamId": team, "roleNames": ["GROUP_READ_ONLY"]}]
    assert call("POST", f"/groups/{EMPTY}/teams", body).status_code == 200
    return f"/groups/{EMPTY}/teams/{team}"


@pytest.mark.evidence("RECORDED", "v2-2026-08-10-create-team.json; Atlas' table of codes")
@in_all_families
def test_a_team_is_made_found_renamed_and_deleted(call):
    made = call("POST", TEAMS, {"name": "b", "usernames": [OWNER]})
    assert (made.status_code, list(made.json())) == (201, ["id", "links", "name", "usernames"])
    assert made.json()["usernames"] == [OWNER]
    one = f"{TEAMS}/{made.json()['id']}"
    shown = call("GET", one).json()
    assert list(shown) == ["id", "links", "name"]
    assert call("GET", f"{TEAMS}/byName/b").json() == shown
    assert call("PATCH", one, {"name": "a/c"}).json()["name"] == "a/c"
    assert call("GET", f"{TEAMS}/byName/a%2Fc").json()["id"] == shown["id"]
    listed = call("GET", TEAMS).json()
    assert [each["name"] for each in listed["results"]] == ["Database Team", "a/c"]
    assert call("DELETE", one).status_code == 204
    assert refusal(call("GET", one)) == (404, "TEAM_NOT_FOUND")
    assert refusal(call("GET", f"{TEAMS}/byName/b")) == (404, "TEAM_NAME_NOT_FOUND")


@pytest.mark.evidence("DOCS", "the table of codes")
@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        ("POST", TEAMS, {"name": "n", "usernames": []}, (400, "CANNOT_CREATE_EMPTY_TEAM")),
        ("POST", TEAMS, {"name": "n"}, (400, "CANNOT_CREATE_EMPTY_TEAM")),
        ("POST", TEAMS, {"name": "", "usernames": [OWNER]}, (400, "INVALID_TEAM_NAME")),
        (
            "POST",
            TEAMS,
            {"name": "Database Team", "usernames": [OWNER]},
            (409, "TEAM_NAME_NOT_AVAILABLE"),
        ),
        ("POST", TEAMS, [], (400, "INVALID_JSON")),
        ("PATCH", "{team}", {"name": "Database Team"}, (409, "TEAM_NAME_NOT_AVAILABLE")),
        ("GET", f"{TEAMS}/x", None, (404, "INVALID_TEAM_ID")),
        ("DELETE", f"{TEAMS}/{'0' * 24}", None, (404, "TEAM_NOT_FOUND")),
        ("POST", "{team}/users", [{"id": "0" * 24}], (404, "USER_NOT_FOUND")),
        ("POST", "{team}/users", {"id": "0" * 24}, (400, "INVALID_JSON")),
        ("POST", "{team}/users", ["0" * 24], (400, "INVALID_JSON")),
        ("DELETE", "{team}/users/" + "0" * 24, None, (404, "USER_NOT_FOUND")),
        ("POST", f"{TEAMS}/{'0' * 24}/users", [{"id": "0" * 24}], (404, "TEAM_NOT_FOUND")),
    ],
)
def test_what_cannot_be_done_with_teams(call, team, method, path, body, answer):
    assert refusal(call(method, path.format(team=f"{TEAMS}/{team}"), body)) == answer


@pytest.mark.evidence("ISSUE", "mongodb-atlas-kubernetes #994, pulumi-mongodbatlas #440")
def test_a_team_with_a_user_out_of_the_organization_is_an_unexpected_error(call):
    answer = call("POST", TEAMS, {"name": "n", "usernames": [OWNER, "nobody@example.com"]})
    assert refusal(answer) == (500, "UNEXPECTED_ERROR")
    assert call("GET", TEAMS).json()["totalCount"] == 1


@pytest.mark.evidence("RECORDED", "v2-2026-07-20-add-team-users.json: all users, the new one first")
@in_all_families
def test_users_go_into_a_team_and_out_of_it(call, server, admin):
    owner = call("GET", f"/users/byName/{OWNER}").json()["id"]
    users = f"{TEAMS}/{SEEDED}/users"
    assert call("GET", users).json()["results"] == []
    role = {"orgId": ORG, "roleName": "ORG_MEMBER"}
    body = {"username": "z", "firstName": "Z", "lastName": "Z", "roles": [role]}
    other = admin.post(f"{server.url}/users", json=body).json()["id"]
    call("POST", users, [{"id": owner}])
    added = call("POST", users, [{"id": other}])
    assert added.status_code == 200
    assert [each["id"] for each in added.json()["results"]] == [other, owner]
    assert [each["id"] for each in call("GET", users).json()["results"]] == [owner, other]
    assert refusal(call("POST", users, [{"id": other}])) == (409, "USER_ALREADY_IN_TEAM")
    assert call("DELETE", f"{users}/{other}").status_code == 204
    assert [each["id"] for each in call("GET", users).json()["results"]] == [owner]


@pytest.mark.evidence("RECORDED", "v2-2026-08-10-add-project-teams.json: the whole list")
@in_all_families
def test_a_team_gets_roles_in_a_project(call, team, assigned):
    (item,) = call("GET", f"/groups/{EMPTY}/teams").json()["results"]
    assert list(item) == ["links", "roleNames", "teamId"]
    assert (item["roleNames"], item["teamId"]) == (["GROUP_READ_ONLY"], team)
    changed = call("PATCH", assigned, {"roleNames": ["GROUP_OWNER"], "teamId": team}).json()
    assert [each["roleNames"] for each in changed["results"]] == [["GROUP_OWNER"]]
    refused = call("DELETE", f"{TEAMS}/{team}")
    assert refusal(refused) == (404, "CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT")
    assert call("DELETE", assigned).status_code == 204
    assert refusal(call("DELETE", assigned)) == (404, "TEAM_NOT_IN_GROUP")
    assert call("DELETE", f"{TEAMS}/{team}").status_code == 204


@pytest.mark.evidence("DOCS", "the table of codes; INVALID_ROLE_FOR_GROUP is there for keys")
@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ({"teamId": "0" * 24, "roleNames": ["GROUP_OWNER"]}, (404, "TEAM_NOT_FOUND")),
        ({"teamId": "{team}", "roleNames": ["GROUP_OWNER"]}, (409, "TEAM_EXISTS_IN_GROUP")),
        ({"teamId": SEEDED, "roleNames": []}, (403, "NO_ROLES_IN_ASSIGNMENT")),
        ({"teamId": SEEDED, "roleNames": ["ORG_OWNER"]}, (400, "INVALID_ROLE_FOR_GROUP")),
        ({"teamId": SEEDED}, (400, "MISSING_ATTRIBUTE")),
    ],
)
def test_what_cannot_be_assigned(call, team, assigned, item, answer):
    body = [{**item, "teamId": item["teamId"].format(team=team)}]
    assert refusal(call("POST", f"/groups/{EMPTY}/teams", body)) == answer
    assert call("GET", f"/groups/{EMPTY}/teams").json()["totalCount"] == 1


@pytest.mark.evidence("SPEC", "TeamRole; CLIENT: Terraform reads it after POST and PATCH")
def test_one_team_of_a_project_is_read_in_atlas(server, assigned, team):
    for family in ATLAS:
        shown = caller(server, family)("GET", assigned).json()
        assert (shown["teamId"], shown["roleNames"]) == (team, ["GROUP_READ_ONLY"])


@pytest.mark.evidence("RECORDED", "a bare array by username; 30 days; v2-2026-06-29-list-org-…")
@pytest.mark.parametrize("place", INVITES)
@in_all_families
def test_an_invitation_is_made_found_changed_and_taken_back(call, place):
    path, kind = INVITES[place], {"orgs": "ORG", "groups": "GROUP"}[place]
    roles = [f"{kind}_READ_ONLY"]
    second, first = (
        call("POST", f"{path}/", {"username": name, "roles": roles}).json() for name in "ba"
    )
    assert call("GET", path).json() == [first, second]
    assert call("GET", f"{path}?username=b").json() == [second]
    assert call("GET", f"{path}?username=B").json() == []
    one = f"{path}/{first['id']}"
    assert call("GET", one).json() == first
    assert first["inviterUsername"] == "opsowner"
    changed = {**first, "roles": [f"{kind}_OWNER"]}
    assert call("PATCH", one, {"roles": [f"{kind}_OWNER"]}).json() == changed
    assert call("PATCH", path, {"roles": roles, "username": "a"}).json() == first
    assert call("DELETE", one).status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        body = {"roles": roles} if method == "PATCH" else None
        assert refusal(call(method, one, body)) == (404, "INVALID_INVITATION_ID")
    assert call("GET", path).json() == [second]


@pytest.mark.evidence("INFERRED", "codes that are there for keys, and for any body")
@pytest.mark.parametrize("place", INVITES)
@pytest.mark.parametrize(
    ("method", "body", "code"),
    [
        ("POST", {"username": "a", "roles": ["GLOBAL_OWNER"]}, "INVALID_ROLE_FOR_"),
        ("POST", {"username": "a"}, "MISSING_ATTRIBUTE"),
        ("POST", {"roles": []}, "MISSING_ATTRIBUTE"),
        ("POST", {"username": "a", "roles": [], "x": 1}, "INVALID_ATTRIBUTE"),
        ("PATCH", {"username": "nobody", "roles": []}, "INVALID_INVITATION_ID"),
    ],
)
def test_what_nobody_can_be_invited_to(call, place, method, body, code):
    assert call(method, INVITES[place], body).json()["errorCode"].startswith(code)
    assert call("GET", INVITES[place]).json() == []


@pytest.mark.evidence("INFERRED", "as for all that is in a project or an organization")
@pytest.mark.parametrize("below", ["users", "teams", "invites"])
def test_people_out_of_sight_are_out_of_sight(call, below):
    assert call("GET", f"/groups/{HIDDEN}/{below}").status_code in (401, 404)
    assert refusal(call("GET", f"/orgs/{'0' * 24}/{below}")) == (404, "ORG_NOT_FOUND")


@pytest.mark.evidence("DOCS", "USER_ADMIN: users, teams, invitations")
def test_a_read_only_key_changes_no_people(server, viewer):
    for path, body in (
        (TEAMS, {"name": "n", "usernames": [OWNER]}),
        (f"{TEAMS}/{SEEDED}/users", [{"id": "0" * 24}]),
        (f"/groups/{DEMO}/teams", [{"teamId": SEEDED, "roleNames": ["GROUP_OWNER"]}]),
        (f"/groups/{DEMO}/users", [{"id": "0" * 24, "roles": []}]),
        *((path, {"username": "a", "roles": []}) for path in INVITES.values()),
    ):
        answer = viewer.post(f"{server.url}{path}", json=body)
        assert refusal(answer) == (401, "USER_UNAUTHORIZED")


ODD = [
    {},
    [],
    [[]],
    [{}],
    "text",
    {"roles": [1]},
    {"roles": {"a": 1}},
    {"roles": {"orgRoles": 1}},
    {"roles": {"groupRoleAssignments": [[]]}, "username": "a"},
    {"roles": [{"roleName": 1}], "username": "a", "firstName": "a", "lastName": "b"},
    {"roles": [None], "username": {}},
    {"roles": {}, "username": "b"},
    {"name": 1},
    {"name": "n", "usernames": [{}]},
    {"name": "n", "usernames": "a"},
    {"id": []},
    [{"id": []}],
    [{"id": "a", "roles": [{}]}],
    {"roleNames": {}},
    [{"teamId": [], "roleNames": 1}],
    {"orgRole": []},
    {"groupRole": {}},
    {"teamIds": [[]]},
]


@pytest.mark.evidence("INFERRED", "an odd body is the client's mistake")
def test_no_odd_body_is_a_failure(server):
    owner = caller(server, "atlas-v2")("GET", f"/users/byName/{OWNER}").json()["id"]
    places = [
        ("POST", "/users"),
        ("POST", "/orgs"),
        ("PATCH", f"/orgs/{ORG}"),
        ("POST", TEAMS),
        ("PATCH", f"{TEAMS}/{SEEDED}"),
        ("POST", f"{TEAMS}/{SEEDED}/users"),
        ("POST", f"{TEAMS}/{SEEDED}:addUser"),
        ("POST", f"/orgs/{ORG}/users"),
        ("PATCH", f"/orgs/{ORG}/users/{owner}"),
        ("POST", f"/orgs/{ORG}/users/{owner}:addRole"),
        ("POST", f"/groups/{EMPTY}/users"),
        ("POST", f"/groups/{EMPTY}/users/{owner}:removeRole"),
        ("POST", f"/groups/{EMPTY}/teams"),
        ("PATCH", f"/groups/{EMPTY}/teams/{SEEDED}"),
        *((method, path) for method in ("POST", "PATCH") for path in INVITES.values()),
    ]
    others = [("PATCH", f"/users/{owner}"), ("POST", f"/groups/{EMPTY}/users")]
    for family, asked in (("atlas-v2", places), ("ops-manager", others)):
        call = caller(server, family)
        call.session.headers["Accept"] = "application/vnd.atlas.2025-02-19+json"
        for method, path in asked:
            for body in ODD:
                answer = call(method, path, body)
                assert answer.status_code < 500, (family, method, path, body, answer.text)
        call.session.close()
