"""Which key sees and changes what, and from where."""

from __future__ import annotations

import pytest

from opsemu.auth.api_keys import Key
from opsemu.server import Emulator
from opsemu.worlds.seed_errors import SeedError

from ..conftest import DEMO, EMPTY, HIDDEN, OWNER, integrations
from ..wire import API, body_of, call, key_with, seed_file

ORG = "decafbaddecafbaddecafbad"
UNKNOWN = "111111111111111111111111"
NOT_IN_GROUP = "The current user is not in the group, or the group does not exist."


@pytest.fixture
def serving(tmp_path):
    """Start an emulator whose owner key has these roles and this access list."""
    running = []

    def start(*roles, **more):
        seed = seed_file(tmp_path, apiKeys=[key_with(*roles, **more)])
        running.append(Emulator(seed=seed))
        running[-1].start()
        return running[-1]

    yield start
    for server in running:
        server.stop()


def path_of(group_id, type_name=""):
    return f"{API}/groups/{group_id}/integrations" + (f"/{type_name}" if type_name else "")


@pytest.mark.trap(20, "a refusal past authentication has no challenge")
@pytest.mark.parametrize("group_id", [HIDDEN, UNKNOWN])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.evidence("DOCS", "Ops Manager: table of errors; the two cases look the same")
def test_a_project_out_of_sight_might_as_well_not_exist(server, api, method, group_id):
    answer = api.request(method, f"{integrations(server, group_id)}/SLACK")
    assert (answer.status_code, answer.json()["detail"]) == (401, NOT_IN_GROUP)
    assert (answer.json()["errorCode"], answer.json()["parameters"]) == ("NOT_IN_GROUP", [])
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.trap(19, "too small a role is a 401 of its own")
@pytest.mark.trap(20, "a refusal past authentication has no challenge")
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.evidence("DOCS", "tables of errors; that it has no challenge is INFERRED")
def test_a_read_only_key_cannot_write(viewer, demo, method):
    before = viewer.get(demo).text
    answer = viewer.request(method, f"{demo}/SLACK", json={"not": "looked at"})
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "USER_UNAUTHORIZED")
    assert answer.json()["detail"] == "Current user is not authorized to perform this action."
    assert "WWW-Authenticate" not in answer.headers
    assert viewer.get(demo).text == before


@pytest.mark.parametrize(
    ("role", "group_id", "method", "status"),
    [
        ({"roleName": "GROUP_OWNER", "groupId": DEMO}, DEMO, "PUT", 200),
        ({"roleName": "GROUP_OWNER", "groupId": DEMO}, EMPTY, "GET", 401),
        ({"roleName": "GROUP_READ_ONLY", "groupId": DEMO}, DEMO, "GET", 200),
        ({"roleName": "GROUP_READ_ONLY", "groupId": DEMO}, DEMO, "PUT", 401),
        ({"roleName": "ORG_OWNER", "orgId": ORG}, EMPTY, "PUT", 200),
        ({"roleName": "ORG_OWNER", "orgId": ORG}, HIDDEN, "GET", 401),
        ({"roleName": "ORG_MEMBER", "orgId": ORG}, DEMO, "GET", 401),
        ({"roleName": "GLOBAL_OWNER"}, HIDDEN, "PUT", 200),
        ({"roleName": "GLOBAL_READ_ONLY"}, HIDDEN, "GET", 200),
        ({"roleName": "GLOBAL_READ_ONLY"}, HIDDEN, "PUT", 401),
    ],
)
@pytest.mark.evidence("SPEC", "reading needs Project Read Only, writing Project Owner")
def test_a_role_reaches_as_far_as_its_scope(serving, role, group_id, method, status):
    path = path_of(group_id, "WEBHOOK" if method == "PUT" else "")
    body = body_of("WEBHOOK") if method == "PUT" else None
    assert call(serving(role), method, path, body).status == status


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ({"roleName": "ORG_OWNER"}, r"roles\[0\]: ORG_OWNER goes with orgId$"),
        ({"roleName": "GROUP_OWNER", "orgId": ORG}, "GROUP_OWNER goes with groupId$"),
        ({"roleName": "GLOBAL_OWNER", "orgId": ORG}, "GLOBAL_OWNER goes with no scope$"),
        ({"roleName": "OWNER"}, r"roles\[0\]\.roleName: there is no role 'OWNER'"),
    ],
)
def test_a_role_without_its_scope_is_no_seed(serving, role, sentence):
    with pytest.raises(SeedError, match=sentence):
        serving(role)


@pytest.mark.parametrize("role", [{"roleName": "ORG_OWNER"}, {"roleName": "GROUP_READ_ONLY"}])
def test_a_role_without_its_scope_reaches_nothing(role):
    key = Key("public", "", "default", (role,), ())
    project = {"id": DEMO, "orgId": ORG}
    assert not key.may_read(project)
    assert not key.may_write(project)


@pytest.mark.evidence("DOCS", "Ops Manager: GROUP_NOT_FOUND is for a key of the whole deployment")
def test_a_global_key_learns_that_a_project_does_not_exist(serving):
    answer = call(serving({"roleName": "GLOBAL_OWNER"}), "GET", path_of(UNKNOWN))
    assert answer.status == 404
    assert f'"detail":"No group with ID {UNKNOWN} exists."' in answer.body.decode()
    assert answer.header("WWW-Authenticate") is None


@pytest.mark.parametrize("listed", [["203.0.113.0/24"], ["203.0.113.9", "2001:db8::/32"]])
@pytest.mark.evidence("DOCS", "Ops Manager: table of errors")
def test_an_address_off_the_access_list_is_refused(serving, listed):
    server = serving({"roleName": "GLOBAL_OWNER"}, accessList=listed)
    answer = call(server, "GET", path_of(DEMO))
    assert (answer.status, answer.header("WWW-Authenticate")) == (403, None)
    assert b'"parameters":["127.0.0.1"],"reason":"Forbidden"' in answer.body


@pytest.mark.evidence("INFERRED", "an empty list is none: nothing says that it admits nobody")
def test_an_empty_access_list_admits_everybody(serving):
    server = serving({"roleName": "GLOBAL_OWNER"}, accessList=[])
    assert call(server, "GET", path_of(DEMO)).status == 200


@pytest.mark.parametrize(
    "listed", [["127.0.0.1"], ["127.0.0.0/8"], ["10.0.0.0/8", "::1", "127.0.0.1/32"]]
)
@pytest.mark.evidence("DOCS", "an API access list holds addresses and CIDR blocks")
def test_an_address_on_the_access_list_is_admitted(serving, listed):
    server = serving({"roleName": "GLOBAL_OWNER"}, accessList=listed)
    assert call(server, "GET", path_of(DEMO)).status == 200


@pytest.mark.evidence("INFERRED", "behind a server of both kinds an IPv4 address is an IPv6 one")
def test_a_mapped_address_is_the_one_that_it_maps():
    key = Key("public", "", "default", (), ("127.0.0.0/8",))
    assert key.admits("::ffff:127.0.0.1")
    assert not key.admits("::ffff:192.0.2.1")


@pytest.mark.evidence("INFERRED", "authentication, route, access list, project: this order")
def test_the_access_list_comes_after_the_route_and_before_the_project(serving):
    server = serving({"roleName": "GLOBAL_OWNER"}, accessList=["203.0.113.9"])
    assert call(server, "GET", f"{API}/nothing").status == 404
    assert call(server, "GET", path_of("abc")).status == 403
    assert call(server, "GET", path_of(DEMO), key=(OWNER[0], "wrong")).status == 401
