"""docs/control-plane.md, run: `python -m tests.admin.page` writes its outputs anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from opsemu.server import Emulator

PAGE = Path(__file__).parents[2] / "docs" / "control-plane.md"
SHOWN = "http://127.0.0.1:8790"
# Commands to paste, and what they print, if it is anything.
_LINES = r"(?:(?!```).*\n)*"
_BLOCK = re.compile(rf"^```sh\n({_LINES})```(?:\n\n```text\n{_LINES}```)?", re.MULTILINE)
_CHANGING = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=\"uptime\": )[\d.]+|[+-][\d.]+(?= s from)"
    # Numbers of rows and rules count through all that the process has run.
    r"|(?<=fault )\d+|^\d+(?= +\d{4}-)",
    re.MULTILINE,
)


def rerun(text: str, emulator: Emulator) -> str:
    """The page with what its commands print now."""
    return _BLOCK.sub(lambda block: _run(block[1], emulator), text)


def settled(text: str) -> str:
    """The page without what differs from run to run."""
    return re.sub(r" +", " ", _CHANGING.sub("…", text))


def _run(commands: str, emulator: Emulator) -> str:
    output = _output(commands, emulator).rstrip()
    return f"```sh\n{commands}```" + (f"\n\n```text\n{output}\n```" if output else "")


def _output(commands: str, emulator: Emulator) -> str:
    script = commands.replace(SHOWN, emulator.base_url)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "OPSEMU_URL": emulator.base_url}
    done = subprocess.run(
        ["sh", "-c", f"exec 2>&1\n{script}"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return done.stdout.replace(emulator.base_url, SHOWN).replace("\r", "")


def main() -> None:
    """Write the page."""
    with Emulator(rng_seed="page") as emulator:
        PAGE.write_text(rerun(PAGE.read_text(), emulator))


if __name__ == "__main__":
    main()
