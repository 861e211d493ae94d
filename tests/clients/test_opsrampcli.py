"""opsrampcli, a command line for OpsRamp, exports integrations and imports them again."""

from __future__ import annotations

import json
import subprocess

import pytest

from opsemu.server import Emulator

from .venvs import programs

PATIENCE = 120

pytestmark = pytest.mark.client("opsrampcli")


@pytest.fixture
def opcli(tmp_path, record):
    """A fresh demo tenant; what a command of `opcli` prints about it."""
    program = programs("opsrampcli==0.31.0") / "opcli"
    with Emulator(seed="demo") as emulator:
        url = record(emulator.port).url

        def run(command: str, *arguments: str) -> str:
            access = {
                "url": url, "client_id": "opsemu-demo-key",
                "client_secret": "opsemu-demo-secret", "tenant": "client_8", "partner": "msp_1",
            }  # fmt: skip
            flags = [part for name, value in access.items() for part in (f"--{name}", value)]
            done = subprocess.run(
                [program, command, *flags, *arguments],
                cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        yield run


def exported(text: str):
    """The JSON in what `opcli` prints, which begins with a line or two of its own."""
    return json.loads(text[text.index("[") :])


@pytest.mark.evidence("CLIENT", "opsrampcli 0.31.0, run: getintegrations")
def test_opsrampcli_exports_integrations(opcli):
    (row,) = exported(opcli("getintegrations"))
    assert row["integration"]["name"] == "Service Desk"
    assert exported(opcli("getintegrations", "--query", "category:CUSTOM_INTEGRATION")) == []


@pytest.mark.evidence("CLIENT", "opsrampcli 0.31.0, run: importintegrations")
def test_opsrampcli_imports_what_it_exported(opcli, tmp_path):
    given = {
        "displayName": "Imported",
        "integration": {"id": "CUSTOM", "name": "Custom"},
        "category": "Custom",
        "outboundConfig": {"baseNotifier": {"baseURI": "www.example.com", "authType": "NONE"}},
    }
    (tmp_path / "one.json").write_text(json.dumps([given]))
    for _ in range(2):
        assert "Successfully created" in opcli("importintegrations", "--file", "one.json")
        (tmp_path / "one.json").write_text(
            json.dumps(
                exported(opcli("getintegrations", "--query", "category:CUSTOM_INTEGRATION"))[:1]
            )
        )
    rows = exported(opcli("getintegrations", "--query", "category:CUSTOM_INTEGRATION"))
    assert len({row["id"] for row in rows}) == 2
    assert [row["outboundConfig"] for row in rows] == [given["outboundConfig"]] * 2


@pytest.mark.evidence("CLIENT", "opsrampcli 0.31.0, run: addkubernetes-, addazurearmintegration")
def test_opsrampcli_adds_a_cluster_and_a_cloud(opcli):
    opcli("addkubernetesintegration", "--name", "k", "--type", "onPrem", "--engine", "Docker")
    azure = {"azname": "a", "azsub": "s", "aztenant": "t", "azclient": "c", "azsecret": "x"}
    opcli(
        "addazurearmintegration",
        *(part for name, value in azure.items() for part in (f"--{name}", value)),
    )
    rows = exported(opcli("getintegrations"))
    assert [row["integration"]["id"] for row in rows] == ["AZURE", "KUBERNETES", "CASERVICEDESK"]
    assert rows[0]["credential"]["SubscriptionId"] == "s"
