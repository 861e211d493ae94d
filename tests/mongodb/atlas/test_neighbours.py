"""What clients ask before and after they touch an integration."""

from __future__ import annotations

import pytest
import requests

from ...conftest import DEMO, EMPTY
from .conftest import ATLAS, PREFIXES

PROJECT = f"/groups/{EMPTY}"
SWITCH = "isSchemaAdvisorEnabled"


@pytest.mark.evidence("DOCS", "the root of the API")
@pytest.mark.parametrize(
    ("family", "name"), [("ops-manager", "MongoDB Ops Manager"), ("atlas-v2", "MongoDB Atlas")]
)
def test_the_root_says_who_answers(callers, family, name):
    shown = callers[family]("GET", "").json()
    assert list(shown) == ["appName", "build", "links", "throttling"]
    assert (shown["appName"], shown["throttling"]) == (name, False)


@pytest.mark.evidence("RECORDED", "Atlas v2: twelve switches; DOCS that Atlas alone has them")
@pytest.mark.parametrize("family", ATLAS)
def test_the_switches_of_a_project_are_turned_one_by_one(callers, family):
    call = callers[family]
    before = call("GET", f"{PROJECT}/settings").json()
    turned = call("PATCH", f"{PROJECT}/settings", {SWITCH: False})
    assert (len(before), before[SWITCH]) == (12, True)
    assert turned.json() == {**before, SWITCH: False}
    assert call("GET", f"{PROJECT}/settings").json() == turned.json()
    assert call("GET", f"/groups/{DEMO}/settings").json() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({SWITCH: "false"}, "INVALID_JSON_ATTRIBUTE"),
        ({"isNothing": True}, "INVALID_ATTRIBUTE"),
        ([], "INVALID_JSON"),
    ],
)
def test_a_switch_is_true_or_false(v2, body, code):
    answer = v2("PATCH", f"{PROJECT}/settings", body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)


@pytest.mark.evidence("SPEC", "true or false alone; 204 for the two verbs")
@pytest.mark.parametrize("family", ATLAS)
def test_the_slow_threshold_is_managed_until_it_is_not(callers, family):
    call, path = callers[family], f"{PROJECT}/managedSlowMs"
    assert call("GET", path).text == "true"
    assert call("DELETE", f"{path}/disable").status_code == 204
    assert call("GET", path).text == "false"
    assert call("POST", f"{path}/enable").status_code == 204
    assert call("GET", path).text == "true"


@pytest.mark.evidence("SPEC", "an object of addresses")
def test_what_terraform_reads_of_a_project(v2):
    addresses = v2("GET", f"{PROJECT}/ipAddresses").json()
    assert addresses == {"groupId": EMPTY, "services": {"clusters": []}}


@pytest.mark.evidence("CLIENT", "Terraform counts clusters before it deletes a project")
@pytest.mark.parametrize("below", ["clusters", "teams"])
def test_there_are_no_clusters_and_no_teams(v2, below):
    shown = v2("GET", f"{PROJECT}/{below}").json()
    assert (shown["results"], shown["totalCount"]) == ([], 0)


@pytest.mark.parametrize("below", ["settings", "limits", "managedSlowMs", "accessList"])
def test_what_atlas_alone_has_ops_manager_has_not(callers, below):
    answer = callers["ops-manager"]("GET", f"{PROJECT}/{below}")
    assert answer.json()["errorCode"] == "RESOURCE_NOT_FOUND"


@pytest.mark.parametrize("below", ["settings", "teams", "limits", "ipAddresses", "managedSlowMs"])
def test_the_neighbours_of_a_project_out_of_sight_are_out_of_sight(v2, below):
    answer = v2("GET", f"/groups/{'1' * 24}/{below}")
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "GROUP_NOT_FOUND")


@pytest.mark.parametrize("family", ATLAS)
@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("PATCH", "settings", {SWITCH: False}),
        ("POST", "managedSlowMs/enable", None),
        ("DELETE", "managedSlowMs/disable", None),
    ],
)
def test_a_read_only_key_turns_nothing(looker, method, below, body):
    answer = looker(method, f"{PROJECT}/{below}", body)
    assert answer.json()["errorCode"] == "USER_UNAUTHORIZED"


@pytest.mark.evidence("CLIENT", "mongocli reads the version from a header, without a key")
def test_the_version_is_told_without_a_key(server):
    answer = requests.get(f"{server.base_url}/api/private/unauth/version")
    version = answer.headers["X-MongoDB-Service-Version"].partition("versionString=")[2]
    assert (answer.status_code, version.split(".")[0]) == (200, "8")


@pytest.mark.evidence("RECORDED", "Atlas: 8.0, without a key")
def test_the_default_version_of_mongodb_is_told_without_a_key(server):
    path = "/api/private/unauth/nds/defaultMongoDBMajorVersion"
    assert requests.get(server.base_url + path).text == "8.0"


@pytest.mark.evidence("RECORDED", "Atlas: the caller's address, for a key")
def test_a_caller_learns_its_address(server, api):
    url = f"{server.base_url}/api/private/ipinfo"
    assert api.get(url).json() == {"currentIpv4Address": "127.0.0.1"}
    assert requests.get(url).status_code == 401


@pytest.mark.parametrize("family", PREFIXES)
def test_a_slash_at_the_end_makes_no_difference(callers, family):
    for path in ("/orgs", PROJECT, f"{PROJECT}/teams", f"{PROJECT}/integrations"):
        assert callers[family]("GET", f"{path}/").status_code == 200
