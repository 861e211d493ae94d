"""`--profile`: families as they were on a day."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import requests

from opsemu.cli.main import EX_CONFIG
from opsemu.config import ConfigError
from opsemu.mongodb.vendor import dialects
from opsemu.server import Emulator

from ...conftest import DEMO, EMPTY
from .conftest import PREFIXES, caller

KEY = "0" * 32
URL = "https://example.com/51c0ef87e9951c3e147accf0e12101"
SWITCHES = {"sendCollectionLatencyMetrics", "sendDatabaseMetrics"}
DATADOG = {"apiKey", "customEndpoint", "id", "region", "type"} | SWITCHES
WEBHOOK = {"id", "secret", "type", "url"}
LIST = f"/groups/{EMPTY}/integrations"


def shown(profile, type_name, body):
    """An integration as Atlas v2 shows it under a profile."""
    with Emulator(profile=profile) as emulator:
        v2 = caller(emulator, "atlas-v2")
        assert v2.put(type_name, body).status_code == 200
        return v2.get(type_name)


@pytest.mark.evidence("RECORDED", "Atlas v2, 103 runs from 2025-03-25 to 2026-08-10")
@pytest.mark.parametrize(
    ("date", "more"),
    [
        ("2025-03", set()),
        ("2025-06-26", {"_sendUserProvidedResourceTags"}),
        ("2025-07-03", {"sendUserProvidedResourceTags"}),
        ("2025-08-20", {"sendUserProvidedResourceTags", "sendQueryStatsMetrics"}),
        ("2026-08", {"sendUserProvidedResourceTags", "sendQueryStatsMetrics"}),
    ],
)
def test_datadog_gained_switches(date, more):
    assert shown(f"atlas@{date}", "DATADOG", {"apiKey": KEY}).keys() == DATADOG | more


OCTOBER = {"region": "AP2", "sendShardingMetrics": True}


@pytest.mark.evidence("SPEC", "as generated into pyatlassdk of October 2026; not in August's")
@pytest.mark.evidence("INFERRED", "the day is the first of October")
@pytest.mark.parametrize("family", ["atlas-v1", "atlas-v2"])
def test_datadog_gained_a_region_and_a_switch(family):
    notification = {"typeName": "DATADOG", "datadogApiKey": KEY, "datadogRegion": "AP2"}
    alert = {"eventTypeName": "NO_PRIMARY", "notifications": [notification]}
    with Emulator(profile="atlas@2026-09-30") as before, Emulator(profile="atlas@2026-10") as after:
        old, new = caller(before, family), caller(after, family)
        for name, value in OCTOBER.items():
            assert old.put("DATADOG", {"apiKey": KEY, name: value}).status_code == 400
        assert old("POST", f"/groups/{EMPTY}/alertConfigs", alert).status_code == 400
        assert new.put("DATADOG", {"apiKey": KEY, **OCTOBER}).status_code == 200
        assert new.get("DATADOG").items() >= OCTOBER.items()
        assert new("POST", f"/groups/{EMPTY}/alertConfigs", alert).status_code == 201


@pytest.mark.evidence("RECORDED", "Atlas v2, the X-Java-Version of 4,220 commits")
@pytest.mark.parametrize(
    ("date", "java"),
    [
        ("2025-07-08", "17.0.14+7"),
        ("2025-07-21", "17.0.15+6"),
        ("2025-11-23", "17.0.15+6"),
        ("2025-11-24", "17.0.16+8"),
        ("2026-01-14", "17.0.17+10"),
        ("2026-03-27", "17.0.17+10-LTS"),
        ("2026-05-18", "17.0.18+9-LTS"),
        ("2026-06-01", "17.0.19+10-LTS"),
    ],
)
def test_the_version_of_java_changed_with_time(date, java):
    (family,) = [each for each in dialects(f"atlas@{date}") if each.name == "atlas-v2"]
    assert family.headers.java_version == java


FLOWDOCK = {"apiToken": "1234567890", "flowName": "flow", "orgName": "org"}


@pytest.mark.evidence("DOCS", "Ops Manager 4.2 to 5.0: FLOWDOCK; its token in clear as in Atlas's")
def test_ops_manager_had_flowdock_up_to_5_0():
    with Emulator(profile="ops-manager@5.0") as emulator:
        call = caller(emulator, "ops-manager")
        assert call.put("FLOWDOCK", FLOWDOCK).status_code == 200
        assert call.get("FLOWDOCK") == {**FLOWDOCK, "type": "FLOWDOCK"}
        spaced = call.put("FLOWDOCK", {"flowName": "a flow"}).json()
        assert spaced["errorCode"] == "INVALID_FLOWDOCK_FLOW_NAME"
        assert call.types() == ["FLOWDOCK"]
        assert caller(emulator, "atlas-v2").types() == []


@pytest.mark.evidence("INFERRED", "the error of an unknown type, for every method")
@pytest.mark.parametrize("profile", ["ops-manager@6.0", ""])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_flowdock_is_unknown_after_5_0(profile, method):
    with Emulator(profile=profile) as emulator:
        call = caller(emulator, "ops-manager")
        answer = call(method, f"{LIST}/FLOWDOCK", {"type": "FLOWDOCK", **FLOWDOCK})
        assert (answer.status_code, answer.json()["parameters"]) == (400, ["FLOWDOCK"])


@pytest.mark.evidence("CLIENT", "the operator and the Go library read the version from the header")
@pytest.mark.evidence("INFERRED", "all of a build's name but its first two numbers")
@pytest.mark.parametrize("version", ["5.0", "6.0", "7.0", "8.0"])
def test_ops_manager_names_the_version_of_its_profile(version):
    profile = f"ops-manager@{version}"
    with Emulator(profile=profile) as emulator:
        header = caller(emulator, "ops-manager")("GET", LIST).headers["X-MongoDB-Service-Version"]
        told = requests.get(f"{emulator.admin_url}/version", timeout=9).json()["server"]
    assert re.fullmatch(rf".*; versionString={version}\.\d+\.\d+\.\d{{8}}T\d{{4}}Z", header)
    assert header.endswith(f"={told}")
    with Emulator(profile=profile, server_version="1.2.3") as emulator:
        header = caller(emulator, "ops-manager")("GET", LIST).headers["X-MongoDB-Service-Version"]
    assert header.endswith("; versionString=1.2.3")


@pytest.mark.evidence("RECORDED", "Atlas v2: templates since 2026-06, renamed within the month")
@pytest.mark.parametrize(
    ("date", "more"),
    [
        ("2026-05-31", set()),
        ("2026-06-01", {"webhookBodyTemplate", "webhookHeadersTemplate"}),
        ("2026-06", {"bodyTemplate", "headersTemplate"}),
        ("2026-08", {"bodyTemplate", "headersTemplate"}),
    ],
)
def test_webhook_gained_templates(date, more):
    assert shown(f"atlas@{date}", "WEBHOOK", {"url": URL}).keys() == WEBHOOK | more


@pytest.mark.evidence("RECORDED", "94 runs to 2026-03-30, 9 since 2026-05-18")
@pytest.mark.parametrize(
    ("profile", "url"),
    [
        ("atlas@2025-03", "https://example.com/****"),
        ("atlas@2026-05-17", "https://example.com/****"),
        ("atlas@2026-05-18", "https://example.com/****2101"),
        ("", "https://example.com/****2101"),
    ],
)
def test_the_end_of_a_url_came_to_be_shown(profile, url):
    assert shown(profile, "WEBHOOK", {"url": URL})["url"] == url


@pytest.mark.evidence("RECORDED", "the days of the recordings before and after each change")
@pytest.mark.parametrize(
    ("date", "header", "there"),
    [
        ("2025-11-09", "X-Error-Code", False),
        ("2025-11-10", "X-Error-Code", True),
        ("2026-01-18", "Ratelimit-Limit", False),
        ("2026-01-19", "Ratelimit-Limit", True),
    ],
)
def test_headers_came_with_time(date, header, there):
    with Emulator(profile=f"atlas@{date}") as emulator:
        answer = caller(emulator, "atlas-v2")("GET", f"{LIST}/WEBHOOK")
        assert (header in answer.headers) == there


@pytest.mark.evidence("RECORDED", "empty for DELETE to 2026-02-04; 106 bytes to 2026-07-20")
@pytest.mark.parametrize(
    ("date", "method", "size"),
    [
        ("2026-02-04", "DELETE", 0),
        ("2026-02-05", "DELETE", 106),
        ("2026-07-20", "POST", 106),
        ("2026-08", "POST", 142),
    ],
)
def test_the_challenge_changed_with_time(date, method, size):
    with Emulator(profile=f"atlas@{date}") as emulator:
        answer = requests.request(method, f"{emulator.base_url}{PREFIXES['atlas-v2']}{LIST}")
        assert (answer.status_code, len(answer.content)) == (401, size)


@pytest.fixture(scope="module")
def cloud_manager():
    with Emulator(profile="cloud-manager") as emulator:
        yield caller(emulator, "ops-manager")


@pytest.mark.evidence("DOCS", "error table: HipChat and Datadog on Cloud Manager")
@pytest.mark.evidence("INFERRED", "the error for FLOWDOCK, which is unknown there")
@pytest.mark.parametrize(
    ("type_name", "code", "parameters"),
    [
        ("DATADOG", "DATADOG_NOT_SUPPORTED_FOR_CLOUD_MANAGER", []),
        ("HIP_CHAT", "HIPCHAT_NOT_SUPPORTED", []),
        ("FLOWDOCK", "INVALID_ENUM_VALUE", ["FLOWDOCK"]),
    ],
)
def test_cloud_manager_lacks_some_types(cloud_manager, type_name, code, parameters):
    error = cloud_manager.put(type_name, {}).json()
    assert (error["errorCode"], error["parameters"]) == (code, parameters)


PROMETHEUS = {
    "username": "u",
    "password": "pw",
    "listenAddress": "0.0.0.0:9216",
    "serviceDiscovery": "file",
    "scheme": "https",
    "enabled": True,
    "tlsPemPath": "/etc/p.pem",
}


@pytest.mark.evidence("DOCS", "Cloud Manager: integration settings, and the Prometheus tutorial")
def test_cloud_manager_has_prometheus_with_ops_managers_attributes(cloud_manager):
    assert cloud_manager.put("PROMETHEUS", PROMETHEUS).status_code == 200
    shown = cloud_manager.get("PROMETHEUS")
    assert shown.items() >= {k: v for k, v in PROMETHEUS.items() if k != "password"}.items()
    cloud_manager("DELETE", f"{LIST}/PROMETHEUS")
    rest = {name: value for name, value in PROMETHEUS.items() if name != "listenAddress"}
    answer = cloud_manager.put("PROMETHEUS", rest)
    assert answer.json()["parameters"] == ["listenAddress"]


@pytest.mark.evidence("DOCS", "Cloud Manager, newest: POST fails if the type is configured")
def test_cloud_manager_refuses_a_second_post_of_every_type(cloud_manager):
    body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "T"}
    answers = [cloud_manager("POST", f"{LIST}/SLACK", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["errorCode"] == "INTEGRATION_ALREADY_CONFIGURED"
    cloud_manager("DELETE", f"{LIST}/SLACK")


@pytest.mark.evidence("INFERRED", "Cloud Manager runs the code that Atlas runs")
def test_cloud_manager_shows_at_ops_managers_address_what_atlas_shows(cloud_manager):
    assert cloud_manager.put("PAGER_DUTY", {"serviceKey": "1"}).status_code == 400
    answer = cloud_manager.put("PAGER_DUTY", {"serviceKey": KEY})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers.keys() >= {"Ratelimit-Limit", "X-Java-Method"}
    shown = cloud_manager.get("PAGER_DUTY")
    assert list(shown) == ["id", "region", "serviceKey", "type"]
    assert "secret" not in cloud_manager.put("WEBHOOK", {"url": URL}).text


@pytest.mark.evidence("DOCS", "a project out of sight, by family")
def test_a_project_out_of_sight_is_refused_in_each_familys_words(callers, cloud_manager):
    path = f"/groups/{'1' * 24}"
    codes = {name: call("GET", path).json()["errorCode"] for name, call in callers.items()}
    assert codes.pop("ops-manager") == "NOT_IN_GROUP"
    assert set(codes.values()) == {"GROUP_NOT_FOUND"}
    assert cloud_manager("GET", path).json()["errorCode"] == "NOT_IN_GROUP"


@pytest.mark.parametrize(
    "profile",
    [
        "atlas@",
        "atlas@2025",
        "atlas@2025-3",
        "atlas@7.0",
        "opsmanager",
        "ops-manager@4.4",
        "cloud-manager@7.0",
        "ops-manager,cloud-manager",
        "ops-manager@7.0,cloud-manager",
        "atlas@x",
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(profile):
    with pytest.raises(ConfigError, match="profile"):
        dialects(profile)


def test_a_profile_that_makes_no_sense_ends_the_command_line_in_one_line():
    command = [sys.executable, "-m", "opsemu", "serve", "--port", "0", "--profile", "atlas@now"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (EX_CONFIG, 1)
    assert "atlas@now" in ended.stderr


def test_several_families_are_named_at_once():
    names = [dialect.name for dialect in dialects(" ops-manager@2024-01 , atlas@2026-08-10")]
    assert names[:3] == ["ops-manager", "atlas-v1", "atlas-v2"]
    assert dialects("cloud-manager")[0].name == "cloud-manager"


def test_the_demo_project_is_there_under_every_profile(cloud_manager):
    results = cloud_manager("GET", f"/groups/{DEMO}/integrations").json()["results"]
    assert [each["type"] for each in results] == ["PAGER_DUTY", "SLACK"]
