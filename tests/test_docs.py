"""What the documents show is what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsemu.cli.verbs import cli
from opsemu.schemas import REGISTRY
from tests.fields_table import with_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


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
