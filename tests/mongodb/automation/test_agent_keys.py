"""`agentapikeys`: keys that agents call with, from the creation of a project on."""

from __future__ import annotations

import json
import re

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.mongodb.automation.conftest import Group
from tests.recordings import case, recorded
from tests.wire import key_with, seed_file

KEYS = "/agentapikeys"
KEY = re.compile("[0-9a-f]{56}")
ORG = "decafbaddecafbaddecafbad"


@pytest.fixture
def made(group):
    """A new project's answer, by an owner's key."""
    body = {"name": "Made", "orgId": ORG}
    return group.session.post(f"{group.server.url}/groups", json=body).json()


def keys_of(group, project):
    url = f"{group.server.url}/groups/{project['id']}{KEYS}"
    return group.session.get(url).json()


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-agentapikeys-create")])
def test_a_key_has_an_id_with_an_underscore_and_a_number_of_milliseconds(group, name):
    theirs = recorded(name)
    ours = group.call("POST", KEYS, theirs["request"]["body_known"], 201)
    body = json.loads(theirs["response"]["body"])
    assert list(ours) == list(body)
    assert {key: type(value) for key, value in ours.items()} == {
        key: type(value) for key, value in body.items()
    }
    assert (ours["createdBy"], ours["desc"]) == (body["createdBy"], body["desc"])
    assert ours["createdTime"] > 10**12


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-agentapikeys-list")])
def test_keys_are_a_bare_array_of_masks_of_32_characters(group, name):
    keys = [group.call("POST", KEYS, {"desc": desc}, 201) for desc in ("first", "second")]
    for key in keys:
        assert KEY.fullmatch(key["key"])
    listed = group.get(KEYS)
    assert listed == [{**key, "key": "*" * 28 + key["key"][-4:]} for key in keys]
    assert list(listed[0]) == list(json.loads(recorded(name)["response"]["body"])[0])


@pytest.mark.evidence("DOCS", "error table; statuses INFERRED")
def test_a_key_is_deleted_once(group):
    key = group.call("POST", KEYS, {"desc": "a key"}, 201)
    path = f"{KEYS}/{key['_id']}"
    assert group.call("DELETE", path, status=204) is None
    assert group.error("DELETE", path) == (404, "AGENT_API_KEY_NOT_FOUND")
    assert group.error("DELETE", f"{KEYS}/first") == (400, "INVALID_KEY_ID")
    assert group.error("POST", KEYS, {}) == (400, "MISSING_ATTRIBUTE")
    assert group.get(KEYS) == []


@pytest.mark.parametrize("name", [case("ops-manager/om5-create-group")])
def test_a_new_project_is_the_recorded_one_and_shows_its_agents_key_this_once(tmp_path, name):
    theirs = json.loads(recorded(name)["response"]["body"])
    key = key_with({"roleName": "GLOBAL_OWNER"})
    with Emulator(seed=seed_file(tmp_path, apiKeys=[key])) as server, signed(OWNER) as session:
        answer = session.post(f"{server.url}/groups", json=recorded(name)["request"]["body_known"])
        ours = answer.json()
        shown = session.get(f"{server.url}/groups/{ours['id']}").json()

    def levelled(body):
        text = json.dumps({**body, "agentApiKey": len(body["agentApiKey"])})
        text = re.sub(r"http://[^/]+/api", "BASE/api", text)
        return text.replace(body["id"], "GROUP").replace(body["orgId"], "ORG")

    assert (answer.status_code, levelled(ours)) == (201, levelled(theirs))
    assert shown == {key: value for key, value in ours.items() if key != "agentApiKey"}


@pytest.mark.evidence("DOCS", "agentapikeys sample: Initial API Key")
def test_the_key_of_a_projects_creation_is_among_its_keys(group, made):
    (key,) = keys_of(group, made)
    assert (key["desc"], key["createdBy"]) == ("Initial API Key", "USER")
    assert key["key"] == "*" * 28 + made["agentApiKey"][-4:]


@pytest.mark.evidence("DOCS", "groups/byAgentApiKey")
def test_a_project_is_found_by_each_of_its_keys(group, made):
    added = group.call("POST", KEYS, {"desc": "another"}, 201)["key"]
    for key, group_id in ((made["agentApiKey"], made["id"]), (added, EMPTY)):
        url = f"{group.server.url}/groups/byAgentApiKey/{key}"
        found = group.session.get(url).json()
        assert (found["id"], found.get("agentApiKey")) == (group_id, None)
    refused = group.session.get(f"{group.server.url}/groups/byAgentApiKey/{'0' * 56}").json()
    assert (refused["error"], refused["errorCode"]) == (404, "GROUP_API_KEY_NOT_FOUND")


def test_no_agents_key_is_in_the_state_or_in_the_journal(group, made):
    added = group.call("POST", KEYS, {"desc": "another"}, 201)["key"]
    for key in (added, made["agentApiKey"]):
        group.session.get(f"{group.server.url}/groups/byAgentApiKey/{key}")
    shown = json.dumps([group.control("GET", path) for path in ("/state", "/requests")])
    stored = repr(
        [group.server.store.tables(owner) for owner in group.server.store.owners("default")]
    )
    for key in (added, made["agentApiKey"]):
        assert key not in shown
        assert key not in stored


def test_keys_work_after_an_import(group):
    key = group.call("POST", KEYS, {"desc": "a key"}, 201)["key"]
    group.control("PUT", "/state", group.control("GET", "/state"))
    url = f"{group.server.url}/groups/byAgentApiKey/{key}"
    assert group.session.get(url).json()["id"] == EMPTY


@pytest.mark.evidence("CLIENT", "K om/omclient.go:961-995")
def test_an_agent_adds_a_preferred_hostname_with_its_projects_id_and_key(group):
    key = group.call("POST", KEYS, {"desc": "a key"}, 201)["key"]
    base = f"{group.server.base_url}/group/v2"
    query = "value=svc.cluster.local&isRegexp=false&isEndsWith=true"
    with requests.Session() as session:
        session.auth = (EMPTY, key)
        info = session.get(f"{base}/info/{EMPTY}")
        assert (info.status_code, info.json()) == (200, {"preferredHostnames": []})
        assert session.get(f"{base}/addPreferredHostname/{EMPTY}?{query}").status_code == 200
        (name,) = session.get(f"{base}/info/{EMPTY}").json()["preferredHostnames"]
    assert list(name) == ["endsWith", "id", "regexp", "value"]
    assert (name["endsWith"], name["regexp"], name["value"]) == (True, False, "svc.cluster.local")


@pytest.mark.evidence("INFERRED", "the answer to wrong Basic credentials is unknown")
@pytest.mark.parametrize(
    "auth", [None, (EMPTY, "0" * 56), ("c0ffeec0ffeec0ffeec0ffee", "key"), OWNER]
)
def test_other_credentials_are_no_agents(group, auth):
    group.call("POST", KEYS, {"desc": "a key"}, 201)
    answer = requests.get(f"{group.server.base_url}/group/v2/info/{EMPTY}", auth=auth)
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_a_reader_makes_no_key(server, viewer):
    viewed = Group(server, viewer)
    assert viewed.get(KEYS) == []
    assert viewed.error("POST", KEYS, {"desc": "mine"}) == (401, "USER_UNAUTHORIZED")
