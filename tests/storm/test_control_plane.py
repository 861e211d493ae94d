"""Schemathesis against the control plane's own OpenAPI document."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from opsemu.server import Emulator

# Not in the test environment: it brings a pytest plugin and some forty packages along.
TOOL = Path(__file__).parents[2] / "build/schemathesis/bin/schemathesis"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"
CHECKS += ",response_schema_conformance,response_headers_conformance,unsupported_method"


@pytest.mark.storm
@pytest.mark.skipif(not TOOL.exists(), reason="make storm installs schemathesis")
def test_the_openapi_document_is_true():
    with Emulator(seed="demo") as running:
        url = f"{running.admin_url}/openapi.json"
        command = [TOOL, "run", url, "--url", running.base_url, "--checks", CHECKS]
        # Waiting is tested by waiting: the timeouts that are made up would take hours.
        command += ["--exclude-path", "/__admin/wait", "--exclude-path", "/__admin/inbox/wait"]
        command += ["--exclude-path", "/__admin/events"]
        command += ["--max-examples", "25"]
        command += ["--phases", "coverage,fuzzing", "--seed", "1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
