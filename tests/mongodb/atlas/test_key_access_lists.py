"""Access lists of API keys: kept for all keys, enforced where the setting or the seed says so."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

from opsemu.server import Emulator

from ...conftest import DEMO, OWNER
from ...wire import key_with, seed_file
from .conftest import caller
from .test_api_keys import KEYS, ORG, halves, made

OTHER = "203.0.113.7"
READ = f"/groups/{DEMO}/integrations"


@pytest.fixture
def listed(call):
    """The path of a new key's access list."""
    return f"{KEYS}/{made(call, roles=['ORG_OWNER'])['id']}/accessList"


def addresses(answer):
    assert answer.status_code == 200, answer.text
    return [entry["cidrBlock"] for entry in answer.json()["results"]]


@pytest.mark.evidence("RECORDED", "add-org-api-key-access-list; DOCS for blocks and Ops Manager")
def test_entries_are_added_and_the_whole_list_is_the_answer(call, listed):
    assert addresses(call("POST", listed, [{"ipAddress": OTHER}])) == [f"{OTHER}/32"]
    more = call("POST", listed, [{"cidrBlock": "10.1.2.3/8"}, {"ipAddress": "2001:db8::1"}])
    assert addresses(more) == [f"{OTHER}/32", "10.0.0.0/8", "2001:db8::1/128"]
    assert addresses(call("GET", listed)) == addresses(more)
    bare, block, _ = more.json()["results"]
    assert list(bare) == ["cidrBlock", "count", "created", "ipAddress", "links"]
    assert (bare["ipAddress"], block["ipAddress"], bare["count"]) == (OTHER, None, 0)
    assert block["links"][0]["href"].endswith(f"{listed}/10.0.0.0%2F8")
    for name in (OTHER, f"{OTHER}/32"):
        assert call("GET", f"{listed}/{quote(name, safe='')}").json() == bare
    assert call("GET", f"{listed}/10.0.0.0%2F8").json() == block
    removed = call("DELETE", f"{listed}/10.0.0.0%2F8")
    assert (removed.status_code, removed.content) == (204, b"")
    assert addresses(call("GET", listed)) == [f"{OTHER}/32", "2001:db8::1/128"]


