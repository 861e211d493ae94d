"""One state, shown by each family in its own way."""

from __future__ import annotations

import pytest

from opsemu.schemas import REGISTRY, Profile

from ...conftest import EMPTY
from .conftest import ATLAS, PREFIXES

K32, UUID = "0123456789abcdef0123456789abcdef", "00000000-aaaa-2222-bbbb-333333333311"
URL = "https://example.com/51c0ef87e9951c3e147accf0e12101"
M32, MUUID = "*" * 28 + "cdef", "*" * 32 + "3311"

SWITCHES = {
    "sendCollectionLatencyMetrics": False,
    "sendDatabaseMetrics": False,
    "sendQueryStatsMetrics": False,
    "sendShardingMetrics": False,
    "sendUserProvidedResourceTags": False,
}
NEW_RELIC = dict.fromkeys(("licenseKey", "readToken", "writeToken"), "23456789")
TEMPLATES = {"bodyTemplate": None, "headersTemplate": None}

# What is written by any family, and what Ops Manager, Atlas v1.0 and Atlas v2 show of it.
SHOWN = {
    "PAGER_DUTY": ({"serviceKey": K32}, {"serviceKey": M32}, {"region": "US"}, {}),
    "SLACK": (
        {"apiToken": "1234567890", "teamName": "T"},
        {"apiToken": "******7890", "channelName": "", "teamName": "T"},
        {},
        {},
    ),
    "DATADOG": (
        {"apiKey": K32},
        {"apiKey": M32},
        {"region": "US", "customEndpoint": None, **SWITCHES},
        {},
    ),
    "OPS_GENIE": ({"apiKey": UUID}, {"apiKey": MUUID, "region": "US"}, {}, {}),
    "VICTOR_OPS": (
        {"apiKey": UUID, "routingKey": "test"},
        {"apiKey": MUUID, "routingKey": "test"},
        {},
        {},
    ),
    "WEBHOOK": (
        {"url": URL, "secret": "51c0ef87e9951c3e147accf0e12101"},
        {"secret": "*" * 26 + "2101", "url": "https://example.com/****"},
        {"url": "https://example.com/****2101"},
        TEMPLATES,
    ),
    "MICROSOFT_TEAMS": (
        {"microsoftTeamsWebhookUrl": URL},
        {"microsoftTeamsWebhookUrl": "https://example.com/****"},
        {"microsoftTeamsWebhookUrl": "https://example.com/****2101"},
        {},
    ),
    "NEW_RELIC": (
        {"accountId": "1", **NEW_RELIC},
        {"accountId": "1", **dict.fromkeys(NEW_RELIC, "****6789")},
        NEW_RELIC,
        {},
    ),
}


@pytest.mark.evidence("RECORDED", "Atlas v2, 2026-08; the rest is the contract of each family")
@pytest.mark.parametrize("writer", PREFIXES)
@pytest.mark.parametrize("type_name", SHOWN)
def test_what_one_family_writes_each_shows_in_its_own_way(callers, type_name, writer):
    written, manager, more, newest = SHOWN[type_name]
    assert callers[writer].put(type_name, written).status_code == 200
    shown = {family: callers[family].get(type_name) for family in PREFIXES}
    given = shown["atlas-v2"].get("id")
    assert len(given) == 24
    assert shown["ops-manager"] == {**manager, "type": type_name}
    assert shown["atlas-v1"] == {**manager, **more, "id": given, "type": type_name}
    assert shown["atlas-v2"] == {**manager, **more, **newest, "id": given, "type": type_name}


@pytest.mark.evidence("SPEC", "examples of NEW_RELIC with whole keys")
@pytest.mark.evidence("ISSUE", "output of Atlas's command line, 2020")
@pytest.mark.parametrize("family", ATLAS)
def test_the_keys_of_new_relic_come_back_in_clear_on_atlas(callers, family):
    callers[family].put("NEW_RELIC", {"accountId": "1", **NEW_RELIC})
    assert callers[family].get("NEW_RELIC").items() >= NEW_RELIC.items()


