"""The OpenAPI document of the admin API."""

from __future__ import annotations

import re

import pytest
import requests


@pytest.fixture
def document(server):
    return requests.get(f"{server.admin_url}/openapi.json", timeout=9).json()


def operations(document):
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_every_reference_leads_to_a_component(document):
    references = set(re.findall(r"'#/components/(\w+)/(\w+)'", str(document)))
    assert {kind for kind, _ in references} == {"schemas", "responses"}
    assert [name for kind, name in references if name not in document["components"][kind]] == []


def test_operation_ids_are_unique_and_stay(document):
    names = [operation["operationId"] for operation in operations(document)]
    assert len(set(names)) == len(names)
    assert {"requests_verify", "requests_wait", "states_restate", "numbers_metrics"} <= set(names)


def test_every_operation_has_a_summary_and_a_success(document):
    for operation in operations(document):
        assert operation["summary"].endswith(".")
        assert any(status < "300" for status in operation["responses"])


def test_the_worlds_that_exist_can_be_chosen(document):
    (world,) = document["paths"]["/__admin/clock"]["get"]["parameters"]
    assert "default" in world["schema"]["enum"]


def test_responses_are_described_member_by_member(document):
    request = document["components"]["schemas"]["RecordedRequest"]
    assert request["additionalProperties"] is False
    assert request["properties"]["operation"]["type"] == ["string", "null"]
    assert set(request["required"]) == set(request["properties"])
