"""mongodb-atlas-api-client, the npm package: projects and organizations, signed by urllib."""

from __future__ import annotations

import json

import pytest

from tests.conftest import OWNER

from .npm import modules
from .toolchain import HERE, tool

PACKAGE = "mongodb-atlas-api-client@4.19.0"
ORGANIZATION = "decafbaddecafbaddecafbad"


@pytest.mark.client(f"{PACKAGE} (npm)")
@pytest.mark.evidence("CLIENT", "mongodb-atlas-api-client 4.19.0, run")
def test_the_npm_client_creates_finds_and_deletes_a_project(target):
    environment = {**target.environment, "NODE_PATH": str(modules(PACKAGE))}
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
