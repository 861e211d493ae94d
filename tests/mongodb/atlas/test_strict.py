"""The forms of keys that Atlas insists on, and the masks that clients send back."""

from __future__ import annotations

import pytest

from ...conftest import EMPTY
from .conftest import ATLAS

GOOD = {
    "DATADOG": {"apiKey": "ABCDEF0123456789abcdef0123456789"},
    "PAGER_DUTY": {"serviceKey": "ABCDEF0123456789abcdef0123456789"},
    "OPS_GENIE": {"apiKey": "AAAAAAAA-aaaa-2222-bbbb-333333333311"},
    "VICTOR_OPS": {"apiKey": "00000000-aaaa-2222-bbbb-333333333311"},
}
NOT_HEX = ("INVALID_INTEGRATION_SETTINGS", ["DATADOG", "apiKey must be a hexadecimal string"])
SHORT = ("INVALID_DATADOG_API_KEY", [])
HEX32 = "serviceKey must be a 32-character hexadecimal string"
PAGER = ("INVALID_INTEGRATION_SETTINGS", ["PAGER_DUTY", HEX32])

BAD = [
    pytest.param("DATADOG", {"apiKey": "*" * 28 + "0077"}, *NOT_HEX, id="datadog-mask"),
    pytest.param("DATADOG", {"apiKey": "x" * 32}, *NOT_HEX, id="datadog-text"),
    pytest.param("DATADOG", {"apiKey": "0" * 31}, *SHORT, id="datadog-short"),
    pytest.param("PAGER_DUTY", {"serviceKey": "*" * 28 + "0022"}, *PAGER, id="pager-mask"),
    pytest.param("PAGER_DUTY", {"serviceKey": "1234567890"}, *PAGER, id="pager-short"),
    *(
        pytest.param(
            kind,
            {"apiKey": key},
            "INVALID_INTEGRATION_SETTINGS",
            [kind, "apiKey must be a UUID string"],
            id=f"{kind}-{key[:3]}",
        )
        for kind in ("OPS_GENIE", "VICTOR_OPS")
        for key in ("*" * 32 + "3311", "0" * 36, "key")
    ),
]


def path(type_name):
    return f"/groups/{EMPTY}/integrations/{type_name}"


@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas #3379 (DATADOG), verbatim")
@pytest.mark.evidence("DOCS", "error table: Datadog keys have 32 digits")
@pytest.mark.evidence("INFERRED", "the sentence for a key that is no UUID; CLIENT: it is refused")
@pytest.mark.evidence("INFERRED", "the sentence for PAGER_DUTY; ISSUE: the other types' code")
@pytest.mark.parametrize("family", ATLAS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(("type_name", "body", "code", "parameters"), BAD)
def test_atlas_checks_the_form_of_keys(callers, family, method, type_name, body, code, parameters):
    answer = callers[family](method, path(type_name), {"type": type_name, **body})
    error = answer.json()
    assert (answer.status_code, error["errorCode"]) == (400, code)
    assert error["parameters"] == parameters
    assert callers[family].types() == []


@pytest.mark.evidence("CLIENT", "the Atlas CLI's end-to-end keys")
@pytest.mark.parametrize("family", ATLAS)
@pytest.mark.parametrize("type_name", GOOD)
def test_atlas_takes_keys_of_the_right_form(callers, family, type_name):
    assert callers[family].put(type_name, GOOD[type_name]).status_code == 200


@pytest.mark.evidence("DOCS", "Ops Manager's own example has a service key of ten digits")
@pytest.mark.parametrize(("type_name", "body", "code", "parameters"), BAD)
def test_ops_manager_takes_any_key(callers, type_name, body, code, parameters):
    assert callers["ops-manager"].put(type_name, body).status_code == 200


@pytest.mark.evidence("INFERRED", "no check is known for free-form secrets: stored as sent")
def test_a_mask_sent_back_in_a_free_form_secret_is_the_new_secret(v2):
    v2.put("SLACK", {"apiToken": "1234567890"})
    v2.put("SLACK", {"apiToken": "******7890xyz"})
    assert v2.get("SLACK")["apiToken"] == "*" * 9 + "0xyz"


@pytest.mark.evidence("ISSUE", "atlas-sdk-go #667, verbatim")
@pytest.mark.parametrize(
    ("family", "type_name", "foreign"),
    [
        ("atlas-v2", "PROMETHEUS", "sendCollectionLatencyMetrics"),
        ("atlas-v2", "PROMETHEUS", "listenAddress"),
        ("atlas-v2", "DATADOG", "customEndpoint"),
        ("atlas-v2", "WEBHOOK", "webhookBodyTemplate"),
        ("atlas-v1", "WEBHOOK", "bodyTemplate"),
        ("ops-manager", "PAGER_DUTY", "region"),
        ("ops-manager", "DATADOG", "sendDatabaseMetrics"),
        ("ops-manager", "PROMETHEUS", "sendUserProvidedResourceTagsEnabled"),
    ],
)
def test_an_attribute_of_another_family_is_refused_even_if_false(
    callers, family, type_name, foreign
):
    error = callers[family].put(type_name, {foreign: False}).json()
    assert (error["errorCode"], error["parameters"]) == ("INVALID_ATTRIBUTE", [foreign])


@pytest.mark.evidence("CLIENT", "Terraform sends back what it read, customEndpoint included")
def test_a_null_that_was_read_may_be_sent_back(v2):
    v2.put("DATADOG", GOOD["DATADOG"])
    read = v2.get("DATADOG")
    assert read["customEndpoint"] is None
    assert v2.put("DATADOG", {**read, **GOOD["DATADOG"]}).status_code == 200


@pytest.mark.evidence("CLIENT", "Terraform's PUT of PROMETHEUS has no password")
def test_prometheus_keeps_its_password(v2):
    body = {"username": "u", "password": "p", "serviceDiscovery": "http", "enabled": True}
    v2.put("PROMETHEUS", body)
    told = {"enabled": True, "serviceDiscovery": "http", "username": "other"}
    assert v2.put("PROMETHEUS", told).status_code == 200
    assert v2.get("PROMETHEUS")["username"] == "other"


@pytest.mark.evidence("SPEC", "Atlas: `password` is not among the required attributes")
@pytest.mark.parametrize("family", ATLAS)
def test_prometheus_of_atlas_may_be_created_without_a_password(callers, family):
    body = {"type": "PROMETHEUS", "username": "u", "serviceDiscovery": "http", "enabled": True}
    assert callers[family]("POST", path("PROMETHEUS"), body).status_code == 200


@pytest.mark.evidence("SPEC", "the default is used for a longer template when an alert is sent")
@pytest.mark.evidence("INFERRED", "how a template is shown")
@pytest.mark.parametrize(("name", "size"), [("bodyTemplate", 16385), ("headersTemplate", 4097)])
def test_a_template_of_any_size_is_taken_and_hidden(v2, name, size):
    body = {"url": "https://example.com/12345678", name: "x" * size}
    assert v2.put("WEBHOOK", body).status_code == 200
    assert v2.get("WEBHOOK")[name] == "******"
    path = f"/groups/{EMPTY}/alertConfigs"
    of_alert = f"webhook{name[0].upper()}{name[1:]}"
    notification = {"typeName": "WEBHOOK", of_alert: "x" * size}
    config = {"eventTypeName": "NO_PRIMARY", "notifications": [notification]}
    assert v2("POST", path, config).json()["notifications"][0][of_alert] == "******"
