"""Which of our own modules a signed POST passes through: `python -m tests.journey`.

Prints the calls of own functions, the own modules, and how often the journey changes
from one module to another, as counted by `sys.setprofile` on the thread that serves.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import FrameType

import requests
from requests.auth import HTTPDigestAuth

PROJECT = "feedfacefeedfacefeedface"
OWNER = ("opsowner", "00000000-0000-4000-8000-00000000c0de")
BODY = {"type": "SLACK", "apiToken": "xoxb-0123456789", "teamName": "My Team"}


class Trace:
    """Notes the module of each call of an own function while `is_on`."""

    def __init__(self, folder: Path) -> None:
        self.is_on = False
        self.modules: list[str] = []
        self._folders = (f"{folder}{os.sep}", f"{folder.parent / 'schemas'}{os.sep}")

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        path = frame.f_code.co_filename
        if self.is_on and event == "call" and path.startswith(self._folders):
            self.modules.append(path)


def main() -> None:
    """Serve on `memory:`, sign a POST with a nonce known from a GET, and count."""
    import opsemu

    trace = Trace(Path(opsemu.__file__).parent)
    threading.setprofile(trace)
    from opsemu.server import Emulator

    with Emulator(seed="demo", state="memory:") as emulator, requests.Session() as session:
        session.auth = HTTPDigestAuth(*OWNER)
        url = f"{emulator.url}/groups/{PROJECT}/integrations"
        session.get(url).raise_for_status()
        session.put(f"{url}/SLACK", json=BODY).raise_for_status()  # its schema is made once
        session.delete(f"{url}/SLACK").raise_for_status()
        trace.is_on = True
        session.post(f"{url}/SLACK", json=BODY).raise_for_status()
        trace.is_on = False
    changes = sum(a != b for a, b in zip(trace.modules, trace.modules[1:], strict=False))
    print(f"{len(trace.modules)} own calls, {len(set(trace.modules))} modules, {changes} changes")
    if "-v" in sys.argv:
        print("\n".join(path.rpartition("/app/")[2] for path in trace.modules))


if __name__ == "__main__":
    main()
