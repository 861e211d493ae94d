"""What a server has not imported before it is needed."""

from __future__ import annotations

import gc
import json
import subprocess
import sys

import pytest

from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER

SCRIPT = f"""
import json, sys, requests
from opsemu.server import Emulator
imported = sorted(sys.modules)
with Emulator(seed="demo") as emulator:
    url = f"{{emulator.url}}/groups/{DEMO}/integrations"
    answer = requests.get(url, auth=requests.auth.HTTPDigestAuth(*{OWNER}), timeout=30)
    assert len(answer.json()["results"]) > 1, answer.text
    json.dump([imported, sorted(sys.modules)], sys.stdout)
"""


@pytest.fixture(scope="module")
def modules():
    """The modules after the import of Emulator, and after its first answer, without its client."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True, timeout=60
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "name", ["marshmallow", "opsemu.application", "opsemu.mongodb", "opsemu.schemas"]
)
def test_the_class_is_imported_without_the_application(modules, name):
    assert name not in modules[0]


@pytest.mark.parametrize(
    "name",
    [
        "apispec",
        "cryptography",
        "prometheus_client",
        "pythonjsonlogger",
        "redis",
        "trustme",
        "yaml",
        "opsemu.admin.app",
        "opsemu.admin.schemas",
        "opsemu.alerting.engine",
        "opsemu.alerting.services",
        "opsemu.mongodb.alerts.configs",
        "opsemu.mongodb.automation.deployment",
        "opsemu.mongodb.projects.projects",
        "opsemu.mongodb.rows.rows",
        "opsemu.opsramp.installed",
        "opsemu.schemas.alert_configs",
        "opsemu.schemas.users",
        "opsemu.store.files",
        "opsemu.store.redis",
    ],
)
def test_a_list_of_integrations_is_answered_without(modules, name):
    assert name not in modules[1]


def test_a_list_of_integrations_takes_few_modules(modules):
    assert sum(name.startswith("opsemu.") for name in modules[1]) < 170


@pytest.mark.parametrize("was_enabled", [True, False])
def test_an_emulator_leaves_the_garbage_collector_as_it_was(was_enabled):
    try:
        (gc.enable if was_enabled else gc.disable)()
        Emulator(seed="empty")
        assert gc.isenabled() == was_enabled
    finally:
        gc.enable()
