"""From `pip install` to the first green test: `python -m tests.bench.first_test`.

Installs the wheel with the extra `testing` into an empty virtual environment, without pip's cache,
and runs pytest on a test of five lines.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TEST = """\
def test_a_key_is_kept(ops_manager):
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations/PAGER_DUTY"
    key = {"type": "PAGER_DUTY", "serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678"}
    assert ops_manager.session.post(url, json=key).status_code == 200
    ops_manager.integrations.assert_stored("PAGER_DUTY", serviceKey=key["serviceKey"])
"""


def main() -> None:
    """Print the seconds of both steps; the wheel and the empty environment are there before."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_first.py").write_text(TEST)
        run(folder, sys.executable, "-m", "build", "--wheel", "--outdir", ".", ROOT)
        (wheel,) = Path(folder).glob("*.whl")
        run(folder, sys.executable, "-m", "venv", "venv")
        installed = run(folder, "venv/bin/pip", "install", "--no-cache-dir", f"{wheel}[testing]")
        tested = run(folder, "venv/bin/pytest", "test_first.py")
    print(f"pip install {installed:.1f} s, pytest {tested:.1f} s, {installed + tested:.1f} s")


def run(folder: str, *command: object) -> float:
    """The seconds that a command takes; raises CalledProcessError if it fails."""
    started_at = time.perf_counter()
    subprocess.run([*map(str, command)], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started_at


if __name__ == "__main__":
    main()
