"""API keys that are made over the API: what is answered, and what the keys may do."""

from __future__ import annotations

import re

import pytest
import requests

from opsemu.server import Emulator

from ...conftest import DEMO, EMPTY, OWNER, VIEWER, signed
from ...wire import key_with, seed_file
from .conftest import ACCEPT, ATLAS, PREFIXES, caller

ORG = "decafbaddecafbaddecafbad"
KEYS, OF_PROJECT = f"/orgs/{ORG}/apiKeys", f"/groups/{EMPTY}/apiKeys"
UNKNOWN = "1" * 24
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-([0-9a-f]{12})")


def made(call, path=KEYS, desc="new", roles=("ORG_READ_ONLY",)):
    answer = call("POST", path, {"desc": desc, "roles": roles})
    assert answer.status_code == 200, answer.text
    return answer.json()


def halves(key):
    return key["publicKey"], key["privateKey"]


def roles_of(key):
    return {role["roleName"] for role in key["roles"]}


@pytest.mark.evidence("RECORDED", "create-org-api-key, get-org-api-key; DOCS for Ops Manager")
def test_the_private_half_is_shown_once_and_then_its_last_block(call):
    key = made(call)
    assert list(key) == ["desc", "id", "links", "privateKey", "publicKey", "roles"]
    assert re.fullmatch("[a-z]{8}", key["publicKey"])
    last = UUID.fullmatch(key["privateKey"])[1]
    masked = {**key, "privateKey": f"********-****-****-{last}"}
    assert call("GET", f"{KEYS}/{key['id']}").json() == masked
    assert call("PATCH", f"{KEYS}/{key['id']}", {"desc": "new"}).json() == masked
    assert masked in call("GET", KEYS).json()["results"]


@pytest.mark.evidence("RECORDED", "list-org-api-keys: sorted by publicKey, 423 of 423")
def test_keys_are_listed_by_their_public_halves_the_seeds_among_them(call):
    names = [made(call)["publicKey"] for _ in range(4)]
    results = call("GET", KEYS).json()["results"]
    assert [key["publicKey"] for key in results] == sorted([*names, OWNER[0], VIEWER[0]])
    owner = next(key for key in results if key["publicKey"] == OWNER[0])
    assert owner["privateKey"] == f"********-****-****-{OWNER[1][-12:]}"
    assert call("GET", f"{KEYS}/{owner['id']}").json() == owner


@pytest.mark.evidence("RECORDED", "create-project-api-key: member of the organization, link to it")
def test_a_key_of_a_project_is_a_member_of_the_organization(call):
    key = made(call, OF_PROJECT, roles=["GROUP_READ_ONLY"])
    assert key["links"][0]["href"].endswith(f"{KEYS}/{key['id']}")
    assert key["roles"] == [
        {"orgId": ORG, "roleName": "ORG_MEMBER"},
        {"groupId": EMPTY, "roleName": "GROUP_READ_ONLY"},
    ]
    listed = [each["id"] for each in call("GET", OF_PROJECT).json()["results"]]
    assert listed == [key["id"]]
    assert key["id"] in [each["id"] for each in call("GET", KEYS).json()["results"]]


@pytest.mark.evidence(
    "RECORDED", "assign-project-api-key; that PATCH of the org's leaves them: INFERRED"
)
def test_a_change_of_roles_leaves_those_in_other_places(call):
    key = made(call, OF_PROJECT, roles=["GROUP_READ_ONLY", "GROUP_OWNER"])
    other = f"/groups/{DEMO}/apiKeys/{key['id']}"
    assert call("PATCH", other, {"roles": ["GROUP_READ_ONLY"]}).status_code == 200
    path = f"{OF_PROJECT}/{key['id']}"
    changed = call("PATCH", path, {"roles": ["GROUP_DATA_ACCESS_READ_ONLY"]}).json()
    assert roles_of(changed) == {"ORG_MEMBER", "GROUP_READ_ONLY", "GROUP_DATA_ACCESS_READ_ONLY"}
    changed = call("PATCH", f"{KEYS}/{key['id']}", {"roles": ["ORG_READ_ONLY"]}).json()
    assert roles_of(changed) == {"ORG_READ_ONLY", "GROUP_READ_ONLY", "GROUP_DATA_ACCESS_READ_ONLY"}
    assert call("DELETE", path).status_code == 204
    assert roles_of(call("GET", f"{KEYS}/{key['id']}").json()) == {
        "ORG_READ_ONLY",
        "GROUP_READ_ONLY",
    }
    assert call("GET", OF_PROJECT).json()["results"] == []
    assert call("DELETE", path).json()["errorCode"] == "API_KEY_NOT_FOUND"


