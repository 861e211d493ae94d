"""`--profile`: families as they were on a day."""

from __future__ import annotations

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
@pytest.mark.evidence("INFERRED", "PROMETHEUS is unknown there: the error of an unknown type")
@pytest.mark.parametrize(
    ("type_name", "code", "parameters"),
    [
        ("DATADOG", "DATADOG_NOT_SUPPORTED_FOR_CLOUD_MANAGER", []),
        ("HIP_CHAT", "HIPCHAT_NOT_SUPPORTED", []),
        ("PROMETHEUS", "INVALID_ENUM_VALUE", ["PROMETHEUS"]),
    ],
)
def test_cloud_manager_lacks_some_types(cloud_manager, type_name, code, parameters):
    error = cloud_manager.put(type_name, {}).json()
    assert (error["errorCode"], error["parameters"]) == (code, parameters)


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
    ["atlas@", "atlas@2025", "atlas@2025-3", "opsmanager", "ops-manager,cloud-manager", "atlas@x"],
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