@pytest.mark.evidence("DOCS", "tables of errors; the sentences of three are INFERRED")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([{"ipAddress": OTHER, "cidrBlock": "10.0.0.0/8"}], "BAD_ACCESS_LIST_ADD_REQUEST"),
        ([{}], "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
        ([{"ipAddress": "here"}], "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
        (
            [{"ipAddress": "192.0.2.9"}, {"cidrBlock": "10/8"}],
            "INVALID_IP_ADDRESS_OR_CIDR_NOTATION",
        ),
        ([{"address": OTHER}], "INVALID_ATTRIBUTE"),
        ({"ipAddress": OTHER}, "INVALID_JSON"),
        ([OTHER], "INVALID_JSON"),
    ],
)
def test_a_bad_entry_is_refused_and_nothing_is_added(call, listed, body, code):
    answer = call("POST", listed, body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
    assert addresses(call("GET", listed)) == []


@pytest.mark.evidence("DOCS", "the tables of Ops Manager and of Atlas have words of their own")
@pytest.mark.parametrize(
    ("family", "taken", "missing"),
    [
        ("ops-manager", "ADDRESS_ALREADY_IN_ACCESS_LIST", "API_KEY_ACCESS_LIST_NOT_FOUND"),
        ("atlas-v1", "ADDRESS_ALREADY_IN_WHITELIST", "API_KEY_WHITELIST_NOT_FOUND"),
        ("atlas-v2", "ADDRESS_ALREADY_IN_WHITELIST", "API_KEY_WHITELIST_NOT_FOUND"),
    ],
)
def test_an_address_is_listed_once(callers, family, taken, missing):
    call = callers[family]
    path = f"{KEYS}/{made(call)['id']}/accessList"
    call("POST", path, [{"ipAddress": OTHER}])
    again = call("POST", path, [{"ipAddress": "192.0.2.9"}, {"cidrBlock": f"{OTHER}/32"}])
    assert (again.status_code, again.json()["errorCode"]) == (409, taken)
    assert again.json()["parameters"] == [OTHER]
    assert addresses(call("GET", path)) == [f"{OTHER}/32"]
    gone = call("DELETE", f"{path}/192.0.2.9")
    assert (gone.status_code, gone.json()["errorCode"]) == (404, missing)


@pytest.mark.evidence("DOCS", "older servers call it whitelist; SPEC: Atlas v2 does not")
def test_the_older_name_leads_to_the_same_list(callers):
    for family, call in callers.items():
        path = f"{KEYS}/{made(call)['id']}"
        call("POST", f"{path}/accessList", [{"ipAddress": OTHER}])
        answer = call("GET", f"{path}/whitelist")
        assert answer.status_code == (404 if family == "atlas-v2" else 200)


@pytest.mark.evidence(
    "CLIENT", "enforce_access_lists: false, as scripts list the public address of their machine"
)
def test_a_list_made_over_the_api_locks_nobody_out_by_default(server, call, family):
    key = made(call, roles=["ORG_OWNER"])
    path = f"{KEYS}/{key['id']}/accessList"
    call("POST", path, [{"ipAddress": OTHER}])
    assert caller(server, family, halves(key))("GET", READ).status_code == 200


@pytest.fixture
def enforcing():
    with Emulator(seed="demo", enforce_access_lists="true") as server:
        yield server


@pytest.mark.evidence(
    "DOCS", "enforce_access_lists: true, as a list admits the addresses that are on it"
)
def test_a_list_made_over_the_api_is_enforced_where_the_setting_says_so(enforcing):
    manager = caller(enforcing, "ops-manager")
    key = made(manager, roles=["ORG_OWNER"])
    own, path = caller(enforcing, "ops-manager", halves(key)), f"{KEYS}/{key['id']}/accessList"
    assert [own("GET", READ).status_code for _ in range(3)] == [200] * 3
    manager("POST", path, [{"ipAddress": OTHER}])
    refused = own("GET", READ)
    assert (refused.status_code, refused.json()["errorCode"]) == (
        403,
        "IP_ADDRESS_NOT_ON_ACCESS_LIST",
    )
    manager("POST", path, [{"cidrBlock": "127.0.0.0/8"}])
    assert own("GET", READ).status_code == 200


@pytest.mark.evidence("DOCS", "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST; its sentence is INFERRED")
def test_a_caller_does_not_lock_itself_out(server, call, family):
    key = made(call, roles=["ORG_OWNER"])
    own, path = caller(server, family, halves(key)), f"{KEYS}/{key['id']}/accessList"
    own("POST", path, [{"cidrBlock": "127.0.0.0/8"}, {"ipAddress": "127.0.0.1"}])
    assert own("DELETE", f"{path}/127.0.0.1").status_code == 204
    last = own("DELETE", f"{path}/127.0.0.0%2F8")
    assert last.json()["errorCode"] == "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST"
    assert call("DELETE", f"{path}/127.0.0.0%2F8").status_code == 204


@pytest.mark.evidence("INFERRED", "a seed's list is enforced, whatever the API added to it")
def test_the_list_of_a_seeds_key_is_changed_and_enforced(tmp_path):
    fenced = key_with({"roleName": "ORG_OWNER", "orgId": ORG}, accessList=[OTHER])
    fenced |= {"publicKey": "fencedin"}
    owner = key_with({"roleName": "ORG_OWNER", "orgId": ORG})
    with Emulator(seed=seed_file(tmp_path, apiKeys=[owner, fenced])) as server:
        manager = caller(server, "ops-manager")
        own = caller(server, "ops-manager", ("fencedin", OWNER[1]))
        (key,) = (k for k in manager("GET", KEYS).json()["results"] if k["publicKey"] == "fencedin")
        path = f"{KEYS}/{key['id']}/accessList"
        assert addresses(manager("GET", path)) == [f"{OTHER}/32"]
        assert own("GET", READ).status_code == 403
        manager("POST", path, [{"ipAddress": "127.0.0.1"}])
        assert own("GET", READ).status_code == 200
        requests.post(f"{server.admin_url}/reset", timeout=20)
        assert own("GET", READ).status_code == 403


@pytest.mark.evidence("RECORDED", "om-docs-global-whitelist: one object in, 200, wire order")
def test_the_global_list_takes_one_entry_at_a_time(tmp_path):
    seed = seed_file(tmp_path, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])
    with Emulator(seed=seed) as server:
        call, path = caller(server, "ops-manager"), "/admin/whitelist"
        entry = {"cidrBlock": "172.20.0.1", "description": "test"}
        answer = call("POST", path, entry)
        made_entry = answer.json()
        assert answer.status_code == 200
        assert list(made_entry) == [
            "cidrBlock",
            "created",
            "description",
            "id",
            "type",
            "updated",
        ]
        assert made_entry["type"] == "GLOBAL_ROLE"
        again = call("POST", path, entry)
        assert (again.status_code, again.json()["errorCode"]) == (
            400,
            "DUPLICATE_GLOBAL_WHITELIST_ENTRY",
        )
        one = f"/admin/accessList/{made_entry['id']}"
        assert call("GET", one).json() == made_entry
        changed = call("PATCH", one, {"description": "more"}).json()
        assert changed["description"] == "more"
        assert call("GET", path).json()["results"] == [changed]
        for body, code in (
            ({"description": "x"}, "GLOBAL_WHITELIST_ENTRY_REQUIRES_CIDR_BLOCK"),
            ({"cidrBlock": "10.0.0.0/8"}, "GLOBAL_WHITELIST_ENTRY_REQUIRES_DESCRIPTION"),
            ({"cidrBlock": "here", "description": "x"}, "INVALID_CIDR_BLOCK"),
        ):
            assert call("POST", path, body).json()["errorCode"] == code
        assert call("DELETE", f"{path}/{made_entry['id']}").status_code == 204
        gone = call("GET", one)
        assert (gone.status_code, gone.json()["errorCode"]) == (
            404,
            "GLOBAL_WHITELIST_ENTRY_NOT_FOUND",
        )
