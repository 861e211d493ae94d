"""Stubs, as a client meets them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.server import Emulator
from tests.admin.conftest import World
from tests.conftest import DEMO, OWNER, signed
from tests.mongodb.atlas.conftest import PREFIXES

ADVISOR = "/api/public/v1.0/groups/*/performanceAdvisor*"
SECRET = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"


def stub(world: World, path: str = ADVISOR, **members: object) -> dict:
    answer = world.admin("POST", "/stubs", json={"path": path, **members})
    assert answer.status_code == 201, answer.text
    return answer.json()


def advisor(world: World, query: str = "", method: str = "GET") -> requests.Response:
    url = world.url.replace("/integrations", "/performanceAdvisor/namespaces")
    return world.session.request(method, url + query)


def latest(world: World) -> dict:
    return world.admin("GET", "/requests/last").json()


def test_a_stub_answers_a_path_that_no_operation_serves(world):
    assert advisor(world).json()["errorCode"] == "RESOURCE_NOT_FOUND"
    stub(world, body={"namespaces": []}, status=201)
    answer = advisor(world)
    assert (answer.status_code, answer.text) == (201, '{"namespaces":[]}')
    served = world.session.get(world.url).headers
    for name in ("X-MongoDB-Service-Version", "Content-Type", "X-Frame-Options"):
        assert answer.headers[name] == served[name]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("?envelope=true", '{"content":{"a":1},"status":202}'),
        ("?pretty=true", '{\n  "a" : 1\n}'),
        ("", '{"a":1}'),
    ],
)
def test_a_json_body_takes_the_form_that_the_query_asks_for(world, query, text):
    stub(world, body={"a": 1}, status=202)
    assert advisor(world, query).text == text


def test_a_text_is_sent_as_it_is_and_headers_go_over_those_of_the_api(world):
    headers = {"Content-Type": "text/csv", "X-Page": "2"}
    stub(world, body='"é",1\n', headers=headers)
    answer = advisor(world, "?pretty=true")
    assert answer.content == '"é",1\n'.encode()
    assert {name: answer.headers[name] for name in headers} == headers


def test_without_a_body_the_response_is_empty(world):
    stub(world, status=204)
    answer = advisor(world)
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_allow_header_of_a_stub_for_options_is_its_own(world):
    stub(world, method="OPTIONS", body="x", headers={"Allow": "GET, PATCH"})
    answer = advisor(world, method="OPTIONS")
    assert (answer.headers["Allow"], answer.text) == ("GET, PATCH", "x")


def test_credentials_are_checked_before_a_stub_answers(world):
    made = stub(world, body={})
    url = world.url.replace("/integrations", "/performanceAdvisor")
    assert requests.get(url, timeout=20).status_code == 401
    with signed((world.key[0], "wrong")) as session:
        assert session.get(url).status_code == 401
    assert world.admin("GET", f"/stubs/{made['id']}").json()["answered"] == 0


def test_an_address_that_is_not_on_the_access_list_is_refused_before_a_stub_answers(new_world):
    key = {"publicKey": "k", "privateKey": "p", "accessList": ["192.0.2.1"], "roles": []}
    project = {"id": "b" * 24, "name": "P", "orgId": "a" * 24}
    world = new_world(document={"apiKeys": [key], "projects": [project]})
    made = stub(world, body={})
    assert advisor(world).json()["errorCode"] == "IP_ADDRESS_NOT_ON_ACCESS_LIST"
    assert world.admin("GET", f"/stubs/{made['id']}").json()["answered"] == 0


def test_atlas_gets_the_version_that_it_asks_for(world):
    path = "/api/atlas/v2/groups/*/clusters/*/processArgs"
    stub(world, path, body={})
    accept = "application/vnd.atlas.2024-08-05+json"
    url = f"{world.server.base_url}{path.replace('*', 'x')}"
    answer = world.session.get(url, headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(accept)


@pytest.mark.parametrize("family", PREFIXES)
def test_every_family_answers_by_stubs(world, family):
    path = f"{PREFIXES[family]}/groups/*/nowhere"
    stub(world, path, body=[1])
    answer = world.session.get(f"{world.server.base_url}{path.replace('*', DEMO)}")
    assert answer.json() == [1]


def test_a_stub_that_names_a_method_leaves_the_others_unserved(world):
    stub(world, method="POST", body={})
    assert [advisor(world, method=name).status_code for name in ("POST", "GET")] == [200, 404]


def test_a_method_that_is_not_served_at_a_served_path_may_be(world):
    stub(world, "/api/public/v1.0/groups/*/integrations", method="PATCH", body={"a": 1})
    assert world.session.patch(world.url, json={}).json() == {"a": 1}
    assert "results" in world.session.get(world.url).json()


def test_the_oldest_stub_answers_as_often_as_it_says_and_then_the_next(world):
    for name in ("first", "second"):
        stub(world, name=name, body=name, times=2)
    assert [advisor(world).text for _ in range(4)] == ["first"] * 2 + ["second"] * 2
    assert advisor(world).json()["errorCode"] == "RESOURCE_NOT_FOUND"
    assert latest(world)["reasons"][0] == "has no answer left: first, second"
    counts = [row["answered"] for row in world.admin("GET", "/stubs").json()["stubs"]]
    assert counts == [2, 2]


def test_a_stub_answers_no_more_often_than_it_says_to_requests_at_once(world):
    stub(world, body={}, times=5)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: signed_get(world), range(24)))
    assert sorted(found) == [200] * 5 + [404] * 19


def signed_get(world: World) -> int:
    with signed(world.key) as session:
        url = world.url.replace("/integrations", "/performanceAdvisor")
        return session.get(url).status_code


def test_a_broad_stub_leaves_what_is_served_alone(world):
    stub(world, "/api/public/v1.0/*", body={"a": 1})
    assert "results" in world.session.get(world.url).json()
    assert advisor(world).json() == {"a": 1}


def test_a_served_path_is_answered_by_a_stub_only_if_it_overrides(world):
    path = "/api/public/v1.0/groups/*/integrations"
    refused = world.admin("POST", "/stubs", json={"path": path, "body": {}})
    assert refused.json()["message"] == (
        f"GET {path} is served by getIntegrations; to answer in its place, add override "
        "(--override)"
    )
    made = stub(world, path, body={"results": []}, method="GET", override=True, times=1)
    assert world.session.get(world.url).json() == {"results": []}
    assert world.session.get(world.url).json()["totalCount"] == 2
    assert world.put("DATADOG", apiKey=SECRET).status_code == 200
    assert (latest(world)["stub"], made["override"]) == (None, True)


def test_a_fault_strikes_a_path_with_a_stub_and_takes_none_of_its_answers(world):
    stub(world, body={"a": 1}, times=1)
    world.admin("POST", "/faults", json={"status": 503, "times": 1})
    assert [advisor(world).status_code for _ in range(3)] == [503, 200, 404]


def test_a_path_outside_of_the_api_is_answered_without_credentials(server):
    requests.post(
        f"{server.admin_url}/stubs", json={"path": "/download/agent/*", "body": "#!/bin/sh\n"}
    )
    answer = requests.get(f"{server.base_url}/download/agent/linux", timeout=20)
    assert (answer.status_code, answer.text) == (200, "#!/bin/sh\n")
    row = requests.get(f"{server.admin_url}/requests/last", timeout=20).json()
    assert (row["world"], row["stub"]) == ("default", "stub 1")


def test_the_journal_names_the_stub_that_answered(world, log_lines: io.StringIO):
    stub(world, body={}, name="advisor")
    advisor(world)
    row = latest(world)
    assert (row["stub"], row["operation"]) == ("advisor", None)
    told = world.admin("GET", "/requests/last/explain").json()
    assert told["reasons"] == ["a stub answered: advisor"]
    assert "a stub answered: advisor" in log_lines.getvalue()
    found = world.admin("GET", "/requests/count", params={"stub": "advisor"}).json()
    assert found == {"count": 1}
    unmatched = world.admin("GET", "/requests/unmatched").json()["requests"]
    assert row["id"] not in [each["id"] for each in unmatched]


def test_a_pattern_with_an_unknown_stub_names_the_nearest(world):
    made = stub(world, body={}, name="advisor")
    refused = world.admin("GET", "/requests/count", params={"stub": "adviser"})
    assert refused.json()["message"] == (
        "there is no stub 'adviser'; did you mean 'advisor'? `opsemu stub list` lists all"
    )
    advisor(world)
    world.admin("DELETE", f"/stubs/{made['id']}")
    found = world.admin("GET", "/requests/count", params={"stub": "advisor"}).json()
    assert found == {"count": 1}


def test_the_log_masks_what_a_stub_is_asked_for(world, log_lines: io.StringIO):
    world.put("DATADOG", apiKey=SECRET)
    stub(world, body={})
    url = world.url.replace("/integrations", f"/performanceAdvisor/{SECRET}")
    assert world.session.get(url).status_code == 200
    assert SECRET not in log_lines.getvalue()


def nested(depth: int) -> list:
    return [] if depth == 1 else [nested(depth - 1)]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "path: Missing data for required field."),
        ({"path": "nowhere"}, "path: no path can match 'nowhere': paths begin with '/'"),
        ({"path": "/api/x?a=1"}, "path: no path can match '/api/x?a=1': a path has no query"),
        ({"path": "https://a/api/x"}, "a path has no host; did you mean '/api/x'?"),
        ({"path": "/api/ü"}, "path: a path has no spaces and is ASCII"),
        ({"path": "/__admin/x"}, "path: paths below /__admin and /__fakes are opsemu's own"),
        ({"path": "/__fakes/*"}, "path: paths below /__admin and /__fakes are opsemu's own"),
        ({"path": "/download"}, "no path can match '/download': paths begin with '/api/'"),
        ({"path": "/api/x", "method": "PSOT"}, "there is no method 'PSOT'; did you mean 'POST'?"),
        ({"path": "/api/x", "status": 100}, "status: Must be one of"),
        ({"path": "/api/x", "status": 299}, "status: Must be one of"),
        ({"path": "/api/x", "status": 204, "body": {}}, "body: a 204 has no body"),
        ({"path": "/api/x", "headers": {"A b": ""}}, "not the name of a header"),
        ({"path": "/api/x", "headers": {"A": "1\r\nB: 2"}}, "not the value of a header"),
        ({"path": "/api/x", "headers": {"Content-Length": "1"}}, "the server sets this header"),
        ({"path": "/api/x", "times": 0}, "times: Must be greater than or equal to 1 and less"),
        ({"path": "/api/x", "times": 10**12}, "times: Must be greater than or equal to 1 and less"),
        ({"path": "/api/x", "name": ""}, "name: a name has 1 to 60 printable characters"),
        ({"path": "/api/x", "name": "a\nb"}, "name: a name has 1 to 60 printable characters"),
        ({"path": "/api/x", "body": nested(201)}, "body: nested more than 200 deep"),
        ({"path": "/api/x", "override": "yes"}, "override: Not a valid boolean."),
        ({"path": "/api/x", "boddy": {}}, "boddy: Unknown field; did you mean 'body'?"),
    ],
)
def test_a_stub_that_could_never_answer_is_refused_in_one_sentence(world, members, sentence):
    refused = world.admin("POST", "/stubs", json=members)
    assert (refused.status_code, sentence in refused.json()["message"]) == (400, True), refused.text
    assert world.admin("GET", "/stubs").json() == {"stubs": []}


def test_stubs_are_listed_and_removed_by_their_numbers(world):
    one, two = stub(world, name="one"), stub(world, name="two", body={})
    assert world.admin("GET", "/stubs").json() == {"stubs": [one, two]}
    assert world.admin("GET", f"/stubs/{two['id']}").json() == two
    advisor(world)
    assert world.admin("DELETE", f"/stubs/{one['id']}").status_code == 204
    assert world.admin("GET", f"/stubs/{one['id']}").json()["error"] == "no_such_stub"
    assert world.admin("DELETE", "/stubs").status_code == 204
    assert advisor(world).status_code == 404
    assert stub(world, name="three") == {**one, "name": "three", "id": 1}


def test_a_stub_belongs_to_one_world(new_world):
    one, other = new_world(seed="demo"), new_world(seed="demo")
    stub(one, body={})
    assert [advisor(world).status_code for world in (one, other)] == [200, 404]


def test_a_list_shows_no_secrets_of_a_body(world):
    text = str(stub(world, body={"apiKey": SECRET}, headers={"Authorization": f"Bearer {SECRET}"}))
    texts = [text, *(world.admin("GET", path).text for path in ("/stubs", "/state"))]
    assert [SECRET in each for each in texts] == [False] * 3
    assert advisor(world).json() == {"apiKey": SECRET}


SEED = {
    "projects": [{"id": "b" * 24, "name": "P", "orgId": "a" * 24}],
    "apiKeys": [
        {
            "publicKey": "k",
            "privateKey": "p",
            "roles": [{"roleName": "GROUP_OWNER", "groupId": "b" * 24}],
        }
    ],
    "stubs": [{"path": ADVISOR, "body": {"seeded": True}, "times": 1}, {"path": "/api/*/x"}],
}


@pytest.fixture(params=["memory_url", "file_url", "redis_url"])
def stateful(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world whose seed has stubs, on each kind of state."""
    with Emulator(state=request.getfixturevalue(request.param)) as server:
        made = requests.post(f"{server.admin_url}/worlds", json={"document": SEED}, timeout=20)
        assert made.status_code == 201, made.text
        world = World(server, made.json())
        yield world
        world.session.close()


