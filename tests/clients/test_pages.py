"""README and the pages that it links do what they show, in their order, on one server."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from opsemu.cli.verbs import cli

from .pages import ROOT, UNTRIED, blocks, follow, pages, settled
from .toolchain import tool

LANGUAGES = {"sh", "text", "json", "python", "go", "hcl", "yaml", "zsh", "fish"}
LANGUAGES |= {"conf", "haproxy", "nginx"}
SOURCES = "".join(path.read_text() for path in (ROOT / "tests/clients/go").rglob("*.go"))


def blocks_of(page):
    """The fenced blocks of a page."""
    return blocks((ROOT / page).read_text())


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the commands of each page print."""
    for needed in ("make", "curl", "jq", "go", "terraform"):
        tool(needed)
    return follow(tmp_path_factory.mktemp("newcomer"))


@pytest.mark.client
@pytest.mark.parametrize("page", pages())
def test_a_page_does_what_it_shows(printed, page):
    typed = [block for block in blocks_of(page) if block.typed]
    for block, (output, failed) in zip(typed, printed[page], strict=True):
        if block.shown is None:
            assert not failed, f"{failed}\n{output}"
        else:
            assert settled(output) == settled(block.shown), block.text


def test_every_page_is_linked_from_the_readme():
    documents = (ROOT / "docs").rglob("*.md")
    assert sorted(pages()[1:]) == sorted(str(path.relative_to(ROOT)) for path in documents)


@pytest.mark.parametrize("page", pages())
def test_what_is_not_tried_is_marked(page):
    for block in blocks_of(page):
        assert block.language in LANGUAGES, block.text
        if block.is_untried:
            assert "ot tried" in block.section, block.text


def test_every_reason_is_for_a_block():
    first_lines = {b.text.partition("\n")[0] for page in pages() for b in blocks_of(page)}
    assert set(UNTRIED) <= first_lines


@pytest.mark.parametrize("page", pages())
def test_every_verb_and_option_in_running_text_exists(page):
    text = (ROOT / page).read_text()
    for command in re.findall(r"(?<!`)`(?:\w+=\S+ )*opsemu ([a-z][^`]*)`", text):
        verb, words = cli, command.split()
        while words and words[0] in getattr(verb, "commands", {}):
            verb = verb.commands[words.pop(0)]
        assert verb is not cli, command
        options = {name for parameter in verb.params for name in parameter.opts}
        assert {word.partition("=")[0] for word in words if word[:2] == "--"} <= options | {
            "--help"
        }, command


def test_go_md_shows_what_the_programs_do():
    shown = [block.text for block in blocks_of("docs/clients/go.md") if block.language == "go"]
    assert shown
    for text in shown:
        assert unindented(text) in unindented(SOURCES)


def test_atlas_cli_md_names_what_env_prints():
    page = (ROOT / "docs/clients/atlas-cli.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `(.*)` \|$", page, re.MULTILINE)
    exports = CliRunner().invoke(cli, ["env", "--for", "atlas-cli"]).output.splitlines()
    assert {f"export {name}={value}" for name, value in rows} <= set(exports)
    assert len(rows) == len(exports)


def unindented(text):
    """Without the tabs before each line."""
    return re.sub(r"^\t+", "", text, flags=re.MULTILINE)