@pytest.mark.evidence("SPEC", "an array; 204")
def test_atlas_assigns_a_key_by_post(v2):
    key = made(v2)
    path, roles = f"{OF_PROJECT}/{key['id']}", ["GROUP_READ_ONLY", "GROUP_OWNER"]
    for name in roles:
        answer = v2("POST", path, [{"roles": [name]}])
        assert (answer.status_code, answer.content) == (204, b"")
    v2("POST", path, [{"roles": ["GROUP_OWNER"]}])
    shown = v2("GET", f"{KEYS}/{key['id']}").json()["roles"]
    assert [role["roleName"] for role in shown] == ["ORG_READ_ONLY", *roles]
    assert v2("POST", path, {"roles": roles}).json()["errorCode"] == "INVALID_JSON"
    assert v2("POST", path, [{"roles": []}]).json()["errorCode"] == "MISSING_API_KEY_ROLES"


@pytest.mark.evidence("DOCS", "tables of errors")
@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        (KEYS, {"desc": None}, "API_KEY_REQUIRES_DESCRIPTION"),
        (KEYS, {"desc": ""}, "API_KEY_REQUIRES_DESCRIPTION"),
        (KEYS, {"desc": "x" * 251}, "INVALID_API_KEY_DESC"),
        (KEYS, {"roles": None}, "MISSING_API_KEY_ROLES"),
        (KEYS, {"roles": []}, "MISSING_API_KEY_ROLES"),
        (KEYS, {"roles": ["GROUP_OWNER"]}, "INVALID_ROLE_FOR_ORG"),
        (KEYS, {"roles": ["ORG_EMPEROR"]}, "INVALID_ROLE_FOR_ORG"),
        (KEYS, {"roles": ["GLOBAL_OWNER"]}, "INVALID_ROLE_FOR_ORG"),
        (OF_PROJECT, {"roles": ["ORG_OWNER"]}, "INVALID_ROLE_FOR_GROUP"),
        (KEYS, {"roles": "ORG_OWNER"}, "INVALID_JSON_ATTRIBUTE"),
        (KEYS, {"colour": "red"}, "INVALID_ATTRIBUTE"),
    ],
)
def test_a_bad_key_is_refused_and_none_is_made(call, path, change, code):
    body = {"desc": "new", "roles": ["ORG_OWNER" if path == KEYS else "GROUP_OWNER"], **change}
    body = {name: value for name, value in body.items() if value is not None}
    answer = call("POST", path, body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
    assert call("GET", KEYS).json()["totalCount"] == 2


@pytest.mark.evidence(
    "DOCS", "API_KEY_NOT_FOUND is a 400 in the table; CLIENT takes either for gone"
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_key_is_told_with_400_and_a_bad_id_with_404(call, method):
    body = {"desc": "x"} if method == "PATCH" else None
    unknown = call(method, f"{KEYS}/{UNKNOWN}", body)
    assert (unknown.status_code, unknown.json()["errorCode"]) == (400, "API_KEY_NOT_FOUND")
    assert unknown.json()["detail"] == f"No API key with ID {UNKNOWN} exists."
    bad = call(method, f"{KEYS}/xyz", body)
    assert (bad.status_code, bad.json()["errorCode"]) == (404, "INVALID_KEY_ID")


@pytest.mark.evidence("ISSUE", "a read-only key makes a key: 401 USER_UNAUTHORIZED")
def test_a_read_only_key_reads_keys_and_changes_none(looker, server):
    path = looker("GET", KEYS).json()["results"][0]["id"]
    new = {"desc": "x", "roles": ["ORG_OWNER"]}
    project = {"desc": "x", "roles": ["GROUP_OWNER"]}
    for method, at, body in (
        ("POST", KEYS, new),
        ("PATCH", f"{KEYS}/{path}", {"desc": "x"}),
        ("DELETE", f"{KEYS}/{path}", None),
        ("POST", OF_PROJECT, project),
        ("PATCH", f"{OF_PROJECT}/{path}", {"roles": ["GROUP_OWNER"]}),
        ("POST", f"{KEYS}/{path}/accessList", [{"ipAddress": "192.0.2.1"}]),
    ):
        answer = looker(method, at, body)
        assert (answer.status_code, answer.json()["errorCode"]) == (401, "USER_UNAUTHORIZED"), at


@pytest.mark.evidence("DOCS", "roles: any of a project reads it, owners write")
@pytest.mark.parametrize(
    ("path", "role", "reads", "writes"),
    [
        (KEYS, "ORG_OWNER", 200, 200),
        (KEYS, "ORG_READ_ONLY", 200, 401),
        (KEYS, "ORG_MEMBER", 401, 401),
        (OF_PROJECT, "GROUP_OWNER", 200, 200),
        (OF_PROJECT, "GROUP_READ_ONLY", 200, 401),
        (OF_PROJECT, "GROUP_DATA_ACCESS_ADMIN", 200, 401),
        (OF_PROJECT, "GROUP_AUTOMATION_ADMIN", 200, 401),
    ],
)
def test_a_new_key_may_do_what_its_role_is_for(server, path, role, reads, writes):
    key = made(caller(server, "ops-manager"), path, roles=[role])
    own = caller(server, "ops-manager", halves(key))
    one = f"/groups/{EMPTY}/integrations"
    slack = {"type": "SLACK", "apiToken": "xoxb-1", "teamName": "t", "channelName": "c"}
    assert own("GET", one).status_code == reads
    assert own("PUT", f"{one}/SLACK", slack).status_code == writes
    assert own("GET", f"/orgs/{ORG}").status_code == 200
    assert own("GET", f"/groups/{'deadbeef' * 3}/integrations").status_code == 401


@pytest.mark.evidence("DOCS", "the creator of a project is its owner")
def test_a_group_creator_owns_the_project_that_it_makes(call, server, family):
    key = made(call, roles=["ORG_GROUP_CREATOR"])
    own = caller(server, family, halves(key))
    project = own("POST", "/groups", {"name": "mine", "orgId": ORG}).json()["id"]
    assert own("GET", f"/groups/{project}").status_code == 200
    body = {"type": "DATADOG", "apiKey": "0" * 32}
    assert own("POST", f"/groups/{project}/integrations/DATADOG", body).status_code == 200
    assert own("GET", f"/groups/{EMPTY}").status_code in (401, 404)


@pytest.mark.evidence("INFERRED", "the next request has the rights that the key has then")
def test_a_cached_answer_follows_the_key(server, api):
    path = f"/groups/{DEMO}/integrations"
    manager = caller(server, "ops-manager")
    key = made(manager, OF_PROJECT, roles=["GROUP_READ_ONLY"])
    assign = f"/groups/{DEMO}/apiKeys/{key['id']}"
    own = caller(server, "ops-manager", halves(key))
    assert [own("GET", path).status_code for _ in range(3)] == [401] * 3
    manager("PATCH", assign, {"roles": ["GROUP_READ_ONLY"]})
    before = server.response_cache.hits
    assert [own("GET", path).status_code for _ in range(4)] == [200] * 4
    assert server.response_cache.hits > before
    manager("DELETE", assign)
    assert own("GET", path).json()["errorCode"] == "NOT_IN_GROUP"
    manager("PATCH", assign, {"roles": ["GROUP_OWNER"]})
    assert [own("GET", path).status_code for _ in range(3)] == [200] * 3
    manager("DELETE", f"{KEYS}/{key['id']}")
    assert own("GET", path).status_code == 401
    looker = caller(server, "ops-manager", VIEWER)
    assert [looker("GET", path).status_code for _ in range(3)] == [200] * 3
    (viewer,) = (k for k in manager("GET", KEYS).json()["results"] if k["publicKey"] == VIEWER[0])
    manager("DELETE", f"{KEYS}/{viewer['id']}")
    assert looker("GET", path).status_code == 401


@pytest.mark.evidence("INFERRED", "nothing shows a private half again")
def test_no_private_half_is_in_the_journal(server, api):
    key = made(caller(server, "ops-manager"))
    api.get(f"{server.url}/groups/{key['privateKey']}")
    rows = requests.get(f"{server.admin_url}/requests", timeout=20).text
    assert key["publicKey"] in rows
    assert key["privateKey"] not in rows


@pytest.mark.evidence("RECORDED", "one counter for an organization's keys and their lists")
def test_keys_and_their_access_lists_share_a_limit(v2):
    first = v2("POST", KEYS, {"desc": "x", "roles": ["ORG_MEMBER"]})
    second = v2("GET", f"{KEYS}/{first.json()['id']}/accessList")
    third = v2("GET", OF_PROJECT)
    left = [int(answer.headers["Ratelimit-Remaining"]) for answer in (first, second)]
    assert left[0] - left[1] == 1
    limits = [answer.headers["Ratelimit-Limit"] for answer in (first, second, third)]
    assert limits == ["500", "500", "1200"]


@pytest.fixture
def global_owner(tmp_path):
    """A session of Ops Manager's owner, and its URL."""
    path = seed_file(tmp_path, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])
    with Emulator(seed=path) as server, signed(OWNER) as session:
        session.headers["Accept"] = ACCEPT
        yield session, server.base_url


@pytest.mark.evidence("DOCS", "global keys; RECORDED om5-unauth-users: the link has null")
def test_a_global_owner_makes_global_keys(global_owner):
    session, url = global_owner
    keys = f"{url}{PREFIXES['ops-manager']}/admin/apiKeys"
    bad = session.post(keys, json={"desc": "x", "roles": ["ORG_OWNER"]}).json()
    assert bad["errorCode"] == "INVALID_ROLE_FOR_GLOBAL_KEY"
    key = session.post(keys, json={"desc": "x", "roles": ["GLOBAL_READ_ONLY"]}).json()
    assert key["roles"] == [{"roleName": "GLOBAL_READ_ONLY"}]
    assert key["links"][0]["href"].endswith(f"/orgs/null/apiKeys/{key['id']}")
    with signed(halves(key)) as own:
        assert own.get(f"{url}{PREFIXES['ops-manager']}/groups/{DEMO}").status_code == 200
        assert own.get(keys).json()["totalCount"] == 2
        assert own.post(keys, json={"desc": "x", "roles": ["GLOBAL_OWNER"]}).status_code == 401
    assert session.delete(f"{keys}/{key['id']}").status_code == 204
    assert session.get(f"{keys}/{key['id']}").json()["errorCode"] == "API_KEY_NOT_FOUND"
    assert "GLOBAL_OWNER" in session.get(f"{keys}/roles").json()["results"]
    for family in ATLAS:
        gone = session.get(f"{url}{PREFIXES[family]}/admin/apiKeys")
        assert gone.json()["errorCode"] == "RESOURCE_NOT_FOUND"


def test_an_organizations_owner_makes_no_global_keys(server):
    answer = caller(server, "ops-manager")("GET", "/admin/apiKeys")
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "USER_UNAUTHORIZED")
