"""Alert configurations of Ops Manager's administrators: for all projects, or for some."""

from __future__ import annotations

import pytest

from tests.alerting.test_alerts import World, world  # noqa: F401
from tests.conftest import DEMO, EMPTY, HIDDEN

CONFIG = {
    "enabled": True,
    "eventTypeName": "BACKUP_AGENT_DOWN",
    "forAllGroups": True,
    "groupIds": [],
    "matchers": [],
    "notifications": [
        {"typeName": "ADMIN", "delayMin": 0, "intervalMin": 60},
        {
            "typeName": "WEBHOOK",
            "webhookUrl": "https://example.com/webhook",
            "webhookSecret": "secret123",
            "intervalMin": 60,
        },
    ],
    "tags": [],
    "typeName": "AGENT",
}


@pytest.fixture
def configs(server, admin):
    """The administrator's session and the address of the global configurations."""

    def ask(method, path="", status=200, **options):
        answer = admin.request(method, f"{server.url}/globalAlertConfigs{path}", **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    return ask


@pytest.mark.evidence("DOCS", "global-alert-configurations pages of the manual")
def test_a_global_configuration_is_kept_changed_and_deleted(configs):
    made = configs("POST", status=201, json=CONFIG)
    shown = {
        name: value for name, value in CONFIG.items() if name not in ("notifications", "typeName")
    }
    assert {name: made[name] for name in shown} == shown
    assert list(made) == sorted(made)
    assert "groupId" not in made
    to_admins, hook = made["notifications"]
    assert to_admins["id"] == to_admins["notifierId"]
    assert hook["webhookUrl"] != CONFIG["notifications"][1]["webhookUrl"]
    assert "secret123" not in str(made)
    one = f"/{made['id']}"
    assert configs("PATCH", one, json={"enabled": False})["enabled"] is False
    kept = [{"typeName": "WEBHOOK", "notifierId": hook["notifierId"], "intervalMin": 10}]
    changed = configs("PUT", one, json={**CONFIG, "notifications": kept})
    assert changed["notifications"] == [{**hook, "intervalMin": 10}]
    assert changed["created"] == made["created"]
    assert configs("GET")["results"] == [configs("GET", one)] == [changed]
    configs("DELETE", one, 204)
    assert configs("GET", one, 404)["errorCode"] == "GLOBAL_ALERT_CONFIG_NOT_FOUND"


@pytest.mark.evidence("DOCS", "the table of a global configuration's body in the manual")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"forAllGroups": None}, "MISSING_ATTRIBUTE"),
        ({"forAllGroups": False}, "MISSING_ATTRIBUTE"),
        ({"forAllGroups": False, "groupIds": [EMPTY], "tags": ["PROD"]}, "INVALID_ATTRIBUTE"),
        ({"eventTypeName": "NO_EVENT"}, "INVALID_ENUM_VALUE"),
        ({"notifications": []}, "MISSING_NOTIFICATIONS"),
        ({"notifications": [{"typeName": "WEBHOOK"}]}, "WEBHOOK_URL_NOT_SET"),
        ({"notifications": ["ADMIN"]}, "INVALID_JSON_ATTRIBUTE"),
        ({"threshold": {"threshold": 1}}, "THRESHOLD_PRESENT"),
    ],
)
def test_a_bad_configuration_is_refused(configs, change, code):
    assert configs("POST", status=400, json={**CONFIG, **change})["errorCode"] == code
    assert configs("GET")["totalCount"] == 0


@pytest.mark.evidence("DOCS", "roles of the global-alert-configurations pages of the manual")
def test_it_takes_a_global_role(server, api):
    assert api.get(f"{server.url}/globalAlertConfigs").json()["errorCode"] == "USER_UNAUTHORIZED"


@pytest.mark.evidence("DOCS", "NOTIFICATION_TYPE_IS_GLOBAL_ONLY in the manual's table of errors")
def test_a_project_notifies_no_administrators(server, api):
    body = {**CONFIG, "notifications": [{"typeName": "ADMIN"}]}
    for name in ("forAllGroups", "groupIds", "tags"):
        del body[name]
    refused = api.post(f"{server.url}/groups/{EMPTY}/alertConfigs", json=body)
    assert refused.json()["errorCode"] == "NOTIFICATION_TYPE_IS_GLOBAL_ONLY"


@pytest.mark.evidence("DOCS", "forAllGroups, groupIds and tags in the manual")
@pytest.mark.parametrize(
    ("change", "opened"),
    [
        ({}, [EMPTY, DEMO, HIDDEN]),
        ({"forAllGroups": False, "groupIds": [EMPTY]}, [EMPTY]),
        ({"tags": ["PROD"]}, [DEMO]),
    ],
)
def test_alerts_are_opened_in_the_projects_that_it_is_for(world, configs, change, opened, api):  # noqa: F811
    url = world.group.replace(EMPTY, DEMO)
    assert api.patch(url, json={"tags": ["PROD"]}).ok
    config = configs("POST", status=201, json={**CONFIG, **change})
    projects = [EMPTY, DEMO, HIDDEN]
    made = {
        each: world.open(project=each, event="BACKUP_AGENT_DOWN")["alerts"] for each in projects
    }
    assert [each for each in projects if made[each]] == opened
    listed = configs("GET", f"/{config['id']}/alerts")["results"]
    assert {each["groupId"] for each in listed} == set(opened)
    to_admins = world.inbox(service="ADMIN")
    assert [each["project"] for each in to_admins] == opened
    configs("DELETE", f"/{config['id']}", 204)
    statuses = {each["status"] for each in world.admin("GET", "/alerts")["alerts"]}
    assert statuses == {"CANCELLED"}


@pytest.mark.evidence("DOCS", "global-alert-configurations-test-one page of the manual")
def test_a_test_notification_is_sent_for_no_project(world, configs):  # noqa: F811
    config = configs("POST", status=201, json=CONFIG)
    notifier = config["notifications"][1]["notifierId"]
    answer = configs("POST", f"/{config['id']}/{notifier}/test")
    assert answer["success"] is True
    (delivery,) = world.inbox(service="WEBHOOK")
    assert delivery["project"] == "0" * 24
    configs("POST", f"/{config['id']}/{'0' * 24}/test", 404)


def test_a_global_configuration_and_its_alerts_are_in_exported_states(world, configs):  # noqa: F811
    configs("POST", status=201, json=CONFIG)
    (alert,) = world.open(event="BACKUP_AGENT_DOWN")["alerts"]
    state = world.admin("GET", "/state", 200)
    assert "secret123" not in str(state)
    world.admin("PUT", "/state", 204, json=state)
    assert world.admin("POST", f"/alerts/{alert['id']}/close")["status"] == "CLOSED"
    table = state["owners"]["application/application"]["globalAlertConfigs"]
    next(iter(table.values()))["notifications"][0]["typeName"] = "ADMINS"
    assert "notifications" in world.admin("PUT", "/state", 400, json=state)["message"]
