"""Metrics, coverage and uptime."""

from __future__ import annotations

import time

import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, integrations, signed


def test_metrics_are_in_the_format_of_prometheus(world):
    world.session.get(world.url)
    answer = world.admin("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    line = 'opsemu_requests_total{dialect="ops-manager",operation="getIntegrations",status="200"} '
    assert line in answer.text
    assert f'opsemu_journal_rows{{world="{world.name}"}} 1' in answer.text


def test_coverage_names_what_was_not_called():
    with Emulator(seed="empty") as running, signed(OWNER) as session:
        session.get(integrations(running, EMPTY))
        answer = requests.get(f"{running.admin_url}/coverage").json()
    assert answer["operations"]["getIntegrations"] == {"succeeded": 1, "refused": 0}
    assert "createIntegration" in answer["uncalled"]
    assert "getIntegrations" not in answer["uncalled"]


def test_uptime_counts_from_the_start_of_the_server():
    with Emulator(seed="empty") as running:
        time.sleep(0.2)
        uptime = requests.get(f"{running.admin_url}/health").json()["uptime"]
    assert uptime >= 0.2
