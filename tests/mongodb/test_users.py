"""Users of Ops Manager: their roles, their teams, who sees them."""

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import ADMIN, DEMO, EMPTY, HIDDEN, signed

ORG = "decafbaddecafbaddecafbad"
TEAM = "badc0ffeebadc0ffeebadc0f"
ANNA = {
    "username": "anna@example.com",
    "password": "Passw0rd.",
    "firstName": "Anna",
    "lastName": "Ashe",
    "emailAddress": "anna@example.com",
    "roles": [{"groupId": EMPTY, "roleName": "GROUP_USER_ADMIN"}],
}
MEMBER = {"orgId": ORG, "roleName": "ORG_MEMBER"}

pytestmark = pytest.mark.evidence("DOCS", "the object's keys are those of om5-unauth-users.json")


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"]


@pytest.fixture
def users(server):
    return f"{server.url}/users"


@pytest.fixture
def anna(api, users):
    return api.post(users, json=ANNA).json()


def test_a_user_is_made_found_changed_and_deleted(server, api, admin, users):
    made = api.post(users, json=ANNA)
    anna = made.json()
    keys = ["emailAddress", "firstName", "id", "lastName", "links", "roles", "teamIds", "username"]
    assert (made.status_code, list(anna), made.headers.get("Location")) == (201, keys, None)
    assert [link["rel"].rpartition("/")[2] for link in anna["links"]] == [
        "self",
        "whitelist",
        "accessList",
    ]
    assert anna["roles"] == [*ANNA["roles"], MEMBER]
    one = f"{users}/{anna['id']}"
    assert api.get(one).json() == anna
    assert api.get(f"{users}/byName/anna@example.com").json() == anna
    roles = [{"orgId": ORG, "roleName": "ORG_OWNER"}]
    assert api.patch(one, json={"roles": roles}).json() == {**anna, "roles": roles}
    assert refusal(api.delete(one)) == (401, "USER_UNAUTHORIZED")
    assert admin.delete(one).status_code == 204
    assert refusal(api.get(one)) == (404, "USER_NOT_FOUND")
    assert refusal(api.get(f"{users}/byName/anna@example.com")) == (404, "USERNAME_NOT_FOUND")


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"username": "owner@example.com"}, (409, "USER_ALREADY_EXISTS")),
        ({"username": None}, (400, "MISSING_ATTRIBUTE")),
        ({"firstName": None}, (400, "MISSING_ATTRIBUTE")),
        ({"nickname": "a"}, (400, "INVALID_ATTRIBUTE")),
        ({"roles": [{"roleName": "GROUP_OWNER"}]}, (400, "ROLE_NEEDS_GROUP_ID")),
        ({"roles": [{"roleName": "ORG_OWNER"}]}, (400, "ROLE_NEEDS_ORG_ID")),
        ({"roles": [{"roleName": "GLOBAL_OWNER"}]}, (401, "USER_UNAUTHORIZED")),
        ({"roles": []}, (401, "USER_UNAUTHORIZED")),
        (
            {"roles": [{"groupId": EMPTY, "roleName": "ORG_OWNER"}]},
            (400, "INVALID_ROLE_FOR_GROUP"),
        ),
        ({"roles": [{"orgId": ORG, "roleName": "ORG_BOSS"}]}, (400, "INVALID_ROLE_FOR_ORG")),
        ({"roles": [{"groupId": HIDDEN, "roleName": "GROUP_OWNER"}]}, (401, "NOT_IN_GROUP")),
        ({"roles": [{"orgId": "0" * 24, "roleName": "ORG_OWNER"}]}, (404, "ORG_NOT_FOUND")),
    ],
)
def test_a_bad_user_is_refused_and_nothing_is_kept(api, users, change, answer):
    body = {name: value for name, value in {**ANNA, **change}.items() if value is not None}
    assert refusal(api.post(users, json=body)) == answer
    assert refusal(api.get(f"{users}/byName/anna@example.com")) == (404, "USERNAME_NOT_FOUND")


@pytest.mark.evidence("INFERRED", "DOCS: a user admin changes the roles within its own project")
def test_the_user_admin_of_a_project_takes_no_roles_in_another(server, api, users, anna):
    one, own = f"{users}/{anna['id']}", [{"groupId": EMPTY, "roleName": "GROUP_READ_ONLY"}]
    roles = [*ANNA["roles"], {"groupId": DEMO, "roleName": "GROUP_OWNER"}]
    assert api.patch(one, json={"roles": roles}).json()["roles"] == [*roles, MEMBER]
    body = {"desc": "admin", "roles": ["GROUP_USER_ADMIN"]}
    key = api.post(f"{server.url}/groups/{EMPTY}/apiKeys", json=body).json()
    with signed((key["publicKey"], key["privateKey"])) as session:
        assert session.patch(one, json={"roles": own}).status_code == 401
    assert api.get(one).json()["roles"] == [*roles, MEMBER]


