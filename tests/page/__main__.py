"""Write the picture of README from a real run: `python -m tests.page`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from opsemu.server import Emulator

from .browser import ROOT, Browser
from .traffic import happen

PICTURE = ROOT / "docs/images/page.png"


def main() -> None:
    """Open a call that was refused, and write what is seen."""
    with (
        tempfile.TemporaryDirectory() as profile,
        Emulator(seed="demo") as server,
        Browser(Path(profile)) as browser,
    ):
        happen(server)
        browser.look()
        browser.open(server)
        browser.find('#calls-body tr[data-status="401"] button.open').click()
        browser.until_text("#call-why", "private key")
        browser.picture(PICTURE)
        browser.leave()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
