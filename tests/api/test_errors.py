"""Refusals, in the vendor's words and in its order."""

from __future__ import annotations

import pytest

from opsemu.store import Owner

from ..conftest import DEMO, EMPTY, tear
from ..wire import API, ask, body_of, call

GROUP = f"{API}/groups/{DEMO}/integrations"
JSON = {"Content-Type": "application/json"}
EMPTY_HEADERS = {
    "Content-Length",
    "Date",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Permitted-Cross-Domain-Policies",
}


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"], answer.json()["parameters"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"7", b"null", b'{"type":}', b"{'type':'SLACK'}", b'{"a":"\xff"}'],
)
@pytest.mark.evidence("INFERRED", "code and sentence are DOCS; when they are used is not observed")
def test_what_is_not_a_json_object_is_refused(api, demo, method, body):
    answer = api.request(method, f"{demo}/WEBHOOK", data=body, headers=JSON)
    assert refusal(answer) == (400, "INVALID_JSON", [])
    assert answer.json()["detail"] == "Received JSON does not match expected format."


@pytest.mark.trap(21, "405 and 415 have no body, and Allow has no spaces")
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
@pytest.mark.evidence("INFERRED", "the shape of the RECORDED 405")
def test_another_content_type_is_refused_without_a_body(api, demo, method, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = api.request(method, f"{demo}/WEBHOOK", data=b"{}", headers=headers)
    assert (answer.status_code, answer.content) == (415, b"")
    assert set(answer.headers) == EMPTY_HEADERS


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=UTF-8", "application/json;charset=utf-8", "Application/JSON"],
)
@pytest.mark.evidence("CLIENT", "the Kubernetes operators send a charset")
def test_json_may_name_its_charset(api, demo, content_type):
    headers = {"Content-Type": content_type}
    answer = api.put(f"{demo}/SLACK", data=b'{"type":"SLACK"}', headers=headers)
    assert answer.status_code == 200


@pytest.mark.trap(21, "405 and 415 have no body, and Allow has no spaces")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "", {"GET", "OPTIONS"}),
        ("DELETE", "/", {"GET", "OPTIONS"}),
        ("PATCH", "/SLACK", {"POST", "GET", "DELETE", "OPTIONS", "PUT"}),
    ],
)
@pytest.mark.evidence("RECORDED", "Atlas: 405 of DELETE /groups/; which methods is INFERRED")
def test_a_wrong_method_is_refused_without_a_body(api, demo, method, path, allowed):
    answer = api.request(method, demo + path)
    assert (answer.status_code, answer.content) == (405, b"")
    assert set(answer.headers) == EMPTY_HEADERS | {"Allow"}
    assert set(answer.headers["Allow"].split(",")) == allowed
    assert answer.headers["Content-Length"] == "0"


@pytest.mark.evidence("INFERRED", "Jersey answers OPTIONS with 200 and Allow")
def test_options_tells_the_methods(api, demo):
    answer = api.options(demo)
    assert (answer.status_code, answer.headers["Allow"]) == (200, "GET,OPTIONS")


@pytest.mark.parametrize(
    "path", [f"{API}/softwareComponents/version", f"{GROUP}/SLACK/more", f"{API}/groups/%C3%A4//x"]
)
@pytest.mark.evidence("DOCS", "Atlas v1.0: the full path without the query")
def test_an_unknown_path_is_named(server, path):
    answer = call(server, "GET", f"{path}?pretty=true")
    assert answer.status == 404
    assert f'"detail" : "Cannot find resource {path}."' in answer.body.decode()
    assert f'"parameters" : [ "{path}" ]' in answer.body.decode()


@pytest.mark.evidence("INFERRED", "outside of the API there is nothing to sign for")
def test_outside_the_api_nothing_is_found(server):
    answer = ask(server, "GET", "/nothing")
    assert (answer.status, b"RESOURCE_NOT_FOUND" in answer.body) == (404, True)


@pytest.mark.evidence("DOCS", "Ops Manager and Atlas: tables of errors")
@pytest.mark.parametrize(
    "group_id",
    [
        "abc",
        DEMO + "0",
        "g" * 24,
        pytest.param(
            DEMO.upper(),
            marks=pytest.mark.evidence("INFERRED", "Ops Manager: capitals are not digits of an id"),
        ),
    ],
)
def test_a_malformed_project_id_is_repeated(api, server, group_id):
    answer = api.get(f"{server.url}/groups/{group_id}/integrations")
    assert refusal(answer) == (404, "INVALID_GROUP_ID", [group_id])
    assert answer.json()["detail"] == f"An invalid group ID {group_id} was specified."


@pytest.mark.parametrize("name", ["FOO", "slack", "FLOWDOCK", "SLACK%20"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.evidence("INFERRED", "the path's type is an enumeration; the real code is not known")
def test_an_unknown_type_is_an_unknown_constant(api, demo, method, name):
    answer = api.request(method, f"{demo}/{name}", json={"type": name})
    assert refusal(answer) == (400, "INVALID_ENUM_VALUE", [name.replace("%20", " ")])


@pytest.mark.evidence("DOCS", "Ops Manager: https needs tlsPemPath; the code is INFERRED")
def test_https_needs_a_pem_file(api, empty):
    body = body_of("PROMETHEUS")
    del body["tlsPemPath"]
    answer = api.post(f"{empty}/PROMETHEUS", json=body)
    assert refusal(answer) == (400, "MISSING_ATTRIBUTE", ["tlsPemPath"])


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", f"{API}/groups/abc/integrations/FOO?pageNum=0", b"{", "INVALID_GROUP_ID"),
        ("POST", f"{API}/groups/{'0' * 24}/integrations/FOO", b"{", "NOT_IN_GROUP"),
        ("POST", f"{GROUP}/SLACK", b'{"type":"SLACK","x":1,"apiToken":[]}', "INVALID_ATTRIBUTE"),
        (
            "POST",
            f"{GROUP}/SLACK",
            b'{"type":"SLACK","apiToken":[],"x":1}',
            "INVALID_JSON_ATTRIBUTE",
        ),
        ("POST", f"{GROUP}/PAGER_DUTY", b'{"type":"PAGER_DUTY"}', "MISSING_ATTRIBUTE"),
        ("POST", f"{GROUP}/PAGER_DUTY", b'{"serviceKey":"0123456789"}', "MISSING_ATTRIBUTE"),
    ],
)
@pytest.mark.evidence("INFERRED", "each step is seen somewhere, their order is not")
def test_the_first_thing_wrong_is_what_is_reported(api, server, method, path, body, code):
    answer = api.request(method, server.base_url + path, data=body, headers=JSON)
    assert answer.json()["errorCode"] == code


@pytest.mark.evidence("INFERRED", "the other attributes depend on the type")
def test_of_several_missing_attributes_the_type_is_named(api, empty):
    assert refusal(api.put(f"{empty}/SLACK", json={})) == (400, "MISSING_ATTRIBUTE", ["type"])
    body = {"type": "SLACK"}
    assert refusal(api.put(f"{empty}/SLACK", json=body))[2] == ["apiToken"]


@pytest.mark.evidence("RECORDED", "Atlas: 500 of a rolling index; opsemu's own failures look so")
def test_a_failure_inside_is_the_vendors_500_and_the_operators_traceback(
    server, api, empty, caplog
):
    tear(server.store, Owner("default", "project", EMPTY), b"torn")
    answer = api.get(empty)
    assert refusal(answer) == (500, "UNEXPECTED_ERROR", [])
    assert answer.json()["detail"] == "Unexpected error."
    assert "Traceback" in caplog.text
    assert "is torn" in caplog.text
