"""Projects and organizations, as callers of integrations make, find and remove them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.server import Emulator

from ...conftest import DEMO, EMPTY, HIDDEN
from .conftest import ATLAS, PREFIXES, caller

ORG = "decafbaddecafbaddecafbad"
OTHER_ORG = "0ff1ce0ff1ce0ff1ce0ff1ce"


def make(call, name="A project", **more):
    return call("POST", "/groups", {"name": name, "orgId": ORG, **more})


def names(call, path="/groups"):
    return [each["name"] for each in call("GET", path).json()["results"]]


def code(answer):
    return answer.status_code, answer.json()["errorCode"]


@pytest.mark.evidence("RECORDED", "Atlas v2: keys, their order, and the odd Location")
@pytest.mark.parametrize("family", ATLAS)
def test_a_new_project_of_atlas(callers, server, family):
    answer = make(callers[family])
    assert answer.status_code == 201
    assert list(answer.json()) == [
        "clusterCount",
        "created",
        "id",
        "links",
        "name",
        "orgId",
        "withDefaultAlertsSettings",
    ]
    assert answer.headers["Location"] == f"{server.base_url}//api/atlas/v1.0"


@pytest.mark.evidence("ISSUE", "a real Ops Manager, 2021: agentApiKey and links, not its every key")
@pytest.mark.evidence("INFERRED", "201 and a Location that leads to the project")
def test_a_new_project_of_ops_manager(callers):
    call = callers["ops-manager"]
    answer = make(call)
    shown = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{call.url}/groups/{shown['id']}"
    assert len(shown.pop("agentApiKey")) == 56
    assert shown == call("GET", f"/groups/{shown['id']}").json()
    rels = {link["rel"].rpartition("/")[2] for link in shown["links"]}
    assert rels >= {"self", "hosts", "users", "clusters", "alertConfigs", "agents"}


@pytest.mark.evidence("RECORDED", "Atlas v2, 2025: 409, the name in quotes")
def test_a_name_is_given_once(call):
    first, second = make(call, 'N"ame'), make(call, 'N"ame')
    assert first.status_code == 201
    assert code(second) == (409, "GROUP_ALREADY_EXISTS")
    assert second.json()["detail"] == 'A group with name "N"ame" already exists.'


def test_of_many_who_want_a_name_one_gets_it(server):
    callers = [caller(server, family) for family in PREFIXES for _ in range(3)]
    with ThreadPoolExecutor(len(callers)) as threads:
        statuses = list(threads.map(lambda call: make(call).status_code, callers))
    assert sorted(statuses) == [201] + [409] * (len(callers) - 1)
    assert names(callers[0]).count("A project") == 1


def test_of_many_who_ask_two_servers_on_one_state_for_a_name_one_gets_it(redis_url):
    with Emulator(state=redis_url) as one, Emulator(state=redis_url) as other:
        callers = [caller(server, "atlas-v2") for server in (one, other) for _ in range(4)]
        with ThreadPoolExecutor(len(callers)) as threads:
            statuses = list(threads.map(lambda call: make(call).status_code, callers))
        assert sorted(statuses) == [201] + [409] * (len(callers) - 1)
        assert names(callers[0]) == names(callers[-1])


def test_a_rename_takes_the_new_name_and_frees_the_old(call):
    path = f"/groups/{make(call).json()['id']}"
    renamed = call("PATCH", path, {"name": "Another"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Another")
    assert call("GET", path).json() == renamed.json()
    assert make(call).status_code == 201
    assert code(call("PATCH", path, {"name": "A project"})) == (409, "GROUP_ALREADY_EXISTS")


def test_a_rename_to_its_own_name_changes_nothing(call):
    path = f"/groups/{make(call).json()['id']}"
    assert call("PATCH", path, {"name": "A project"}).status_code == 200
    assert call("GET", path).json()["name"] == "A project"


@pytest.mark.evidence("RECORDED", "Atlas v2: 202 and {}")
def test_a_project_goes_with_its_integrations_and_its_name(call):
    path = f"/groups/{make(call).json()['id']}"
    call("PUT", f"{path}/integrations/SLACK", {"type": "SLACK", "apiToken": "t", "teamName": "t"})
    gone = call("DELETE", path)
    assert (gone.status_code, gone.text) == (202, "{}")
    for below in ("", "/integrations"):
        assert call("GET", path + below).status_code in (401, 404)
    assert call("GET", "/groups").json()["totalCount"] == 2
    fresh = make(call).json()["id"]
    assert call("GET", f"/groups/{fresh}/integrations").json()["totalCount"] == 0


def test_a_project_is_one_for_all_families(callers):
    path = f"/groups/{make(callers['atlas-v2']).json()['id']}"
    callers["ops-manager"]("PATCH", path, {"name": "Renamed"})
    assert [callers[family]("GET", path).json()["name"] for family in PREFIXES] == ["Renamed"] * 3
    callers["atlas-v1"]("DELETE", path)
    assert "Renamed" not in names(callers["ops-manager"])


@pytest.mark.evidence("RECORDED", "Atlas v2: pairs of key and value, in the order given")
def test_tags_are_kept_and_replaced(v2):
    tags = [{"key": "env", "value": "e2e"}, {"key": "app", "value": "cli"}]
    made = make(v2, tags=tags[:1]).json()
    assert made["tags"] == tags[:1]
    v2("PATCH", f"/groups/{made['id']}", {"tags": tags})
    assert v2("GET", f"/groups/{made['id']}").json()["tags"] == tags
    assert v2("GET", f"/groups/{EMPTY}").json()["tags"] == []


@pytest.mark.evidence("CLIENT", "the Kubernetes operator tags its projects with words")
def test_the_tags_of_ops_manager_are_words_of_its_own(callers):
    made = make(callers["ops-manager"], tags=["WORD"]).json()
    assert made["tags"] == ["WORD"]
    assert callers["atlas-v2"]("GET", f"/groups/{made['id']}").json()["tags"] == []


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"orgId": ORG}, 400, "MISSING_ATTRIBUTE"),
        ({"name": "", "orgId": ORG}, 400, "MISSING_ATTRIBUTE"),
        ({"name": "n", "orgId": "0" * 24}, 404, "ORG_NOT_FOUND"),
        ({"name": "n", "orgId": OTHER_ORG}, 404, "ORG_NOT_FOUND"),
        ({"name": "n", "orgId": ORG, "color": 1}, 400, "INVALID_ATTRIBUTE"),
        ({"name": {}, "orgId": ORG}, 400, "INVALID_JSON_ATTRIBUTE"),
        ({"name": "n", "orgId": ORG, "tags": {}}, 400, "INVALID_JSON_ATTRIBUTE"),
        ({"name": "n", "orgId": ORG, "tags": [[]]}, 400, "INVALID_JSON_ATTRIBUTE"),
        ([], 400, "INVALID_JSON"),
    ],
)
def test_a_bad_project_is_refused(call, body, status, expected):
    assert code(call("POST", "/groups", body)) == (status, expected)
    assert names(call) == ["Demo Project", "Empty Project"]


@pytest.mark.evidence("DOCS", "error table: projects created by API keys need an organization")
def test_without_an_organization_only_a_global_key_makes_a_project(callers):
    body = {"name": "n"}
    assert code(callers["atlas-v2"]("POST", "/groups", body)) == (400, "MISSING_ATTRIBUTE")
    refused = callers["ops-manager"]("POST", "/groups", body)
    assert code(refused) == (400, "API_KEY_CREATED_GROUPS_MUST_HAVE_ORG")


@pytest.mark.evidence("ISSUE", "a real Ops Manager, 2021: an organization is made along")
def test_a_global_key_makes_an_organization_along_with_a_project(tmp_path):
    key = {"publicKey": "globally", "privateKey": "k", "roles": [{"roleName": "GLOBAL_OWNER"}]}
    (tmp_path / "seed.json").write_text(json.dumps({"apiKeys": [key]}))
    with Emulator(seed=str(tmp_path / "seed.json")) as emulator:
        call = caller(emulator, "ops-manager", ("globally", "k"))
        made = call("POST", "/groups", {"name": "Both"}).json()
        assert call("GET", f"/orgs/{made['orgId']}").json()["name"] == "Both"
        assert names(call, f"/orgs/{made['orgId']}/groups") == ["Both"]


@pytest.mark.evidence("SPEC", "writing needs the owner's role; INFERRED no challenge goes along")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/groups", {"name": "n", "orgId": ORG}),
        ("PATCH", f"/groups/{DEMO}", {"name": "n"}),
        ("DELETE", f"/groups/{DEMO}", None),
    ],
)
def test_a_read_only_key_changes_no_project(looker, method, path, body):
    answer = looker(method, path, body)
    assert code(answer) == (401, "USER_UNAUTHORIZED")
    assert "WWW-Authenticate" not in answer.headers
    assert names(looker) == ["Demo Project", "Empty Project"]


def test_only_what_the_key_may_see_is_listed(call):
    assert names(call) == names(call, f"/orgs/{ORG}/groups") == ["Demo Project", "Empty Project"]
    assert names(call, "/orgs") == ["Demo Organization"]
    assert code(call("GET", f"/orgs/{OTHER_ORG}")) == (404, "ORG_NOT_FOUND")
    assert code(call("GET", f"/orgs/{OTHER_ORG}/groups")) == (404, "ORG_NOT_FOUND")
    assert call("GET", f"/groups/{HIDDEN}").status_code in (401, 404)


@pytest.mark.evidence("DOCS", "GROUP_NAME_NOT_FOUND")
def test_a_project_is_found_by_its_name(call):
    found = call("GET", "/groups/byName/Demo%20Project")
    assert found.json() == call("GET", f"/groups/{DEMO}").json()


@pytest.mark.evidence("CLIENT", "the operator for Atlas, live: 401 NOT_IN_GROUP, then it creates")
@pytest.mark.evidence("DOCS", "Ops Manager: GROUP_NAME_NOT_FOUND")
@pytest.mark.parametrize("name", ["Hidden%20Project", "demo%20project", "x%2Fy"])
def test_a_name_that_no_project_has_is_out_of_sight_on_atlas(callers, name):
    answers = {family: call("GET", f"/groups/byName/{name}") for family, call in callers.items()}
    assert code(answers.pop("ops-manager")) == (404, "GROUP_NAME_NOT_FOUND")
    for answer in answers.values():
        assert code(answer) == (401, "NOT_IN_GROUP")
        assert answer.json()["parameters"] == []
        assert "WWW-Authenticate" not in answer.headers


@pytest.mark.evidence("CLIENT", "Terraform's provider deletes a project twice in a row")
@pytest.mark.evidence("INFERRED", "for 5 seconds of the world's clock")
@pytest.mark.parametrize("family", ATLAS)
def test_atlas_takes_a_second_deletion_of_a_project_for_a_moment(server, callers, looker, family):
    path = f"/groups/{make(callers[family]).json()['id']}"
    assert [callers[family]("DELETE", path).status_code for _ in range(2)] == [202, 202]
    assert looker("DELETE", path).status_code == 404
    requests.post(f"{server.admin_url}/clock/advance", json={"seconds": 6}, timeout=9)
    assert code(callers[family]("DELETE", path)) == (404, "GROUP_NOT_FOUND")


@pytest.mark.evidence("INFERRED", "a second deletion is tolerated on Atlas alone")
def test_ops_manager_knows_no_second_deletion(callers):
    path = f"/groups/{make(callers['ops-manager']).json()['id']}"
    statuses = [callers["ops-manager"]("DELETE", path).status_code for _ in range(2)]
    assert statuses == [202, 401]


@pytest.mark.parametrize("name", ["a/b", "with space", "ü", "%41", "a?b#c", "_default"])
def test_a_name_may_be_any_text(call, name):
    made = make(call, name).json()
    found = call("GET", "/groups/byName/" + "".join(f"%{byte:02X}" for byte in name.encode()))
    assert (found.status_code, found.json()["id"]) == (200, made["id"])


@pytest.mark.evidence("RECORDED", "Atlas v2: an empty name is none; INFERRED it is a beginning")
@pytest.mark.parametrize(("name", "found"), [("", 2), ("demo", 1), ("Demo Project", 1)])
def test_projects_are_looked_up_by_the_beginning_of_their_name(call, name, found):
    answer = call("GET", f"/orgs/{ORG}/groups?name={name}")
    assert answer.json()["totalCount"] == found


@pytest.mark.evidence("CLIENT", "the Kubernetes operator reads the code of Ops Manager")
def test_a_name_that_no_project_of_an_organization_has(callers):
    path = f"/orgs/{ORG}/groups?name=x"
    assert code(callers["ops-manager"]("GET", path)) == (404, "GROUP_NAME_NOT_FOUND")
    assert callers["atlas-v2"]("GET", path).json()["results"] == []


@pytest.mark.evidence("CLIENT", "the Kubernetes operator: an empty list since Ops Manager 7.0")
@pytest.mark.parametrize("version", ["5.0", "6.0", "7.0", "8.0"])
def test_a_name_that_no_organization_has_was_an_error_before_7_0(version):
    with Emulator(profile=f"ops-manager@{version}") as emulator:
        answer = caller(emulator, "ops-manager")("GET", "/orgs?name=x")
    if version < "7.0":
        assert code(answer) == (404, "ORG_NAME_NOT_FOUND")
    else:
        assert (answer.status_code, answer.json()["totalCount"]) == (200, 0)


@pytest.mark.evidence("CLIENT", "the Kubernetes operator: an empty list since Ops Manager 7.0")
def test_a_name_that_no_organization_has_is_an_empty_list(call):
    answer = call("GET", "/orgs?name=x")
    assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.evidence("RECORDED", "Atlas v2, 2026-05-19: 43 projects of one organization")
def test_projects_are_listed_by_name_capitals_first(call):
    for name in ("e2e-proj-433", "AutogeneratedCommands-e2e-956", "accessList-e2e-568"):
        make(call, name)
    assert names(call) == [
        "AutogeneratedCommands-e2e-956",
        "Demo Project",
        "Empty Project",
        "accessList-e2e-568",
        "e2e-proj-433",
    ]


@pytest.mark.evidence("RECORDED", "Atlas v2, 2025-04-15 and 2026-05-19")
@pytest.mark.parametrize(("date", "told"), [("2025-04-15", False), ("2026-05-19", True)])
def test_lists_came_to_tell_of_the_default_alerts(date, told):
    with Emulator(profile=f"atlas@{date}") as emulator:
        (first, _) = caller(emulator, "atlas-v2")("GET", "/groups").json()["results"]
    keys = ["clusterCount", "created", "id", "links", "name", "orgId", "tags"]
    assert list(first) == keys + ["withDefaultAlertsSettings"] * told


@pytest.mark.evidence("RECORDED", "Atlas v2: an item of a list has one link")
def test_an_item_of_a_list_has_one_link(call):
    for path in ("/groups", "/orgs"):
        for item in call("GET", path).json()["results"]:
            assert [link["rel"] for link in item["links"]] == ["self"]


def test_a_key_of_one_project_sees_that_one(tmp_path):
    role = {"roleName": "GROUP_OWNER", "groupId": DEMO}
    seed = {
        "projects": [{"id": group, "name": group, "orgId": ORG} for group in (DEMO, EMPTY)],
        "apiKeys": [{"publicKey": "oneproject", "privateKey": "k", "roles": [role]}],
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    with Emulator(seed=str(tmp_path / "seed.json")) as emulator:
        call = caller(emulator, "atlas-v2", ("oneproject", "k"))
        assert names(call) == names(call, f"/orgs/{ORG}/groups") == [DEMO]
        assert names(call, "/orgs") == [ORG]
        assert code(make(call)) == (401, "USER_UNAUTHORIZED")