def test_a_key_that_reads_changes_no_user(viewer, users, anna):
    assert refusal(viewer.post(users, json=ANNA)) == (401, "USER_UNAUTHORIZED")
    answer = viewer.patch(f"{users}/{anna['id']}", json={"roles": ANNA["roles"]})
    assert refusal(answer) == (401, "USER_UNAUTHORIZED")
    assert viewer.get(f"{users}/{anna['id']}").json() == anna


@pytest.mark.evidence("INFERRED", "a user of another organization is nobody")
def test_users_of_other_organizations_are_not_seen(server, api, admin, users):
    role = {"groupId": HIDDEN, "roleName": "GROUP_OWNER"}
    other = admin.post(users, json={**ANNA, "roles": [role]}).json()
    assert refusal(api.get(f"{users}/{other['id']}")) == (404, "USER_NOT_FOUND")
    assert admin.get(f"{users}/{other['id']}").json()["id"] == other["id"]


@pytest.mark.evidence("DOCS", "WHITELIST_ACCESS_DENIED: the caller is a key, never that user")
@pytest.mark.parametrize("below", ["whitelist", "accessList"])
def test_keys_do_not_see_the_access_list_of_a_user(api, users, anna, below):
    answer = api.get(f"{users}/{anna['id']}/{below}")
    assert refusal(answer) == (401, "WHITELIST_ACCESS_DENIED")


def test_members_of_an_organization_and_of_a_project_are_listed(server, api, anna):
    members = api.get(f"{server.url}/orgs/{ORG}/users").json()
    assert [user["username"] for user in members["results"]] == [
        "anna@example.com",
        "owner@example.com",
    ]
    assert [link["rel"] for link in members["results"][0]["links"]] == ["self"]
    listed = api.get(f"{server.url}/groups/{EMPTY}/users").json()["results"]
    assert [user["id"] for user in listed] == [anna["id"]]
    assert api.get(f"{server.url}/groups/{DEMO}/users").json()["results"] == []
    everyone = api.get(f"{server.url}/groups/{DEMO}/users", params={"includeOrgUsers": "true"})
    assert everyone.json()["totalCount"] == 2


@pytest.mark.evidence("CLIENT", "om_ansible: an array, 200, the whole list")
def test_users_are_added_to_a_project_and_taken_out_of_it(server, api, users, anna):
    project = f"{server.url}/groups/{DEMO}/users"
    owner = api.get(f"{users}/byName/owner@example.com").json()
    body = [
        {"id": each["id"], "roles": [{"roleName": "GROUP_OWNER"}]} for each in (owner, anna, anna)
    ]
    added = api.post(project, json=body)
    assert added.status_code == 200
    assert [each["id"] for each in added.json()["results"]] == [anna["id"], owner["id"]]
    assert api.post(project, json=body).json()["results"] == added.json()["results"]
    assert api.delete(f"{project}/{owner['id']}").status_code == 204
    assert refusal(api.delete(f"{project}/{owner['id']}")) == (404, "USER_NOT_IN_GROUP")
    for bad, answer in (
        ({}, (400, "INVALID_JSON")),
        ([{"id": "0" * 24, "roles": []}], (404, "USER_NOT_FOUND")),
        ([{"id": anna["id"]}], (400, "MISSING_ATTRIBUTE")),
        (
            [{"id": anna["id"], "roles": [{"roleName": "ORG_OWNER"}]}],
            (400, "INVALID_ROLE_FOR_GROUP"),
        ),
    ):
        assert refusal(api.post(project, json=bad)) == answer


def test_who_leaves_an_organization_leaves_its_projects_and_teams(server, api, users, anna):
    team = f"{server.url}/orgs/{ORG}/teams/{TEAM}/users"
    api.post(team, json=[{"id": anna["id"]}])
    assert api.get(f"{users}/{anna['id']}").json()["teamIds"] == [TEAM]
    member = f"{server.url}/orgs/{ORG}/users/{anna['id']}"
    assert api.delete(member).status_code == 204
    assert refusal(api.delete(member)) == (404, "USER_NOT_IN_ORG")
    left = api.get(f"{users}/{anna['id']}").json()
    assert (left["roles"], left["teamIds"]) == ([], [])
    assert api.get(team).json()["results"] == []


def test_roles_end_with_their_project(server, api, users):
    project = api.post(f"{server.url}/groups", json={"name": "short", "orgId": ORG}).json()["id"]
    role = {"groupId": project, "roleName": "GROUP_OWNER"}
    user = api.post(users, json={**ANNA, "roles": [role]}).json()
    api.delete(f"{server.url}/groups/{project}")
    assert api.get(f"{users}/{user['id']}").json()["roles"] == [MEMBER]