@pytest.mark.evidence("SPEC", "attributes of PROMETHEUS; DOCS for Ops Manager's own")
def test_prometheus_of_atlas_and_of_ops_manager_share_what_both_have(callers):
    common = {"username": "u", "serviceDiscovery": "http", "enabled": True}
    assert callers["atlas-v2"].put("PROMETHEUS", {**common, "password": "p"}).status_code == 200
    assert callers["ops-manager"].get("PROMETHEUS") == {**common, "type": "PROMETHEUS"}
    own = {"listenAddress": "127.0.0.1:9216", "scheme": "http"}
    assert callers["ops-manager"].put("PROMETHEUS", own).status_code == 200
    shown = callers["atlas-v1"].get("PROMETHEUS")
    assert shown.pop("id")
    assert shown == {**common, "sendUserProvidedResourceTagsEnabled": False, "type": "PROMETHEUS"}


@pytest.mark.evidence("DOCS", "HipChat integration is only supported for Ops Manager projects")
@pytest.mark.parametrize("family", ATLAS)
def test_atlas_does_not_list_hip_chat(callers, family):
    body = {"notificationToken": "0123456789", "roomName": "r"}
    callers["ops-manager"].put("HIP_CHAT", body)
    atlas = callers[family]
    path = f"/groups/{EMPTY}/integrations/HIP_CHAT"
    assert atlas.types() == []
    assert atlas("GET", path).json()["errorCode"] == "INTEGRATION_NOT_CONFIGURED"
    assert atlas("DELETE", path).status_code == 404
    assert callers["ops-manager"].types() == ["HIP_CHAT"]


@pytest.mark.evidence("DOCS", "error table of Atlas")
@pytest.mark.parametrize("family", ATLAS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_atlas_refuses_to_write_hip_chat(callers, family, method):
    body = {"type": "HIP_CHAT", "notificationToken": "0123456789", "roomName": "r"}
    answer = callers[family](method, f"/groups/{EMPTY}/integrations/HIP_CHAT", body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "HIPCHAT_NOT_SUPPORTED")
    assert answer.json()["parameters"] == []


@pytest.mark.evidence("CLIENT", "Terraform creates through v2 and deletes through v1.0")
def test_what_terraform_creates_through_v2_it_deletes_through_v1(callers):
    callers["atlas-v2"].put("SLACK", {"apiToken": "t", "channelName": "c"})
    path = f"/groups/{EMPTY}/integrations/SLACK"
    answer = callers["atlas-v1"]("DELETE", path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert callers["atlas-v2"].types() == []


@pytest.mark.evidence("CLIENT", "the Atlas operator: the id changes on each update")
@pytest.mark.parametrize("family", ATLAS)
def test_the_id_changes_on_each_put(callers, family):
    ids = set()
    for token in ("a", "a", "b"):
        callers[family].put("SLACK", {"apiToken": token})
        ids.add(callers[family].get("SLACK")["id"])
    assert len(ids) == 3


@pytest.mark.evidence("CLIENT", "the Atlas operator sends the old id, Terraform an empty one")
@pytest.mark.parametrize("given", ["", "0123456789abcdef01234567", None])
def test_an_id_that_is_sent_is_ignored(v2, given):
    assert v2.put("SLACK", {"apiToken": "t", "id": given}).status_code == 200
    assert v2.get("SLACK")["id"] not in ("", given)


@pytest.mark.evidence("RECORDED", "Atlas v2: in all runs, whatever the order of creation")
def test_the_order_of_a_list_is_that_of_types(callers):
    names = ["WEBHOOK", "VICTOR_OPS", "DATADOG", "OPS_GENIE", "PAGER_DUTY"]
    for type_name in names:
        callers["atlas-v2"].put(type_name, SHOWN[type_name][0])
    ordered = ["PAGER_DUTY", "DATADOG", "OPS_GENIE", "VICTOR_OPS", "WEBHOOK"]
    assert [callers[family].types() for family in PREFIXES] == [ordered] * 3


def test_every_type_of_the_table_is_registered():
    assert SHOWN.keys() | {"PROMETHEUS", "HIP_CHAT"} <= REGISTRY.keys()


@pytest.mark.parametrize("family", PREFIXES)
def test_every_sample_is_accepted(callers, family):
    profile = Profile(family)
    known = {name: cls for name, cls in REGISTRY.items() if cls.is_known_to(profile)}
    for type_name, cls in known.items():
        assert callers[family].put(type_name, cls(profile).sample()).status_code == 200
    assert sorted(callers[family].types()) == sorted(known)
