"""docs/control-plane.md shows what its commands really print."""

from __future__ import annotations

import requests

from opsemu.server import Emulator
from opsemu.worlds.fault_rules import named
from tests.admin.page import PAGE, rerun, settled

TEXT = PAGE.read_text()


def test_every_command_of_the_page_prints_what_is_shown():
    with Emulator(rng_seed="page") as emulator:
        found = settled(rerun(TEXT, emulator))
    assert found == settled(TEXT)


def test_every_verb_of_the_document_is_on_the_page(server):
    paths = requests.get(f"{server.admin_url}/openapi.json").json()["paths"]
    missing = [path for path in paths if path.removeprefix("/__admin") not in TEXT]
    assert missing == []


def test_every_named_fault_is_on_the_page():
    assert [name for name in named() if f"`{name}`" not in TEXT] == []
