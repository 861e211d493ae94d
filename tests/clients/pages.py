"""A page of docs/clients as something to run: its files, its commands, its outputs.

A block in `sh` is run; a block in `json` or `text` after it is what it prints; a block
whose first line is a comment with a file's name is that file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

PAGES = Path(__file__).parent.parent.parent / "docs/clients"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\S+\.\w+)\n")
MARK = "-- end of a block --"
VARYING = (
    (re.compile(r"\b[0-9a-f]{24}\b"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<date>"),
)


class Block(NamedTuple):
    """A fenced block."""

    language: str
    text: str


class Page(NamedTuple):
    """One page, pointed at an emulator's address in place of the one it shows."""

    blocks: list[Block]

    @classmethod
    def read(cls, name: str, url: str) -> Page:
        """A page by its name."""
        text = (PAGES / f"{name}.md").read_text().replace("http://127.0.0.1:8790", url)
        return cls([Block(*found) for found in BLOCK.findall(text)])

    def write_files(self, folder: Path) -> None:
        """Put the page's files where its commands look for them."""
        for block in self.blocks:
            if name := NAMED.match(block.text):
                (folder / name[1]).write_text(block.text)

    def script(self) -> str:
        """All commands, in one shell, with a mark after each block."""
        scripts = (block.text for block in self.blocks if block.language == "sh")
        return "set -eo pipefail\n" + "".join(f"{script}echo '{MARK}'\n" for script in scripts)

    def outputs(self) -> list[str]:
        """What the page says that each block of commands prints."""
        found: list[str] = []
        for block in self.blocks:
            if block.language == "sh":
                found.append("")
            elif block.language in ("json", "text"):
                found[-1] = settled(block.text)
        return found


def printed(output: str) -> list[str]:
    """What each block of commands printed."""
    return [settled(part) for part in output.split(MARK)[:-1]]


def settled(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text.strip()
