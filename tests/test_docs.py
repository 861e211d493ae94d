"""What the documents show is what the program does."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsemu.cli.banner import banner
from opsemu.cli.main import cli
from opsemu.schemas import REGISTRY
from tests.fields_table import with_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```\w*\n(.*?)\n```", README, re.DOTALL)
SHOWN = "http://127.0.0.1:8790"


def block(start: str) -> str:
    """The one fenced block of the README that starts so."""
    (found,) = [text for text in BLOCKS if text.startswith(start)]
    return found


def shell(command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout


def test_the_banner_is_the_one_shown(server):
    assert banner(server).replace(server.base_url, SHOWN) == block("opsemu 0.")


def test_the_first_curl_prints_what_is_shown(server):
    command = re.search(r"curl .*?pretty=true'", block("opsemu 0."), re.DOTALL)[0]
    output = shell(command.replace(SHOWN, server.base_url))
    assert output.replace(server.base_url, SHOWN) == block("{\n")


def test_the_documented_curl_prints_what_is_shown(server):
    output = shell(block("curl --user").replace(SHOWN, server.base_url))
    output = output.replace(server.base_url, SHOWN).replace("\r\n", "\n")
    assert settled(output) == settled(block("HTTP/1.1 401"))


def settled(text: str) -> str:
    """The text without what differs from call to call."""
    return re.sub(r"(Date: |nonce=\"|Content-Length: )[^\"\n]*", r"\1…", text)


def test_the_pytest_example_is_a_test():
    example = (ROOT / "tests/examples/test_rotate_key.py").read_text()
    assert example.endswith(block("def rotate_pager_duty_key") + "\n")


def test_the_table_of_types_is_that_of_the_schemas():
    assert with_table(README) == README


@pytest.mark.parametrize("flag", cli.commands["serve"].params, ids=lambda flag: flag.name)
def test_every_flag_has_a_variable_and_help(flag):
    assert flag.envvar == f"OPSEMU_{flag.name.upper()}"
    assert flag.help


def test_types_lists_every_type():
    assert CliRunner().invoke(cli, ["types"]).output.split() == sorted(REGISTRY)


def test_the_seeds_are_plain_json():
    for name in ("demo", "empty"):
        assert json.loads((ROOT / "data" / f"{name}.json").read_text())


def test_the_page_on_security_names_tests_that_exist():
    page = (ROOT / "docs/security.md").read_text()
    names = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert len(names) >= 10
    for file, name in names:
        assert not name or f"def {name}(" in (ROOT / file).read_text(), name
        assert (ROOT / file).exists(), file
