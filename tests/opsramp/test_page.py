"""docs/opsramp.md shows what happens."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsemu.cli.main import cli

from . import test_traps
from .samples import sample

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "opsramp.md").read_text()
BLOCKS = re.findall(r"```\w*\n(.*?)\n```", PAGE, re.DOTALL)
BASE_URL = "http://127.0.0.1:8790"


def block(start: str) -> str:
    """The one fenced block of the page that starts so."""
    (text,) = [text for text in BLOCKS if text.startswith(start)]
    return text


def normalize(text: str) -> str:
    """The text without what differs from call to call."""
    return re.sub(r"(Date|X-RateLimit-Reset): .*", r"\1: …", text.replace("\r\n", "\n")).strip()


@pytest.fixture
def shell(server):
    """What commands of the page print once there is a token."""

    def run(command: str) -> str:
        script = f"{block('TOKEN=')}\n{command}".replace(BASE_URL, server.base_url)
        process = subprocess.run(script, shell=True, capture_output=True, text=True, cwd=ROOT)
        return process.stdout.replace(server.base_url, BASE_URL)

    return run


@pytest.mark.evidence("DOCS", "update: sample request and response, by curl")
def test_the_documented_update_prints_what_is_shown(shell):
    output = shell(block("curl -s -X POST"))
    assert normalize(output) == block("{\n")
    assert json.loads(output) == sample("seed-update")["response"]["body"]


def test_an_unknown_integration_prints_what_is_shown(shell):
    assert normalize(shell(block("curl -i -H"))) == normalize(block("HTTP/1.1 500"))


def test_the_alert_that_the_page_posts_is_found_as_the_page_searches(shell):
    output = shell(block("curl -sX POST"))
    event_ids, end = json.JSONDecoder().raw_decode(output)
    (alert,) = json.loads(output[end:])["results"]
    assert (len(event_ids), alert["subject"], alert["app"]) == (1, "Disk full", "Nagios")


def test_the_body_is_that_of_the_documentation():
    body = json.loads((ROOT / "docs" / "examples" / "opsramp-update.json").read_text())
    assert body == sample("seed-update")["request"]["body"]


def test_the_variables_are_those_that_env_prints():
    output = CliRunner().invoke(cli, ["env", "--for", "opsramp"]).output
    assert block("export OPSRAMP_URL") in output
    assert output.count("OPSRAMP_") == block("export OPSRAMP_URL").count("OPSRAMP_")


def test_every_trap_is_listed_as_its_test_says():
    names = re.findall(r"test_trap_(\d\d)_(\w+)", " ".join(vars(test_traps)))
    for number, name in names:
        assert f"\n{int(number)}. {name.replace('_', ' ').capitalize()}." in PAGE
