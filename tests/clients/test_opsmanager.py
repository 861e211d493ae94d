"""The Python package `opsmanager`, which only reads."""

from __future__ import annotations

import importlib

import pytest

from tests.conftest import DEMO, OWNER

from .toolchain import missing

pytestmark = pytest.mark.client("opsmanager (PyPI)")


@pytest.fixture
def client(target):
    """The package's client, without its default of two calls a second."""
    try:
        package = importlib.import_module("opsmanager")
    except ImportError:
        missing("opsmanager is not installed: pip install 'opsemu[clients]'")
    with package.OpsManagerClient(target.url, *OWNER, rate_limit=0) as connected:
        yield connected


def test_organizations_are_read(client):
    (organization,) = client.organizations.list()
    assert client.organizations.get(organization.id).name == "Demo Organization"
    projects = client.organizations.list_projects(organization.id)
    assert {project.name for project in projects} == {"Demo Project", "Empty Project"}


def test_projects_are_read(client):
    assert DEMO in {project.id for project in client.projects.list()}
    assert client.projects.get_by_name("Demo Project").id == DEMO
    assert client.projects.get(DEMO).name == "Demo Project"
    assert client.projects.get_teams(DEMO) == []


def test_a_missing_project_is_an_error_of_its_own(client):
    with pytest.raises(Exception, match="GROUP_NAME_NOT_FOUND"):
        client.projects.get_by_name("Nobody")


def test_alert_configurations_are_read(client):
    assert client.alert_configurations.list(DEMO) == []


def test_the_version_is_read(client):
    assert client.version.get_service_version()
