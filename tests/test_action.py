"""action.yml: its script, run with the files that GitHub's runner provides."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

from .image import free_port
from .serving import clean_environment

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.dist


def test_the_action_starts_a_server_and_exports_its_variables(tmp_path):
    (step,) = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    files = {name: tmp_path / name for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT")}
    inputs = {
        "SOURCE": str(ROOT), "PORT": str(free_port()), "SEED": "demo", "PYTHON": sys.executable,
    }  # fmt: skip
    assert step["env"].keys() == inputs.keys()
    environment = {
        **clean_environment(), **inputs, "RUNNER_TEMP": str(tmp_path),
        **{name: str(path) for name, path in files.items()},
    }  # fmt: skip
    with subprocess.Popen(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            output, _ = running.communicate(timeout=300)
            assert running.returncode == 0, output
            url = files["GITHUB_OUTPUT"].read_text().partition("=")[2].strip()
            with urllib.request.urlopen(f"{url}/__admin/ready", timeout=10) as response:
                assert response.status == 200
        finally:
            os.killpg(running.pid, signal.SIGTERM)  # the server that the script has left running
    exported = dict(re.findall("(.*?)=(.*)", files["GITHUB_ENV"].read_text()))
    assert exported["OPSEMU_URL"] == url
    assert exported["MONGODB_ATLAS_PUBLIC_API_KEY"] == "opsowner"
    assert files["GITHUB_PATH"].read_text().strip() == str(tmp_path / "opsemu" / "bin")
