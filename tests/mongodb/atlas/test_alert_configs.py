"""Alert configurations, as far as integrations reach into them."""

from __future__ import annotations

import pytest

from ...conftest import EMPTY
from .conftest import ATLAS, PREFIXES

K32, UUID = "0123456789abcdef0123456789abcdef", "00000000-aaaa-2222-bbbb-333333333311"
URL = "https://example.com/hooks/12345678"
CONFIGS = f"/groups/{EMPTY}/alertConfigs"

# The integration, and what a notification of the same type has from it in Atlas v2.
TAKEN = {
    "PAGER_DUTY": ({"serviceKey": K32}, {"serviceKey": "*" * 28 + "cdef"}),
    "SLACK": (
        {"apiToken": "1234567890", "channelName": "c"},
        {"apiToken": "******7890", "channelName": "c"},
    ),
    "DATADOG": (
        {"apiKey": K32, "region": "US3"},
        {"datadogApiKey": "*" * 28 + "cdef", "datadogRegion": "US3"},
    ),
    "OPS_GENIE": (
        {"apiKey": UUID, "region": "EU"},
        {"opsGenieApiKey": "*" * 32 + "3311", "opsGenieRegion": "EU"},
    ),
    "VICTOR_OPS": (
        {"apiKey": UUID, "routingKey": "r"},
        {"victorOpsApiKey": "*" * 32 + "3311", "victorOpsRoutingKey": "r"},
    ),
    "WEBHOOK": (
        {"url": URL, "secret": "1234567890"},
        {"webhookUrl": "https://example.com/****5678", "webhookSecret": "******7890"},
    ),
    "MICROSOFT_TEAMS": (
        {"microsoftTeamsWebhookUrl": URL},
        {"microsoftTeamsWebhookUrl": "https://example.com/****5678"},
    ),
}
COPIED = sorted(TAKEN.keys() - {"WEBHOOK"})
SILENT = {"PAGER_DUTY", "OPS_GENIE", "VICTOR_OPS"}


def config(*notifications, **more):
    return {"eventTypeName": "HOST_DOWN", "notifications": list(notifications), **more}


