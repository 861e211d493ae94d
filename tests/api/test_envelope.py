"""`envelope` and `pretty`: the same answer in other clothes."""

from __future__ import annotations

import json

import pytest

from ..conftest import DEMO
from ..wire import API, ask, body_of

PATH = f"{API}/groups/{DEMO}/integrations"


@pytest.mark.evidence("DOCS", "the status is added to the list; the order of keys is INFERRED")
def test_an_enveloped_list_has_one_key_more(api, demo):
    plain, wrapped = (api.get(demo + query).json() for query in ("", "?envelope=true"))
    assert list(wrapped) == ["links", "results", "status", "totalCount"]
    assert wrapped["status"] == 200
    assert wrapped["results"] == plain["results"]


@pytest.mark.evidence("DOCS", "status and content around a single object")
def test_an_enveloped_object_is_the_content(api, demo):
    answer = api.get(f"{demo}/PAGER_DUTY?envelope=true")
    assert answer.text == (
        '{"content":{"serviceKey":"******7890","type":"PAGER_DUTY"},"status":200}'
    )


@pytest.mark.evidence("INFERRED", "enveloped writes are not observed; they answer a list")
def test_an_enveloped_write_has_its_status(api, demo):
    answer = api.put(f"{demo}/DATADOG?envelope=true", json=body_of("DATADOG"))
    assert (answer.status_code, answer.json()["status"]) == (200, 200)


@pytest.mark.evidence("INFERRED", "enveloped errors are not observed; the status line stays true")
def test_an_enveloped_error_keeps_its_status(api, demo):
    answer = api.get(f"{demo}/WEBHOOK?envelope=true")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert answer.json()["content"]["errorCode"] == "INTEGRATION_NOT_CONFIGURED"


@pytest.mark.evidence("INFERRED", "an enveloped DELETE is not observed")
def test_an_enveloped_delete_is_a_plain_204(api, demo):
    answer = api.delete(f"{demo}/SLACK?envelope=true")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.evidence("INFERRED", "an enveloped challenge would end every digest exchange")
def test_the_challenge_is_never_enveloped_nor_reformatted(server):
    plain, dressed = (
        ask(server, "GET", PATH + query) for query in ("", "?envelope=true&pretty=true")
    )
    assert (dressed.status, dressed.body) == (401, plain.body)


@pytest.mark.trap(28, "pretty is Jackson's format, plain is compact UTF-8")
@pytest.mark.evidence("DOCS", "Atlas and Ops Manager: pretty examples")
def test_pretty_is_jacksons(api, demo):
    answer = api.get(f"{demo}?pretty=true")
    assert (
        answer.text
        == f"""{{
  "links" : [ {{
    "href" : "{demo}?pretty=true&pageNum=1&itemsPerPage=100",
    "rel" : "self"
  }} ],
  "results" : [ {{
    "serviceKey" : "******7890",
    "type" : "PAGER_DUTY"
  }}, {{
    "apiToken" : "***********4321",
    "channelName" : "My Channel",
    "teamName" : "My Team",
    "type" : "SLACK"
  }} ],
  "totalCount" : 2
}}"""
    )


@pytest.mark.evidence("INFERRED", "Jackson's DefaultPrettyPrinter writes empty arrays as `[ ]`")
def test_a_pretty_empty_array_has_a_space(api, empty):
    assert '\n  "results" : [ ],\n' in api.get(f"{empty}?pretty=true").text


@pytest.mark.evidence("DOCS", "a pretty error is shown")
def test_an_error_can_be_pretty(api, demo):
    assert (
        api.get(f"{demo}/WEBHOOK?pretty=true").text
        == """{
  "detail" : "The integration of type 'WEBHOOK' is not configured for this group.",
  "error" : 404,
  "errorCode" : "INTEGRATION_NOT_CONFIGURED",
  "parameters" : [ "WEBHOOK" ],
  "reason" : "Not Found"
}"""
    )


@pytest.mark.evidence("INFERRED", "nested envelopes by Jackson's rules")
def test_pretty_and_envelope_go_together(api, demo):
    answer = api.get(f"{demo}/PAGER_DUTY?pretty=true&envelope=true")
    assert answer.text.startswith('{\n  "content" : {\n    "serviceKey" : "')
    assert answer.text.endswith('\n  },\n  "status" : 200\n}')


@pytest.mark.parametrize(("value", "dressed"), [("TRUE", True), ("1", False), ("", False)])
@pytest.mark.parametrize("name", ["pretty", "envelope"])
@pytest.mark.evidence("INFERRED", "booleans as Java parses them")
def test_a_switch_is_on_when_it_says_true(api, demo, name, value, dressed):
    answer = api.get(f"{demo}/PAGER_DUTY?{name}={value}")
    assert ("\n" in answer.text or "status" in answer.json()) is dressed


@pytest.mark.evidence("RECORDED", "Atlas: no white space, UTF-8 in place of escapes")
def test_plain_json_is_compact_utf_8(api, demo):
    api.put(f"{demo}/SLACK", json={"type": "SLACK", "teamName": "Tëam ☃"})
    answer = api.get(f"{demo}/SLACK")
    assert '"teamName":"Tëam ☃"' in answer.content.decode()
    assert answer.text == json.dumps(answer.json(), ensure_ascii=False, separators=(",", ":"))
