"""Optional attributes that a client unsets, and values of another kind."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator

from ...conftest import EMPTY
from .conftest import PREFIXES, caller

K32, UUID = "0123456789abcdef0123456789abcdef", "00000000-aaaa-2222-bbbb-333333333311"
URL = "https://example.com/hooks/12345678"
# An optional attribute, a whole body that sets it, and how it is shown when it is not set.
OPTIONAL = {
    "routingKey": ("VICTOR_OPS", {"apiKey": UUID, "routingKey": "test"}, None),
    "secret": ("WEBHOOK", {"url": URL, "secret": "1234567890"}, None),
    "region": ("OPS_GENIE", {"apiKey": UUID, "region": "EU"}, "US"),
    "channelName": ("SLACK", {"apiToken": "t", "teamName": "T", "channelName": "c"}, ""),
}
TEMPLATES = {
    name: ("WEBHOOK", {"url": URL, name: "{}"}, None)
    for name in ("bodyTemplate", "headersTemplate")
}
optional = pytest.mark.parametrize("name", OPTIONAL)


@pytest.mark.evidence("INFERRED", "DOCS: returned if you have one configured")
@optional
def test_an_empty_text_unsets_an_optional_attribute(call, family, name):
    type_name, body, unset = OPTIONAL[name]
    assert call.put(type_name, body).status_code == 200
    assert call.put(type_name, {name: ""}).status_code == 200
    shown = call.get(type_name)
    assert shown.get(name) == unset
    assert (name in shown) == (unset is not None or family != "ops-manager")


@pytest.mark.evidence("INFERRED", "an empty text is the same as none when an integration is new")
@optional
def test_an_empty_text_in_a_new_integration_sets_nothing(call, name):
    type_name, body, unset = OPTIONAL[name]
    assert call.put(type_name, {**body, name: ""}).status_code == 200
    assert call.get(type_name).get(name) == unset


@pytest.mark.evidence("CLIENT", "Atlas's SDK for Go can send null since 2026-08-04, to clear")
@pytest.mark.parametrize("name", {**OPTIONAL, **TEMPLATES})
def test_null_unsets_an_optional_attribute_on_atlas_v2(v2, name):
    type_name, body, unset = {**OPTIONAL, **TEMPLATES}[name]
    assert v2.put(type_name, body).status_code == 200
    assert v2.put(type_name, {name: None}).status_code == 200
    assert v2.get(type_name)[name] == unset


@pytest.mark.evidence("INFERRED", "Jackson: null is absent; Atlas v2 before August 2026, too")
@optional
def test_null_is_absent_elsewhere(callers, name):
    type_name, body, _ = OPTIONAL[name]
    with Emulator(profile="atlas@2026-08-03") as emulator:
        old = caller(emulator, "atlas-v2")
        for call in (callers["ops-manager"], callers["atlas-v1"], old):
            call.put(type_name, body)
            before = call.get(type_name)[name]
            assert call.put(type_name, {name: None}).status_code == 200
            assert call.get(type_name)[name] == before


@pytest.mark.evidence("INFERRED", "an empty text in a notification is the same as none")
def test_an_empty_text_in_a_notification_sets_nothing(call):
    notification = {"typeName": "VICTOR_OPS", "victorOpsApiKey": UUID, "victorOpsRoutingKey": ""}
    body = {"eventTypeName": "NO_PRIMARY", "notifications": [notification]}
    answer = call("POST", f"/groups/{EMPTY}/alertConfigs", body)
    assert "victorOpsRoutingKey" not in answer.json()["notifications"][0]
    notification["victorOpsApiKey"] = ""
    answer = call("POST", f"/groups/{EMPTY}/alertConfigs", body)
    assert answer.json()["parameters"] == ["victorOpsApiKey"]


@pytest.mark.evidence("CLIENT", "mongoOpsManagerApi, 2018: PATCH with the flag as a text")
@pytest.mark.parametrize(("sent", "enabled"), [("false", False), ("true", True), (1, True)])
def test_a_flag_may_be_sent_as_a_text(callers, family, sent, enabled):
    body = {
        "eventTypeName": "NO_PRIMARY",
        "notifications": [{"typeName": "ORG", "smsEnabled": True}],
    }
    path = f"/groups/{EMPTY}/alertConfigs"
    made = callers["atlas-v2"]("POST", path, {**body, "enabled": not enabled}).json()
    answer = callers[family]("PATCH", f"{path}/{made['id']}", {"enabled": sent})
    if family == "atlas-v2":
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_JSON_ATTRIBUTE")
    else:
        assert (answer.status_code, answer.json()["enabled"]) == (200, enabled)


@pytest.mark.evidence("INFERRED", "Jackson coerces scalars by default; Atlas v2 refuses them")
@pytest.mark.parametrize(
    ("attribute", "sent", "shown"),
    [
        ("intervalMin", "15", 15),
        ("intervalMin", 15.0, 15),
        ("delayMin", "7", 7),
        ("emailEnabled", "true", True),
        ("emailEnabled", 1, True),
        ("mobileNumber", 1234567890, "1234567890"),
        ("mobileNumber", True, "true"),
    ],
)
def test_a_scalar_of_another_kind_is_converted(callers, family, attribute, sent, shown):
    type_name = "ORG" if attribute == "emailEnabled" else "SMS"
    notification = {"typeName": type_name, "mobileNumber": "1", attribute: sent}
    body = {"eventTypeName": "NO_PRIMARY", "notifications": [notification]}
    answer = callers[family]("POST", f"/groups/{EMPTY}/alertConfigs", body)
    if family == "atlas-v2":
        assert (answer.status_code, answer.json()["parameters"]) == (400, [attribute])
    else:
        assert answer.status_code == 201, answer.text
        assert answer.json()["notifications"][0][attribute] == shown


@pytest.mark.evidence("INFERRED", "Jackson: a text field takes a number, an object it does not")
@pytest.mark.parametrize("wrong", [{}, [], {"a": "b"}, ["a"]])
def test_an_object_or_an_array_is_no_scalar(call, wrong):
    for type_name, name in (("SLACK", "apiToken"), ("PROMETHEUS", "enabled")):
        answer = call.put(type_name, {name: wrong})
        assert (answer.status_code, answer.json()["parameters"]) == (400, [name])


@pytest.mark.evidence("INFERRED", "Jackson: a number for a text")
def test_a_number_is_taken_for_a_key(callers):
    manager = callers["ops-manager"]
    assert manager.put("PAGER_DUTY", {"serviceKey": 1234567890}).status_code == 200
    assert manager.get("PAGER_DUTY")["serviceKey"] == "******7890"
    answer = callers["atlas-v2"].put("PAGER_DUTY", {"serviceKey": 1234567890})
    assert answer.json()["errorCode"] == "INVALID_JSON_ATTRIBUTE"


@pytest.mark.evidence("INFERRED", "Jackson skips a byte-order mark; PowerShell 5 writes one")
@pytest.mark.parametrize("family", PREFIXES)
def test_a_byte_order_mark_before_a_body_is_skipped(callers, family):
    content = b'\xef\xbb\xbf{"type":"SLACK","apiToken":"t","teamName":"T"}'
    headers = {"Content-Type": "application/json"}
    path = f"/groups/{EMPTY}/integrations/SLACK"
    assert callers[family]("PUT", path, data=content, headers=headers).status_code == 200
