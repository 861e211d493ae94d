"""mongodb-atlas-api-client, the npm package: projects and organizations, signed by urllib."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.conftest import OWNER

from .toolchain import CACHE, HERE, missing, tool

PACKAGE = "mongodb-atlas-api-client@4.19.0"
ORGANIZATION = "decafbaddecafbaddecafbad"
PATIENCE = 600  # seconds for an installation


@pytest.fixture(scope="module")
def modules():
    """The folder of the package and what it needs, installed once."""
    folder = CACHE / "clients" / PACKAGE
    if not (folder / "installed").exists():
        command = [tool("npm"), "install", "--silent", "--prefix", str(folder), PACKAGE]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
        except (subprocess.SubprocessError, OSError) as error:
            missing(f"{PACKAGE} cannot be installed: {getattr(error, 'stderr', error)}")
        (folder / "installed").touch()
    return folder / "node_modules"


@pytest.mark.client(f"{PACKAGE} (npm)")
@pytest.mark.evidence("CLIENT", "mongodb-atlas-api-client 4.19.0, run")
def test_the_npm_client_creates_finds_and_deletes_a_project(target, modules):
    environment = {**target.environment, "NODE_PATH": str(modules)}
    command = (tool("node"), str(HERE / "node_projects.js"), target.url, *OWNER, ORGANIZATION)
    assert json.loads(target.run(*command, environment=environment)) == {
        "organizations": ["Demo Organization"],
        "same": True,
        "listed": ["Demo Project", "Empty Project", "Made by Node"],
        "ofOrganization": ["Demo Project", "Empty Project", "Made by Node"],
        "teams": 0,
        "deleted": True,
        "gone": "GROUP_NOT_FOUND",
    }
