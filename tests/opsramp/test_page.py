"""docs/opsramp.md has the vendor's example, and all traps."""

from __future__ import annotations

import json
import re
from pathlib import Path

from . import test_traps
from .samples import sample

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "opsramp.md").read_text()
BLOCKS = re.findall(r"```\w*\n(.*?)\n```", PAGE, re.DOTALL)


def block(start: str) -> str:
    """The one fenced block of the page that starts so."""
    (text,) = [text for text in BLOCKS if text.startswith(start)]
    return text


def test_the_example_is_that_of_the_documentation():
    body = json.loads((ROOT / "docs" / "examples" / "opsramp-update.json").read_text())
    assert body == sample("seed-update")["request"]["body"]
    assert json.loads(block("{\n")) == sample("seed-update")["response"]["body"]


def test_every_trap_is_listed_as_its_test_says():
    names = re.findall(r"test_trap_(\d\d)_(\w+)", " ".join(vars(test_traps)))
    for number, name in names:
        assert f"\n{int(number)}. {name.replace('_', ' ').capitalize()}." in PAGE
