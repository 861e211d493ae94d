"""python-opsramp, the vendor's own library, against the demo tenant."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from opsemu.server import Emulator

from .venvs import PYTHON_OPSRAMP, programs

SCRIPT = Path(__file__).parent / "opsramp_acceptance.py"
# Its default retries take 63 seconds: one of them would be seen here.
PATIENCE = 40

pytestmark = pytest.mark.client("python-opsramp")


@pytest.fixture
def run(record):
    """What a script prints that runs with python-opsramp and the demo tenant's variables."""
    python = programs(PYTHON_OPSRAMP) / "python"
    with Emulator(seed="demo") as emulator:
        url = record(emulator.port).url
        told = {
            "OPSRAMP_URL": url,
            "OPSRAMP_KEY": "opsemu-demo-key",
            "OPSRAMP_SECRET": "opsemu-demo-secret",
            "OPSRAMP_TENANT_ID": "client_8",
        }

        def script(path: Path) -> str:
            done = subprocess.run(
                [python, path], env=os.environ | told, capture_output=True, text=True,
                timeout=PATIENCE,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return done.stdout.replace(url, "http://127.0.0.1:8790")

        yield script


@pytest.fixture
def seen(run):
    """What the library saw in the life of an integration."""
    return json.loads(run(SCRIPT))


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run")
def test_python_opsramp_lists_types_and_integrations(seen):
    assert {"CUSTOM", "CASERVICEDESK", "KUBERNETES"} <= set(seen["types"])
    assert seen["types by seven"] == seen["types again"] == seen["types"]
    assert seen["one type"] == "Custom"
    assert seen["all instances"] is True
    assert seen["before"] == [
        ["INTG-9c584c86-4ba9-4006-9ee2-c41a07b7c761", "ITSM_INTEGRATION"],
    ]


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run")
def test_python_opsramp_installs_and_changes_an_integration(seen):
    assert seen["secret at install"] is True
    assert seen["updated"] == "Renamed"
    assert seen["auth types"] == {"OAUTH2": "OAUTH2", "WEBHOOK": "WEBHOOK", "BASIC": "BASIC"}
    assert seen["notifier"] == {
        "baseURI": "www.example.com", "authType": "OAUTH2", "grantType": "CLIENT_CREDENTIALS",
        "apiKey": "k", "accessTokenURI": "",
    }  # fmt: skip
    assert seen["switched"] == ["", "disabled", "", "enabled"]


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run: its mk functions")
def test_python_opsramp_installs_what_it_helps_to_define(seen):
    assert seen["child"] == "Child"
    assert seen["email"].endswith(".opsramp.com")
    assert seen["azure"] == ["ARM", "ASM"]
    assert seen["mapped"] == [{"attrValue": "Open", "thirdPartyAttrValue": "new"}]
    assert seen["auth type"] == ["WEBHOOK", None]
    assert seen["redacted"] == "REDACTED"


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run: globalconfig")
def test_python_opsramp_lists_alert_types_and_technologies(seen):
    assert "MONITORING" in seen["alert types"]
    assert {"Custom", "Nagios"} <= set(seen["alert technologies"])


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run")
def test_python_opsramp_finds_what_it_gets(seen):
    assert seen["get is an element of search"] is True


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run")
def test_python_opsramp_reads_a_cluster_configuration_where_there_is_one(seen):
    assert seen["configuration"].startswith("---\napiVersion")
    assert "not supported" in seen["not supported"]


@pytest.mark.evidence("CLIENT", "python-opsramp 3.5.0, run")
def test_python_opsramp_is_told_what_is_gone_and_who_is_not_let_in(seen):
    assert seen["deleted"] == ""
    assert "500" in seen["gone"]
    assert "No installed integration found with id" in seen["gone"]
    assert "407" in seen["no token"]
