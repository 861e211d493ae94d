"""The pages of docs/clients, run as they are written."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsemu.cli.main import cli

from .pages import PAGES, Page, printed
from .toolchain import go_caches, tool

ROOT = PAGES.parent.parent
SOURCES = "".join(path.read_text() for path in (ROOT / "tests/clients/go").rglob("*.go"))
TOOLS = {"curl": ("curl",), "go": ("go",), "python": (), "terraform": ("go", "terraform")}
TRIED = [pytest.param(name, marks=pytest.mark.client(f"docs/clients/{name}.md")) for name in TOOLS]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder to work in that looks like the repository's root."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "tests").symlink_to(ROOT / "tests")
    return folder


@pytest.mark.parametrize("name", TRIED)
def test_a_page_does_what_it_says(target, repository, name):
    for needed in TOOLS[name]:
        tool(needed)
    page = Page.read(name, target.url)
    page.write_files(repository)
    output = target.run(
        "bash", "-c", page.script(), cwd=repository, environment=page_environment(target)
    )
    assert printed(output) == page.outputs()


def page_environment(target):
    """What somebody has who follows a page: the virtual environment, and Go's caches."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**target.environment, "PATH": path, **go_caches()}


@pytest.mark.client
def test_go_md_shows_what_the_programs_do():
    shown = [block.text for block in Page.read("go", "").blocks if block.language == "go"]
    assert shown
    for text in shown:
        assert unindented(text) in unindented(SOURCES)


@pytest.mark.client
def test_atlas_cli_md_names_what_env_prints():
    rows = re.findall(
        r"^\| `(\w+)` \| `(.*)` \|$", (PAGES / "atlas-cli.md").read_text(), re.MULTILINE
    )
    exports = CliRunner().invoke(cli, ["env", "--for", "atlas-cli"]).output.splitlines()
    assert {f"export {name}={value}" for name, value in rows} <= set(exports)
    assert len(rows) == len(exports)


def unindented(text):
    """Without the tabs before each line."""
    return re.sub(r"^\t+", "", text, flags=re.MULTILINE)