@pytest.mark.evidence("INFERRED", "one source of users for the API and for notifications")
def test_a_user_who_was_made_may_be_notified(server, api, anna):
    configs = f"{server.url}/groups/{DEMO}/alertConfigs"
    notification = {"typeName": "USER", "emailEnabled": True, "username": anna["username"]}
    body = {"eventTypeName": "NO_PRIMARY", "notifications": [notification]}
    assert api.post(configs, json=body).status_code == 201
    notification["username"] = "bob@example.com"
    assert refusal(api.post(configs, json=body)) == (400, "BAD_USERNAME_REF")


SEED = {
    "organizations": [
        {
            "id": ORG,
            "name": "Seeded",
            "users": [
                {"username": "a", "firstName": "A", "id": "a" * 24},
                {"username": "b", "roles": [{"roleName": "GROUP_OWNER", "groupId": EMPTY}]},
            ],
            "teams": [{"id": TEAM, "name": "t", "usernames": ["b"]}],
            "invitations": [{"username": "c", "roles": ["ORG_MEMBER"]}],
        }
    ],
    "projects": [
        {
            "id": EMPTY,
            "name": "p",
            "orgId": ORG,
            "teams": [{"teamId": TEAM, "roleNames": ["GROUP_READ_ONLY"]}],
            "invitations": [{"username": "d", "roles": ["GROUP_OWNER"]}],
        }
    ],
    "apiKeys": [
        {
            "publicKey": ADMIN[0],
            "privateKey": ADMIN[1],
            "roles": [{"roleName": "GLOBAL_OWNER"}],
        }
    ],
}


def people(server, session):
    """All that is listed about people in the seed's organization and project."""
    below = [f"orgs/{ORG}/{each}" for each in ("users", "teams", f"teams/{TEAM}/users", "invites")]
    below += [f"groups/{EMPTY}/{each}" for each in ("users", "teams", "invites")]
    return {path: session.get(f"{server.url}/{path}").json() for path in below}


def seeded(tmp_path, seed=SEED):
    path = tmp_path / "seed.yaml"
    path.write_bytes(requests.compat.json.dumps(seed).encode())
    return str(path)


@pytest.mark.parametrize("kind", ["memory:", "file:{}/state", "redis"])
def test_a_seed_a_snapshot_and_a_state_hold_users_teams_and_invitations(tmp_path, kind, request):
    state = request.getfixturevalue("redis_url") if kind == "redis" else kind.format(tmp_path)
    with Emulator(seed=seeded(tmp_path), state=state) as server, signed(ADMIN) as session:
        planted = people(server, session)
        shown = planted[f"orgs/{ORG}/users"]["results"]
        assert [(user["username"], user["roles"], user["teamIds"]) for user in shown] == [
            ("a", [MEMBER], []),
            ("b", [{"groupId": EMPTY, "roleName": "GROUP_OWNER"}, MEMBER], [TEAM]),
        ]
        assert [each["username"] for each in planted[f"groups/{EMPTY}/invites"]] == ["d"]
        assert planted[f"groups/{EMPTY}/teams"]["results"][0]["roleNames"] == ["GROUP_READ_ONLY"]
        requests.post(f"{server.admin_url}/snapshots", json={"name": "s"}, timeout=9)
        exported = requests.get(f"{server.admin_url}/state", timeout=9).json()
        session.delete(f"{server.url}/groups/{EMPTY}/teams/{TEAM}")
        session.post(f"{server.url}/users", json=ANNA)
        session.delete(f"{server.url}/orgs/{ORG}/teams/{TEAM}")
        assert people(server, session) != planted
        requests.post(f"{server.admin_url}/snapshots/s/restore", timeout=9)
        assert people(server, session) == planted
        session.delete(f"{server.url}/users/{'a' * 24}")
        assert people(server, session) != planted
        assert requests.put(f"{server.admin_url}/state", json=exported, timeout=9).ok
        assert people(server, session) == planted


@pytest.mark.parametrize(
    ("place", "change", "sentence"),
    [
        ("organizations", {"teams": [{"id": TEAM, "name": "t", "usernames": ["z"]}]}, "'z'"),
        ("organizations", {"users": [{"username": "a"}, {"username": "a"}]}, "there twice"),
        ("organizations", {"users": [{"username": "a", "rolse": []}]}, "did you mean 'roles'"),
        ("projects", {"teams": [{"teamId": "0" * 24, "roleNames": []}]}, "there is no team of"),
    ],
)
def test_a_seed_with_wrong_people_is_refused(tmp_path, place, change, sentence):
    seed = {**SEED, place: [{**SEED[place][0], **change}]}
    with pytest.raises(Exception, match=sentence):
        Emulator(seed=seeded(tmp_path, seed)).start()


def test_a_password_is_kept_nowhere(server, api, users):
    api.post(users, json={**ANNA, "password": "Passw0rd-of-Anna"})
    state = requests.get(f"{server.admin_url}/state", timeout=9).text
    journal = requests.get(f"{server.admin_url}/requests", timeout=9).text
    assert "anna@example.com" in state
    assert "Passw0rd-of-Anna" not in state + journal