@pytest.fixture
def memory_url() -> str:
    return "memory:"


@pytest.fixture
def file_url(tmp_path) -> str:
    return f"file:{tmp_path}"


def test_stubs_of_a_seed_come_back_with_a_reset(stateful):
    assert advisor(stateful).json() == {"seeded": True}
    assert advisor(stateful).status_code == 404
    added = stub(stateful, body={"seeded": False})
    assert added["id"] == 3
    stateful.admin("DELETE", "/stubs/2")
    stateful.admin("POST", "/reset")
    rows = stateful.admin("GET", "/stubs").json()["stubs"]
    assert [(row["id"], row["seeded"], row["answered"]) for row in rows] == [
        (1, True, 0),
        (2, True, 0),
    ]
    assert advisor(stateful).json() == {"seeded": True}
    stateful.admin("POST", "/reset", params={"to": "empty"})
    assert stateful.admin("GET", "/stubs").json() == {"stubs": []}


def test_a_snapshot_brings_stubs_back_with_all_their_answers(stateful):
    stateful.admin("POST", "/snapshots", json={"name": "before"})
    assert [advisor(stateful).status_code for _ in range(2)] == [200, 404]
    stub(stateful, body={})
    (change,) = stateful.admin("GET", "/snapshots/diff", params={"before": "before"}).json()[
        "differences"
    ]
    assert (change["path"], change["before"]) == ("stubs/stubs/stubs/3", None)
    assert stateful.admin("POST", "/snapshots/before/restore").status_code == 204
    assert len(stateful.admin("GET", "/stubs").json()["stubs"]) == 2
    assert [advisor(stateful).status_code for _ in range(2)] == [200, 404]


