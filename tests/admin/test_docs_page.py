"""docs/control-plane.md has everything that the control plane has."""

from __future__ import annotations

from pathlib import Path

import requests

from opsemu.worlds.fault_rules import named

TEXT = (Path(__file__).parents[2] / "docs/control-plane.md").read_text()


def test_every_verb_of_the_document_is_on_the_page(server):
    paths = requests.get(f"{server.admin_url}/openapi.json").json()["paths"]
    missing = [path for path in paths if path.removeprefix("/__admin") not in TEXT]
    assert missing == []


def test_every_named_fault_is_on_the_page():
    assert [name for name in named() if f"`{name}`" not in TEXT] == []
