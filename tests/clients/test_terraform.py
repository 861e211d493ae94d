"""Terraform with MongoDB's provider: everything it manages, through apply, change and destroy."""

from __future__ import annotations

import pytest

from tests.conftest import OWNER, signed

from .terraform import PACKAGE, TYPES, Terraform
from .toolchain import pinned

pytestmark = pytest.mark.client(pinned("provider", PACKAGE).rpartition("/")[2])


# The provider is of 2022, and sends Atlas an attribute of PROMETHEUS that it took until 2024.
TODAY, THEN = set(TYPES) - {"PROMETHEUS"}, set(TYPES)


@pytest.fixture(params=["atlas", "atlas@2022-12"])
def options(request):
    return ["--profile", request.param]


@pytest.fixture
def terraform(target, options, tmp_path):
    """One project with an integration of each type, applied."""
    folder = tmp_path / "configuration"
    folder.mkdir()
    running = Terraform(target, folder, THEN if "@" in options[-1] else TODAY)
    running.write()
    running.apply()
    return running


def test_terraform_applies_changes_and_destroys_every_type(terraform):
    assert terraform.plan_is_empty()
    terraform.write(changed=True, settled=False)
    terraform.apply()
    terraform.write(changed=True)
    assert terraform.plan_is_empty()
    terraform("destroy", "-auto-approve", "-no-color")
    assert terraform("state", "list") == ""


def test_terraform_leaves_an_empty_project(target, terraform):
    terraform.types = []
    terraform.write()
    terraform.apply()
    url = f"{target.server}/api/atlas/v1.0/groups/{terraform.group_id()}/integrations"
    with signed(OWNER) as session:
        assert session.get(url).json()["results"] == []


def test_terraform_imports_the_project_and_every_type(terraform):
    group_id = terraform.group_id()
    terraform.adopt("mongodbatlas_project.this", group_id)
    for name in terraform.types:
        address = f"mongodbatlas_third_party_integration.{name.lower()}"
        terraform.adopt(address, f"{group_id}-{name}")
    assert terraform.plan_is_empty()