def test_an_exported_state_has_the_stubs_and_another_world_takes_them(stateful):
    advisor(stateful)
    state = stateful.admin("GET", "/state").json()
    requests.post(f"{stateful.server.admin_url}/worlds", json={"name": "other", "seed": "empty"})
    other = {"world": "other"}
    assert stateful.admin("PUT", "/state", json=state, params=other).status_code == 204
    assert stateful.admin("GET", "/state", params=other).json() == state
    rows = stateful.admin("GET", "/stubs", params=other).json()["stubs"]
    assert [row["answered"] for row in rows] == [0, 0]


def test_a_stub_answers_after_the_server_was_started_again(file_url):
    with Emulator(state=file_url) as server:
        requests.post(f"{server.admin_url}/stubs", json={"path": ADVISOR, "body": [1]})
    with Emulator(state=file_url) as server, signed(OWNER) as session:
        url = f"{server.base_url}{ADVISOR.replace('*', 'x')}"
        assert session.get(url).json() == [1]


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ({"1": {"id": "1"}}, "owners.stubs/stubs.stubs.1.path: Missing data"),
        ({"1": {"id": "2", "path": "/api/x"}}, "stubs.1.id: expected '1', as its place is called"),
        ({"x": {"id": "x", "path": "/api/x"}}, "owners.stubs/stubs.stubs.x.id: String does not"),
        ({"1": {"id": "1", "path": "/__admin/x"}}, "stubs.1.path: paths below /__admin"),
        ({"1": {"id": "1", "path": "/api/x", "paht": 1}}, "stubs.1.paht: Unknown field"),
    ],
)
def test_stubs_of_an_imported_state_are_checked(world, stored, sentence):
    state = world.admin("GET", "/state").json()
    state["owners"]["stubs/stubs"] = {"stubs": stored}
    refused = world.admin("PUT", "/state", json=state)
    assert (refused.status_code, sentence in refused.json()["message"]) == (400, True), refused.text


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"method": "GET"}, "stubs[0].path: Missing data for required field."),
        ({"path": "/api/x", "mehtod": "GET"}, "stubs[0].mehtod: Unknown field; did you mean"),
        ({"path": "/api/x", "method": "PSOT"}, "stubs[0].method: there is no method 'PSOT'; did"),
        (
            {"path": "/api/public/v1.0/groups/*"},
            "stubs[0].path: GET /api/public/v1.0/groups/* is served by getGroup; to answer",
        ),
    ],
)
def test_stubs_of_a_seed_are_checked_with_their_place(server, row, sentence):
    body = {"document": {"stubs": [row, {"path": "/api/y"}]}}
    refused = requests.post(f"{server.admin_url}/worlds", json=body, timeout=20)
    assert (refused.status_code, sentence in refused.json()["message"]) == (400, True), refused.text