def make(call, *notifications, **more):
    answer = call("POST", CONFIGS, config(*notifications, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def read(call, made):
    return call("GET", f"{CONFIGS}/{made['id']}").json()


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"], answer.json()["parameters"]


@pytest.mark.evidence("SPEC", "the names of notifications' attributes; RECORDED their masks")
@pytest.mark.parametrize("type_name", TAKEN)
def test_a_notification_takes_its_key_from_the_integration(v2, type_name):
    written, taken = TAKEN[type_name]
    v2.put(type_name, written)
    (shown,) = make(v2, {"typeName": type_name})["notifications"]
    assert shown.pop("notifierId")
    assert shown.pop("intervalMin", None) == (None if type_name in SILENT else 5)
    shown.pop("region", None)
    assert shown == {**taken, "delayMin": 0, "typeName": type_name}


@pytest.mark.evidence("DOCS", "a changed integration key changes no alert")
@pytest.mark.parametrize("type_name", COPIED)
def test_a_copied_key_stays_when_the_integration_changes_or_goes(v2, type_name):
    written, _ = TAKEN[type_name]
    v2.put(type_name, written)
    made = make(v2, {"typeName": type_name})
    other = {name: str(value)[::-1] for name, value in written.items() if len(str(value)) == 32}
    assert v2.put(type_name, {**written, **other}).status_code == 200
    assert read(v2, made)["notifications"] == made["notifications"]
    assert v2("DELETE", f"/groups/{EMPTY}/integrations/{type_name}").status_code == 204
    assert read(v2, made)["notifications"] == made["notifications"]


@pytest.mark.evidence("SPEC", "a webhook's address defaults to the integration's")
def test_a_webhook_without_an_address_follows_the_integration(v2):
    v2.put("WEBHOOK", {"url": URL})
    made = make(v2, {"typeName": "WEBHOOK"})
    v2.put("WEBHOOK", {"url": "https://other.example.com/abcdefgh"})
    (shown,) = read(v2, made)["notifications"]
    assert shown["webhookUrl"] == "https://other.example.com/****efgh"


@pytest.mark.evidence("DOCS", "error tables of Ops Manager and Atlas")
@pytest.mark.parametrize("family", PREFIXES)
def test_a_webhook_needs_an_address_from_somewhere(callers, family):
    answer = callers[family]("POST", CONFIGS, config({"typeName": "WEBHOOK"}))
    assert refusal(answer) == (400, "WEBHOOK_URL_NOT_SET", [])
    assert make(callers[family], {"typeName": "WEBHOOK", "webhookUrl": URL})


@pytest.mark.evidence("DOCS", "error tables of Ops Manager and Atlas")
def test_a_webhook_that_is_followed_cannot_be_removed(call):
    call.put("WEBHOOK", {"url": URL})
    path = f"/groups/{EMPTY}/integrations/WEBHOOK"
    made = make(call, {"typeName": "WEBHOOK"})
    assert refusal(call("DELETE", path)) == (400, "WEBHOOK_NOTIFICATIONS_PRESENT", [])
    assert call.types() == ["WEBHOOK"]
    assert call("DELETE", f"{CONFIGS}/{made['id']}").status_code == 204
    assert call("DELETE", path).status_code == 204


@pytest.mark.evidence("INFERRED", "an address of its own does not need the integration")
def test_a_webhook_with_an_address_of_its_own_keeps_nothing_from_being_removed(call):
    call.put("WEBHOOK", {"url": URL})
    made = make(call, {"typeName": "WEBHOOK", "webhookUrl": "https://own.example.com/12345678"})
    assert call("DELETE", f"/groups/{EMPTY}/integrations/WEBHOOK").status_code == 204
    (shown,) = read(call, made)["notifications"]
    assert shown["webhookUrl"].startswith("https://own.example.com/****")


@pytest.mark.evidence("SPEC", "integrationId: whose credentials to use")
@pytest.mark.evidence("CLIENT", "Terraform's acceptance test wants it echoed on creation, too")
@pytest.mark.parametrize("family", ATLAS)
def test_a_reference_follows_the_integration(callers, family):
    call = callers[family]
    call.put("PAGER_DUTY", {"serviceKey": K32})
    named = call.get("PAGER_DUTY")["id"]
    made = make(call, {"typeName": "PAGER_DUTY", "integrationId": named})
    assert made["notifications"][0]["integrationId"] == named
    call.put("PAGER_DUTY", {"serviceKey": K32[::-1]})
    (shown,) = read(call, made)["notifications"]
    assert shown["integrationId"] == call.get("PAGER_DUTY")["id"] != named
    assert shown["serviceKey"].endswith("3210")


@pytest.mark.evidence("INFERRED", "a reference to nothing of that type")
def test_a_reference_has_to_lead_somewhere(v2):
    v2.put("SLACK", {"apiToken": "t"})
    body = {"typeName": "PAGER_DUTY", "integrationId": v2.get("SLACK")["id"]}
    answer = v2("POST", CONFIGS, config(body))
    assert refusal(answer) == (400, "INVALID_ATTRIBUTE", ["integrationId"])


@pytest.mark.evidence("RECORDED", "Atlas v2: a PUT without it makes a new notifierId")
@pytest.mark.evidence("CLIENT", "Terraform sends it back, and no key")
def test_a_notifier_that_is_named_stays_and_keeps_its_key(v2):
    mail = {"typeName": "DATADOG", "datadogApiKey": K32}
    made = make(v2, mail)
    path, (before,) = f"{CONFIGS}/{made['id']}", made["notifications"]
    named = {"typeName": "DATADOG", "notifierId": before["notifierId"], "delayMin": 7}
    (kept,) = v2("PUT", path, config(named)).json()["notifications"]
    assert kept == {**before, "delayMin": 7}
    (renewed,) = v2("PUT", path, config(mail)).json()["notifications"]
    assert renewed["notifierId"] != before["notifierId"]


@pytest.mark.evidence("CLIENT", "Terraform sends a notifierId with a new configuration, too")
def test_a_notifier_id_that_a_client_chose_is_kept(call):
    mail = {"typeName": "EMAIL", "emailAddress": "e", "notifierId": "0123456789abcdef01234567"}
    (shown,) = make(call, mail)["notifications"]
    assert shown["notifierId"] == mail["notifierId"]
    (other,) = make(call, {**mail, "notifierId": "x"})["notifications"]
    assert len(other["notifierId"]) == 24


@pytest.mark.evidence("CLIENT", "Terraform sends 0 for EMAIL; INFERRED for the other types")
@pytest.mark.parametrize("type_name", ["EMAIL", "SMS", "GROUP", *TAKEN])
def test_an_interval_of_0_is_not_set(v2, type_name):
    if type_name in TAKEN:
        v2.put(type_name, TAKEN[type_name][0])
    people = {"emailAddress": "e", "mobileNumber": "1", "emailEnabled": True}
    (shown,) = make(v2, {"typeName": type_name, **people, "intervalMin": 0})["notifications"]
    assert shown.get("intervalMin") == (None if type_name in SILENT else 5)


@pytest.mark.evidence("INFERRED", "no credential is known: the attribute is missing")
@pytest.mark.parametrize(
    ("type_name", "missing"),
    [
        ("PAGER_DUTY", "serviceKey"),
        ("SLACK", "apiToken"),
        ("OPS_GENIE", "opsGenieApiKey"),
        ("VICTOR_OPS", "victorOpsApiKey"),
        ("DATADOG", "datadogApiKey"),
        ("MICROSOFT_TEAMS", "microsoftTeamsWebhookUrl"),
        ("EMAIL", "emailAddress"),
        ("SMS", "mobileNumber"),
    ],
)
def test_a_key_has_to_come_from_somewhere(v2, type_name, missing):
    answer = v2("POST", CONFIGS, config({"typeName": type_name}))
    assert refusal(answer) == (400, "MISSING_ATTRIBUTE", [missing])


@pytest.mark.evidence("DOCS", "error tables of Ops Manager and Atlas, with their sentences")
@pytest.mark.parametrize(
    ("notifications", "code", "parameters"),
    [
        ([], "MISSING_NOTIFICATIONS", []),
        ([{}], "MISSING_ATTRIBUTE", ["typeName"]),
        ([{"typeName": "PIGEON"}], "INVALID_ENUM_VALUE", ["PIGEON"]),
        ([{"typeName": "ADMIN"}], "NOTIFICATION_TYPE_IS_GLOBAL_ONLY", []),
        ([{"typeName": "GROUP"}], "EMAIL_OR_SMS_REQUIRED_FOR_GROUP_NOTIFICATION", []),
        (
            [{"typeName": "USER", "username": "u"}],
            "EMAIL_OR_SMS_REQUIRED_FOR_USER_NOTIFICATION",
            [],
        ),
        ([{"typeName": "GROUP", "smsEnabled": True}] * 2, "TOO_MANY_GROUP_NOTIFICATIONS", []),
        (
            [{"typeName": "EMAIL", "emailAddress": "e", "intervalMin": 4}],
            "NOTIFICATION_INTERVAL_OUT_OF_RANGE",
            [],
        ),
        ([{"typeName": "PAGER_DUTY", "serviceKey": "1"}], "INVALID_PAGER_DUTY_SERVICE_KEY", []),
        ([{"typeName": "DATADOG", "datadogApiKey": "x" * 32}], "INVALID_DATADOG_API_KEY", []),
        ([{"typeName": "HIP_CHAT"}], "UNSUPPORTED_NOTIFICATION_TYPE", ["HIP_CHAT"]),
        ([{"typeName": "EMAIL", "wings": 2}], "INVALID_ATTRIBUTE", ["wings"]),
        (["EMAIL"], "INVALID_JSON_ATTRIBUTE", ["notifications"]),
        ([{"typeName": []}], "INVALID_JSON_ATTRIBUTE", ["typeName"]),
        ([{"typeName": "EMAIL", "delayMin": "1"}], "INVALID_JSON_ATTRIBUTE", ["delayMin"]),
        ([{"typeName": "GROUP", "roles": "OWNER"}], "INVALID_JSON_ATTRIBUTE", ["roles"]),
    ],
)
def test_a_bad_notification_is_refused(v2, notifications, code, parameters):
    assert refusal(v2("POST", CONFIGS, config(*notifications))) == (400, code, parameters)
    assert v2("GET", CONFIGS).json()["totalCount"] == 0


@pytest.mark.evidence("CLIENT", "mongocli sends victorOps attributes in a SLACK notification")
def test_the_attributes_of_other_types_are_ignored(v2):
    body = {"typeName": "SLACK", "apiToken": "1234567890", "channelName": "c"}
    (shown,) = make(v2, {**body, "victorOpsApiKey": "", "smsEnabled": False})["notifications"]
    assert shown.keys() == body.keys() | {"delayMin", "intervalMin", "notifierId"}


@pytest.mark.evidence("DOCS", "the example has an id; CLIENT, SPEC notifierId")
def test_ops_manager_names_a_notifier_twice(callers):
    mail = {"typeName": "EMAIL", "emailAddress": "e@example.com"}
    made = make(callers["ops-manager"], mail)
    (manager,) = made["notifications"]
    assert manager["id"] == manager["notifierId"]
    (atlas,) = read(callers["atlas-v2"], made)["notifications"]
    assert manager == {**atlas, "id": atlas["notifierId"]}


@pytest.mark.evidence("RECORDED", "Atlas v2: 201, Location, two links; one link in lists")
def test_a_new_configuration_says_where_it_is(v2):
    answer = v2("POST", CONFIGS, config({"typeName": "EMAIL", "emailAddress": "e"}))
    own, alerts = answer.json()["links"]
    assert own == {"href": answer.headers["Location"], "rel": "self"}
    assert alerts["href"] == f"{own['href']}/alerts"
    (item,) = v2("GET", CONFIGS).json()["results"]
    assert item == {**answer.json(), "links": [own]}
    assert v2("GET", f"{CONFIGS}/{item['id']}/alerts").json()["totalCount"] == 0


@pytest.mark.evidence("SPEC", "PATCH turns the one switch")
def test_a_configuration_is_turned_on_and_off(call):
    path = f"{CONFIGS}/{make(call, {'typeName': 'EMAIL', 'emailAddress': 'e'})['id']}"
    assert call("GET", path).json()["enabled"] is False
    assert call("PATCH", path, {"enabled": True}).json()["enabled"] is True
    assert call("GET", path).json()["enabled"] is True
    assert refusal(call("PATCH", path, {"enabled": "1"}))[1] == "INVALID_JSON_ATTRIBUTE"


@pytest.mark.evidence("RECORDED", "Atlas v2, 2026-05: 80.0 and AVERAGE here, 1 there")
def test_the_number_of_a_metric_is_a_real_one(v2):
    mail = {"typeName": "EMAIL", "emailAddress": "e"}
    metric = {"units": "RAW", "threshold": 80, "operator": "GREATER_THAN"}
    metric["metricName"] = "CONNECTIONS"
    body = config(mail, metricThreshold=metric, eventTypeName="OUTSIDE_METRIC_THRESHOLD")
    assert (
        '{"metricName":"CONNECTIONS","mode":"AVERAGE","operator":"GREATER_THAN",'
        '"threshold":80.0,"units":"RAW"}'
    ) in v2("POST", CONFIGS, body).text
    event = {"units": "HOURS", "threshold": 1}
    body = config(mail, threshold=event, eventTypeName="REPLICATION_OPLOG_WINDOW_RUNNING_OUT")
    assert '"threshold":{"threshold":1,"units":"HOURS"}' in v2("POST", CONFIGS, body).text


@pytest.mark.evidence("INFERRED", "PUT replaces; id, project and the day of creation stay")
def test_a_configuration_is_replaced(call):
    mail = {"typeName": "EMAIL", "emailAddress": "e"}
    metric = {"metricName": "CONNECTIONS"}
    event = {"eventTypeName": "OUTSIDE_METRIC_THRESHOLD", "metricThreshold": metric}
    made = make(call, mail, enabled=True, **event)
    read_back = {**read(call, made), "eventTypeName": "NO_PRIMARY"}
    del read_back["metricThreshold"]
    after = call("PUT", f"{CONFIGS}/{made['id']}", read_back).json()
    assert "metricThreshold" not in after
    assert after["eventTypeName"] == "NO_PRIMARY"
    assert {name: after[name] for name in ("id", "created", "groupId", "notifications")} == {
        name: made[name] for name in ("id", "created", "groupId", "notifications")
    }


@pytest.mark.evidence("DOCS", "INVALID_ALERT_CONFIG_ID and ALERT_CONFIG_NOT_FOUND")
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_configuration_that_is_not_there(call, method):
    body = {"PUT": config({"typeName": "ADMIN"}), "PATCH": {"enabled": True}}.get(method)
    unknown = "0123456789abcdef01234567"
    answer = call(method, f"{CONFIGS}/{unknown}", body)
    assert refusal(answer) == (404, "ALERT_CONFIG_NOT_FOUND", [unknown, EMPTY])
    answer = call(method, f"{CONFIGS}/x", body)
    assert refusal(answer) == (404, "INVALID_ALERT_CONFIG_ID", ["x"])


@pytest.mark.parametrize("missing", ["eventTypeName", "notifications"])
def test_a_configuration_needs_an_event_and_notifications(call, missing):
    body = config({"typeName": "EMAIL", "emailAddress": "e"})
    del body[missing]
    assert refusal(call("POST", CONFIGS, body)) == (400, "MISSING_ATTRIBUTE", [missing])


def test_a_read_only_key_reads_configurations_and_changes_none(call, looker):
    made = make(call, {"typeName": "EMAIL", "emailAddress": "e"})
    assert read(looker, made) == made
    for method, path in [("POST", ""), ("PUT", "/x"), ("PATCH", "/x"), ("DELETE", "/x")]:
        answer = looker(method, f"{CONFIGS}{path}", {})
        assert (answer.status_code, refusal(answer)[1]) == (401, "USER_UNAUTHORIZED")


def test_configurations_go_with_their_project(call):
    group = call("POST", "/groups", {"name": "n", "orgId": "decafbaddecafbaddecafbad"}).json()
    path = f"/groups/{group['id']}"
    call("POST", f"{path}/alertConfigs", config({"typeName": "EMAIL", "emailAddress": "e"}))
    call("DELETE", path)
    assert call("GET", f"{path}/alertConfigs").status_code in (401, 404)
