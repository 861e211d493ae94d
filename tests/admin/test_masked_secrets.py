"""Masks that are written back, and what the log says of calls."""

from __future__ import annotations

import json

import pytest

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, integrations, signed

MASKED = [
    ("DATADOG", {"apiKey": "*" * 28 + "c4d5"}, "apiKey"),
    ("SLACK", {"apiToken": "****1234", "teamName": "T"}, "apiToken"),
    ("WEBHOOK", {"url": "https://example.com/****"}, "url"),
    ("WEBHOOK", {"url": "https://example.com/x", "secret": "********"}, "secret"),
]


@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas 963: a mask written back as a key")
@pytest.mark.parametrize(("type_name", "body", "field"), MASKED)
def test_a_mask_that_is_written_back_is_a_warning(world, type_name, body, field):
    assert world.put(type_name, **body).status_code == 200
    (row,) = world.admin("GET", "/requests").json()["requests"]
    assert row["warnings"] == [
        f"{field} of {type_name} looks like a mask: was it read and sent back?"
    ]


@pytest.mark.parametrize(("type_name", "body", "field"), MASKED)
def test_a_strict_server_refuses_it(type_name, body, field):
    with Emulator(seed="empty", strict=True) as running, signed(OWNER) as session:
        url = f"{integrations(running, EMPTY)}/{type_name}"
        answer = session.put(url, json={"type": type_name, **body})
        assert (answer.status_code, answer.json()["errorCode"]) == (
            400,
            "INVALID_INTEGRATION_SETTINGS",
        )
        assert field in answer.json()["detail"]
        assert session.get(url).status_code == 404


@pytest.mark.parametrize("value", ["a*b", "1234567890", "***", "********12345"])
def test_what_is_no_mask_is_no_warning(world, value):
    world.put("SLACK", apiToken="real-token", teamName=value)
    (row,) = world.admin("GET", "/requests").json()["requests"]
    assert row["warnings"] == []


def test_the_log_has_a_line_for_each_call_with_its_reason(world, log_lines):
    world.session.get(f"{world.url}/DATADOG")
    signed((world.key[0], "wrong")).get(world.url)
    lines = log_lines.getvalue().splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    assert [row["status"] for row in found if row["level"] == "INFO"] == [401, 404, 401, 401]
    assert "no credentials were sent" in found[0]["reasons"][0]
    assert found[1]["operation"] == "getIntegration"
    assert any("404 getIntegration" in line and "[ISSUE]" in line for line in lines)
    assert any("was not made with the private key" in line for line in lines)
