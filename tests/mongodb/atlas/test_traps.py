"""What naive emulators of Atlas get wrong, by the numbers of `tests/mongodb/test_traps.py`."""

from __future__ import annotations

import re

import pytest

from ...conftest import EMPTY
from .conftest import ATLAS, PREFIXES

K32, UUID = "0123456789abcdef0123456789abcdef", "00000000-aaaa-2222-bbbb-333333333311"
LIST = f"/groups/{EMPTY}/integrations"
KEYS = {"PAGER_DUTY": "serviceKey", "DATADOG": "apiKey"}


@pytest.fixture(params=ATLAS)
def atlas(callers, request):
    """The owner's caller of each version of Atlas."""
    return callers[request.param]


@pytest.mark.trap(1, "POST answers 200 with the whole list")
@pytest.mark.evidence("RECORDED", "Atlas v2, 103 runs")
def test_trap_1_a_post_answers_the_whole_list(atlas):
    atlas.put("SLACK", {"apiToken": "t"})
    answer = atlas("POST", f"{LIST}/DATADOG", {"type": "DATADOG", "apiKey": K32})
    assert (answer.status_code, answer.json()["totalCount"]) == (200, 2)
    assert "Location" not in answer.headers
    again = atlas("POST", f"{LIST}/SLACK", {"type": "SLACK", "apiToken": "t"})
    assert (again.status_code, again.json()["errorCode"]) == (409, "INTEGRATION_ALREADY_CONFIGURED")


@pytest.mark.trap(9, "a region that was not sent is shown")
@pytest.mark.evidence("RECORDED", "Atlas v2: US for PAGER_DUTY, DATADOG and OPS_GENIE")
def test_trap_9_the_region_is_us_unless_given(atlas):
    for type_name, key in [("PAGER_DUTY", K32), ("DATADOG", K32), ("OPS_GENIE", UUID)]:
        atlas.put(type_name, {KEYS.get(type_name, "apiKey"): key})
        assert atlas.get(type_name)["region"] == "US"


@pytest.mark.trap(10, "DATADOG has a custom endpoint that is null")
@pytest.mark.evidence("RECORDED", "Atlas v2, since 2025-03")
def test_trap_10_datadog_shows_a_custom_endpoint_of_null(atlas):
    atlas.put("DATADOG", {"apiKey": K32})
    assert '"customEndpoint":null' in atlas("GET", f"{LIST}/DATADOG").text


@pytest.mark.trap(12, "a masked key that is sent back is no key")
@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas #3379 and #1316")
@pytest.mark.parametrize("type_name", KEYS)
def test_trap_12_a_mask_sent_back_is_refused(atlas, type_name):
    atlas.put(type_name, {KEYS[type_name]: K32})
    before = atlas.get(type_name)
    answer = atlas.put(type_name, before)
    assert answer.status_code == 400
    assert atlas.get(type_name) == before


@pytest.mark.trap(14, "the paging pair turns round between self and next")
@pytest.mark.evidence("RECORDED", "Atlas v2")
def test_trap_14_the_paging_pair_turns_round(atlas):
    atlas.put("SLACK", {"apiToken": "t"})
    atlas.put("DATADOG", {"apiKey": K32})
    links = atlas("GET", f"{LIST}?itemsPerPage=1&includeCount=true").json()["links"]
    queries = [link["href"].partition("?")[2] for link in links]
    assert queries == [
        "includeCount=true&pageNum=1&itemsPerPage=1",
        "includeCount=true&itemsPerPage=1&pageNum=2",
    ]


@pytest.mark.trap(27, "Atlas v2 alone wants a version")
@pytest.mark.evidence("ISSUE", "two third parties: 406 without one")
@pytest.mark.parametrize("family", PREFIXES)
def test_trap_27_atlas_v2_alone_wants_a_version(callers, family):
    answer = callers[family]("GET", LIST, headers={"Accept": "application/json"})
    assert answer.status_code == (406 if family == "atlas-v2" else 200)


@pytest.mark.trap(29, "the server is Atlas's, and no connection is closed")
@pytest.mark.evidence("RECORDED", "Atlas v2: mdbws on every answer")
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/FOO"), ("PATCH", "/SLACK")])
def test_trap_29_the_server_is_atlas(atlas, method, path):
    answer = atlas(method, LIST + path)
    assert answer.headers["Server"] == "mdbws"
    assert "Connection" not in answer.headers


@pytest.mark.trap(31, "both versions of the API serve one state")
@pytest.mark.evidence("CLIENT", "Terraform destroys through v1.0 what it made through v2")
def test_trap_31_both_versions_serve_one_state(callers):
    callers["atlas-v2"].put("SLACK", {"apiToken": "t"})
    assert callers["atlas-v1"].types() == ["SLACK"]
    assert callers["atlas-v1"]("DELETE", f"{LIST}/SLACK").status_code == 204
    assert callers["atlas-v2"].types() == []


@pytest.mark.trap(33, "what is removed twice is not there the second time")
@pytest.mark.evidence("CLIENT", "the Atlas operator reads the code")
def test_trap_33_a_second_delete_finds_nothing(atlas):
    atlas.put("SLACK", {"apiToken": "t"})
    answers = [atlas("DELETE", f"{LIST}/SLACK") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 404]
    assert answers[1].json()["errorCode"] == "INTEGRATION_NOT_CONFIGURED"


@pytest.mark.trap(36, "the id changes with each PUT")
@pytest.mark.evidence("CLIENT", "the Atlas operator")
def test_trap_36_the_id_changes_with_each_put(atlas):
    atlas.put("SLACK", {"apiToken": "t"})
    before = atlas.get("SLACK")["id"]
    atlas.put("SLACK", {"apiToken": "t"})
    assert re.fullmatch("[0-9a-f]{24}", before)
    assert atlas.get("SLACK")["id"] != before


@pytest.mark.trap(37, "Atlas lists no type that it does not know")
@pytest.mark.evidence("CLIENT", "the Atlas operator fails on an unknown type")
def test_trap_37_hip_chat_is_not_listed(callers, atlas):
    callers["ops-manager"].put("HIP_CHAT", {"notificationToken": "t", "roomName": "r"})
    atlas.put("SLACK", {"apiToken": "t"})
    assert atlas.types() == ["SLACK"]
    assert '"totalCount":1' in atlas("GET", LIST).text
