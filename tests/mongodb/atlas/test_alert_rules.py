"""What an alert configuration may say: names of enumerations, and rules between attributes."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
import requests

from opsemu.server import Emulator

from ...conftest import EMPTY, OWNER
from ...wire import seed_file
from .conftest import ATLAS, caller

CONFIGS = f"/groups/{EMPTY}/alertConfigs"
GROUP = {"typeName": "GROUP", "emailEnabled": True}
MAIL = {"typeName": "EMAIL", "emailAddress": "e@example.com"}
METRIC = {"metricName": "CONNECTIONS", "operator": "GREATER_THAN", "threshold": 1, "units": "RAW"}
MATCHER = {"fieldName": "HOSTNAME", "operator": "EQUALS", "value": "h"}
OUTSIDE, OPLOG = "OUTSIDE_METRIC_THRESHOLD", "REPLICATION_OPLOG_WINDOW_RUNNING_OUT"
BILL, SNAPSHOT = "DAILY_BILL_OVER_THRESHOLD", "CPS_SNAPSHOT_BEHIND"
DATA = json.loads(files("opsemu.data").joinpath("alerts.json").read_text())
ISSUES = "terraform-provider-mongodbatlas #172, #1242, #1410: codes and sentences"


def config(event="NO_PRIMARY", *notifications, **more):
    return {"eventTypeName": event, "notifications": list(notifications or [MAIL]), **more}


def metric(**changes):
    return config(OUTSIDE, metricThreshold={**METRIC, **changes})


def refusal(answer):
    error = answer.json()
    return answer.status_code, error.get("errorCode"), error.get("parameters")


def warnings(server):
    (row,) = requests.get(f"{server.admin_url}/requests", timeout=9).json()["requests"]
    return row["warnings"]


UNKNOWN = {
    "eventTypeName": config("NOT_AN_EVENT"),
    "metricName": metric(metricName="NOT_A_METRIC"),
    "operator": metric(operator="NOT_AN_OPERATOR"),
    "units": metric(units="NOT_A_UNIT"),
    "mode": metric(mode="NOT_A_MODE"),
    "units of an event": config(OPLOG, threshold={"units": "NOT_A_UNIT"}),
    "operator of an event": config(OPLOG, threshold={"operator": "NOT_AN_OPERATOR"}),
    "fieldName": config(matchers=[{**MATCHER, "fieldName": "NOT_A_FIELD"}]),
    "matcher operator": config(matchers=[{**MATCHER, "operator": "NOT_AN_OPERATOR"}]),
}


@pytest.mark.evidence("ISSUE", ISSUES)
@pytest.mark.evidence("SPEC", "the enumerations of Atlas v2 are complete")
@pytest.mark.parametrize("family", ATLAS)
@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_atlas_does_not_have_is_refused(callers, family, body):
    status, code, (name,) = refusal(callers[family]("POST", CONFIGS, body))
    assert (status, code, name[:3]) == (400, "INVALID_ENUM_VALUE", "NOT")


@pytest.mark.evidence("DOCS", "Ops Manager's event types, fields, units and roles")
@pytest.mark.parametrize("name", ["eventTypeName", "operator", "units", "fieldName", "roles"])
def test_a_name_that_ops_manager_does_not_have_is_refused(callers, name):
    roles = config("NO_PRIMARY", {**GROUP, "roles": ["NOT_A_ROLE"]})
    answer = callers["ops-manager"]("POST", CONFIGS, {**UNKNOWN, "roles": roles}[name])
    assert refusal(answer)[1] == "INVALID_ENUM_VALUE"


@pytest.mark.evidence("INFERRED", "a list that may not be complete refuses nothing")
@pytest.mark.parametrize(
    ("family", "body", "name"),
    [
        ("ops-manager", metric(metricName="NOT_A_METRIC"), "metricName 'NOT_A_METRIC'"),
        ("ops-manager", metric(mode="NOT_A_MODE"), "mode 'NOT_A_MODE'"),
        ("ops-manager", config(OPLOG, threshold={}), f"eventTypeName '{OPLOG}'"),
        ("atlas-v2", config("NEW_AGENT"), "eventTypeName 'NEW_AGENT'"),
        ("atlas-v2", config("NO_PRIMARY", {**GROUP, "roles": ["R"]}), "roles 'R'"),
    ],
)
def test_a_name_outside_a_list_that_may_not_be_complete_is_a_warning(
    server, callers, family, body, name
):
    assert callers[family]("POST", CONFIGS, body).status_code == 201
    assert warnings(server) == [f"{name} is in no list of {family} that is known here"]


@pytest.fixture(scope="module")
def strict():
    """A server that refuses what others take with a warning."""
    with Emulator(strict=True) as running:
        yield running


def test_a_strict_server_refuses_names_that_it_does_not_know(strict):
    for family in ("ops-manager", "atlas-v2"):
        call = caller(strict, family)
        for body in (metric(metricName="NOT_A_METRIC"), UNKNOWN["eventTypeName"]):
            assert refusal(call("POST", CONFIGS, body))[1] == "INVALID_ENUM_VALUE"
        roles = config("NO_PRIMARY", {**GROUP, "roles": ["NOT_A_ROLE"]})
        assert refusal(call("POST", CONFIGS, roles))[1] == "INVALID_ENUM_VALUE"
        assert call("POST", CONFIGS, metric()).status_code == 201


def test_cloud_manager_takes_the_names_of_both():
    with Emulator(profile="cloud-manager") as server:
        call = caller(server, "ops-manager")
        for event in ("NEW_AGENT", "CREDIT_CARD_ABOUT_TO_EXPIRE", "NO_SUCH_EVENT"):
            assert call("POST", CONFIGS, config(event)).status_code == 201
        rows = requests.get(f"{server.admin_url}/requests", timeout=9).json()["requests"]
        assert [len(row["warnings"]) for row in rows] == [0, 0, 1]


def test_names_of_the_lists_are_taken(callers):
    rules = {name: rule for rule in DATA["eventRules"] for name in rule["names"]}
    for row in DATA["lists"]:
        events = set(row["values"]) & rules.keys() | set(row["values"][::20])
        for event in events if row["attribute"] == "eventTypeName" else ():
            rule = rules.get(event, {})
            more = {"threshold": {}} if rule.get("threshold") == "required" else {}
            if rule.get("metricThreshold") == "required":
                more["metricThreshold"] = METRIC
            answer = callers[row["families"][-1]]("POST", CONFIGS, config(event, **more))
            assert answer.status_code == 201, answer.text


def test_every_rule_is_about_names_of_the_lists():
    names = {name for row in DATA["lists"] for name in row["values"]}
    rows = (*DATA["eventRules"], *DATA["metricUnits"], *DATA["fieldNames"])
    assert {name for row in rows for name in (*row["names"], *row.get("units", ()))} <= names
    assert not set(DATA["retiredMetrics"]) & names


@pytest.mark.evidence("SPEC", "each metric has the units of its group")
@pytest.mark.parametrize("row", DATA["metricUnits"], ids=lambda row: row["units"][0])
def test_a_metric_is_taken_in_the_units_of_its_group(v2, row):
    for unit in row["units"]:
        body = metric(metricName=row["names"][0], units=unit)
        assert v2("POST", CONFIGS, body).status_code == 201


@pytest.mark.evidence("ISSUE", ISSUES)
@pytest.mark.parametrize("name", ["DISK_PARTITION_UTILIZATION_DATA", "OPLOG_REPLICATION_LAG_TIME"])
def test_a_retired_metric_is_no_longer_supported(call, name):
    answer = call("POST", CONFIGS, metric(metricName=name))
    assert refusal(answer) == (400, "METRIC_TYPE_UNSUPPORTED", [name])
    assert answer.json()["detail"] == f"The metric type {name} is not supported."


@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas #227: MISSING_THRESHOLD, verbatim")
@pytest.mark.evidence("DOCS", "error tables of Ops Manager and Atlas, with their sentences")
@pytest.mark.parametrize(
    ("body", "code", "parameters"),
    [
        (config(OUTSIDE), "MISSING_METRIC_THRESHOLD", []),
        (config("TOO_MANY_ELECTIONS"), "MISSING_THRESHOLD", []),
        (config("HOST_DOWN", metricThreshold=METRIC), "METRIC_THRESHOLD_PRESENT", []),
        (config("HOST_DOWN", threshold={"threshold": 1}), "THRESHOLD_PRESENT", []),
        (metric(units="HOURS"), "UNITS_MISMATCH", []),
        (metric(mode="TOTAL"), "TOTAL_MODE_DEPRECATED", []),
        (
            metric(metricName="OPLOG_SLAVE_LAG_MASTER_TIME", units="SECONDS"),
            "NONZERO_DELAY_REQUIRED",
            [],
        ),
        (config("NO_PRIMARY", {**GROUP, "roles": []}), "MISSING_ROLES_FOR_GROUP_NOTIFICATION", []),
    ],
)
def test_attributes_that_contradict_each_other_are_refused(call, body, code, parameters):
    assert refusal(call("POST", CONFIGS, body)) == (400, code, parameters)
    assert call("GET", CONFIGS).json()["totalCount"] == 0


@pytest.mark.evidence("SPEC", "the units and operators of Atlas's events; DOCS the codes")
@pytest.mark.parametrize(
    ("body", "code", "parameters"),
    [
        (config(BILL), "MISSING_THRESHOLD", []),
        (config(SNAPSHOT, threshold={"units": "RAW"}), "UNITS_MISMATCH", []),
        (
            config(BILL, threshold={"operator": "LESS_THAN"}),
            "INVALID_OPERATOR_FOR_EVENT_TYPE",
            ["LESS_THAN", BILL],
        ),
    ],
)
def test_a_threshold_has_the_units_and_operators_of_its_event(v2, body, code, parameters):
    assert refusal(v2("POST", CONFIGS, body)) == (400, code, parameters)


@pytest.mark.evidence("INFERRED", "as in the object around them: ISSUE atlas-sdk-go #667")
@pytest.mark.parametrize(
    ("body", "code", "name"),
    [
        (metric(treshold=1), "INVALID_ATTRIBUTE", "treshold"),
        (config(OPLOG, threshold={"treshold": 1}), "INVALID_ATTRIBUTE", "treshold"),
        (config(matchers=[{**MATCHER, "values": "h"}]), "INVALID_ATTRIBUTE", "values"),
        (config(matchers=[{"operator": "EQUALS", "value": "h"}]), "MISSING_ATTRIBUTE", "fieldName"),
        (config(matchers=["HOSTNAME"]), "INVALID_JSON_ATTRIBUTE", "matchers"),
        (metric(threshold=[1]), "INVALID_JSON_ATTRIBUTE", "threshold"),
        (config(OUTSIDE, metricThreshold=7), "INVALID_JSON_ATTRIBUTE", "metricThreshold"),
    ],
)
def test_an_unknown_attribute_of_an_inner_object_is_refused(call, body, code, name):
    assert refusal(call("POST", CONFIGS, body)) == (400, code, [name])


@pytest.mark.evidence("INFERRED", "Jackson: a text for a number; it comes back as a number")
def test_the_number_of_a_threshold_may_be_sent_as_a_text(callers, family):
    answer = callers[family]("POST", CONFIGS, metric(threshold="75"))
    if family == "atlas-v2":
        assert refusal(answer) == (400, "INVALID_JSON_ATTRIBUTE", ["threshold"])
    else:
        assert '"threshold":75.0' in answer.text


@pytest.mark.evidence("ISSUE", "atlas-cli PR 2208: the code and the sentence, also for no name")
@pytest.mark.parametrize(
    ("name", "parameters"), [("nobody@example.com", ["nobody@example.com"]), ("", [])]
)
def test_a_user_is_looked_up(call, name, parameters):
    user = {"typeName": "USER", "emailEnabled": True, **({"username": name} if name else {})}
    answer = call("POST", CONFIGS, config("NO_PRIMARY", user))
    assert refusal(answer) == (400, "BAD_USERNAME_REF", parameters)
    assert answer.json()["detail"] == f"No user with provided username {name} exists."
    known = {**user, "username": "owner@example.com"}
    assert call("POST", CONFIGS, config("NO_PRIMARY", known)).status_code == 201


@pytest.mark.evidence("INFERRED", "DOCS: the code for a team that does not exist")
def test_a_team_is_looked_up(call):
    team = {"typeName": "TEAM", "emailEnabled": True, "teamId": "0" * 24}
    answer = call("POST", CONFIGS, config("NO_PRIMARY", team))
    assert refusal(answer) == (404, "TEAM_NOT_FOUND", ["0" * 24])
    known = {**team, "teamId": "badc0ffeebadc0ffeebadc0f"}
    assert call("POST", CONFIGS, config("NO_PRIMARY", known)).status_code == 201


@pytest.mark.parametrize("strict", [False, True])
def test_people_are_not_looked_up_where_the_seed_lists_none(tmp_path, strict):
    organizations = [{"id": "decafbaddecafbaddecafbad", "name": "Nobody in it"}]
    seed = seed_file(tmp_path, organizations=organizations)
    user = {"typeName": "USER", "emailEnabled": True, "username": "someone"}
    with Emulator(seed=seed, strict=strict) as server:
        answer = caller(server, "atlas-v2")("POST", CONFIGS, config("NO_PRIMARY", user))
        assert answer.status_code == (400 if strict else 201)
        if not strict:
            sentence = "'someone' is not looked up: the organization has no users or teams"
            assert warnings(server) == [sentence]


MASKS = {
    "PAGER_DUTY": ("serviceKey", "*" * 28 + "cdef", "INVALID_PAGER_DUTY_SERVICE_KEY"),
    "DATADOG": ("datadogApiKey", "*" * 28 + "cdef", "INVALID_DATADOG_API_KEY"),
    "OPS_GENIE": ("opsGenieApiKey", "*" * 32 + "3311", "INVALID_INTEGRATION_SETTINGS"),
    "VICTOR_OPS": ("victorOpsApiKey", "*" * 32 + "3311", "INVALID_INTEGRATION_SETTINGS"),
    "SLACK": ("apiToken", "******7890", None),
    "WEBHOOK": ("webhookUrl", "https://example.com/****5678", None),
    "MICROSOFT_TEAMS": ("microsoftTeamsWebhookUrl", "https://example.com/****5678", None),
}


@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas #1086, #1316: masks sent back")
@pytest.mark.evidence("INFERRED", "the errors of OPS_GENIE and VICTOR_OPS, as of the integrations")
@pytest.mark.parametrize("type_name", MASKS)
def test_a_mask_in_a_notification_is_refused_where_the_form_of_the_key_says_so(
    server, callers, family, type_name
):
    name, mask, code = MASKS[type_name]
    notification = {"typeName": type_name, name: mask, "channelName": "c"}
    answer = callers[family]("POST", CONFIGS, config("NO_PRIMARY", notification))
    if code and family != "ops-manager":
        assert refusal(answer)[:2] == (400, code)
    else:
        assert answer.status_code == 201
    sentence = f"{name} of {type_name} looks like a mask: was it read and sent back?"
    assert warnings(server) == [sentence]


@pytest.mark.parametrize("type_name", MASKS)
def test_a_strict_server_refuses_a_mask_in_a_notification(strict, type_name):
    name, mask, _ = MASKS[type_name]
    notification = {"typeName": type_name, name: mask, "channelName": "c"}
    answer = caller(strict, "ops-manager")("POST", CONFIGS, config("NO_PRIMARY", notification))
    assert refusal(answer)[:2] == (400, "INVALID_INTEGRATION_SETTINGS")
    assert name in answer.json()["detail"]


@pytest.mark.evidence(
    "RECORDED", "Atlas v2: the list, the first name added in 2026-03, moved in -05"
)
@pytest.mark.parametrize(
    ("date", "place"),
    [("2026-03-29", None), ("2026-03-30", 8), ("2026-05-17", 8), ("2026-05-18", 0)],
)
def test_the_names_of_fields_changed_with_time(date, place):
    with Emulator(profile=f"atlas@{date}") as server:
        names = caller(server, "atlas-v2")("GET", "/alertConfigs/matchers/fieldNames").json()
    assert len(names) == (8 if place is None else 9)
    assert place is None or names[place] == "ATLAS_NODE_TYPE"


@pytest.mark.evidence(
    "CLIENT", "mongocli asks Ops Manager and Cloud Manager for the names of fields"
)
@pytest.mark.evidence("DOCS", "the names of Ops Manager")
def test_ops_manager_lists_the_names_of_fields(callers):
    answer = callers["ops-manager"]("GET", "/alertConfigs/matchers/fieldNames")
    expected = "HOSTNAME PORT HOSTNAME_AND_PORT REPLICA_SET_NAME TYPE_NAME SHARD_NAME CLUSTER_NAME"
    assert (answer.status_code, answer.json()) == (200, expected.split())
    with Emulator(profile="cloud-manager") as server:
        call = caller(server, "ops-manager")
        assert call("GET", "/alertConfigs/matchers/fieldNames").json() == expected.split()


def new_project(call, **more):
    body = {"name": "A project", "orgId": "decafbaddecafbaddecafbad", **more}
    group = call("POST", "/groups", body).json()
    return call("GET", f"/groups/{group['id']}/alertConfigs").json()["results"]


@pytest.mark.evidence("RECORDED", "Atlas: the eleven settings made with a project of 2020")
@pytest.mark.parametrize("family", ATLAS)
def test_a_new_project_of_atlas_has_alert_configurations(callers, family):
    made = new_project(callers[family])
    assert [each["eventTypeName"] for each in made] == [
        OPLOG,
        "NO_PRIMARY",
        "CLUSTER_MONGOS_IS_MISSING",
        *[OUTSIDE] * 3,
        "CREDIT_CARD_ABOUT_TO_EXPIRE",
        *[OUTSIDE] * 2,
        "HOST_HAS_INDEX_SUGGESTIONS",
        "JOINED_GROUP",
    ]
    assert [each["id"] for each in made] == sorted(each["id"] for each in made)
    assert [each["enabled"] for each in made] == [True] * 8 + [False] + [True] * 2
    first, last = made[0], made[-1]
    assert first["threshold"] == {"operator": "LESS_THAN", "threshold": 1, "units": "HOURS"}
    assert first["notifications"][0]["roles"] == ["GROUP_OWNER"]
    assert "roles" not in last["notifications"][0]
    assert {each["created"] for each in made} == {each["updated"] for each in made}
    assert made[3]["metricThreshold"]["threshold"] == 80.0


@pytest.mark.evidence("DOCS", "manage-alert-configurations: the three of Ops Manager")
@pytest.mark.evidence("INFERRED", "their notifications, like those of Atlas")
def test_a_new_project_of_ops_manager_has_three_alert_configurations(callers):
    names = [each["eventTypeName"] for each in new_project(callers["ops-manager"])]
    assert names == ["JOINED_GROUP", "HOST_SSL_CERTIFICATE_STALE", "MONITORING_AGENT_DOWN"]


@pytest.mark.evidence(
    "DOCS", "withDefaultAlertsSettings; ISSUE terraform-provider-mongodbatlas #628"
)
@pytest.mark.parametrize("family", ATLAS)
def test_a_new_project_may_be_without_alert_configurations(callers, family):
    assert new_project(callers[family], withDefaultAlertsSettings=False) == []


def test_a_default_configuration_can_be_written_back(callers, family):
    """As read, without what the server sets."""
    body = {"name": "A project", "orgId": "decafbaddecafbaddecafbad"}
    group = callers[family]("POST", "/groups", body).json()
    path = f"/groups/{group['id']}/alertConfigs"
    for each in callers[family]("GET", path).json()["results"]:
        answer = callers[family]("PUT", f"{path}/{each['id']}", each)
        assert answer.status_code == 200, answer.text
        kept = {**answer.json(), "links": each["links"], "updated": each["updated"]}
        assert kept == each


def test_a_seed_lists_the_alert_configurations_of_its_projects(tmp_path):
    integration = {"type": "SLACK", "apiToken": "1234567890", "teamName": "T", "channelName": "c"}
    project = {
        "id": EMPTY,
        "name": "Empty",
        "orgId": "decafbaddecafbaddecafbad",
        "integrations": [integration],
        "alertConfigs": [config("NO_PRIMARY", {"typeName": "SLACK"}, enabled=True)],
    }
    with Emulator(seed=seed_file(tmp_path, projects=[project])) as server:
        (shown,) = caller(server, "atlas-v2")("GET", CONFIGS).json()["results"]
    assert (shown["eventTypeName"], shown["enabled"]) == ("NO_PRIMARY", True)
    assert shown["notifications"][0]["apiToken"] == "******7890"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "projects[0].alertConfigs[0]: MISSING_ATTRIBUTE eventTypeName"),
        (config("NO_PRIMARY", {"typeName": "PIGEON"}), "INVALID_ENUM_VALUE PIGEON"),
        (config("NO_PRIMARY", MAIL, matchers=[{}]), "MISSING_ATTRIBUTE fieldName"),
    ],
)
def test_a_bad_alert_configuration_in_a_seed_is_named(tmp_path, body, sentence):
    project = {"id": EMPTY, "name": "E", "orgId": "d" * 24, "alertConfigs": [body]}
    with pytest.raises(Exception, match="alertConfigs") as refused:
        Emulator(seed=seed_file(tmp_path, projects=[project]))
    assert sentence in str(refused.value)
    assert OWNER[1] not in str(refused.value)
