"""The Python package `opsmanager`, which only reads."""

from __future__ import annotations

import importlib

import pytest

from tests.conftest import DEMO, OWNER, signed
from tests.mongodb.automation.configs import replica_set

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


def test_a_deployment_is_read(client, target):
    with signed(OWNER) as session:
        url = f"{target.server}/api/public/v1.0/groups/{DEMO}"
        session.put(f"{url}/automationConfig", json=replica_set()).raise_for_status()
    assert len(client.automation.get_config(DEMO)["processes"]) == 3
    assert client.automation.get_status(DEMO).goal_version == 2
    assert client.automation.get_monitoring_agent_config(DEMO)["logPath"]
    (primary,) = client.deployments.get_primaries(DEMO)
    assert client.deployments.get_host_by_name(DEMO, primary.hostname, 27017).id == primary.id
    (cluster,) = client.clusters.list(DEMO)
    assert client.clusters.get(DEMO, cluster.id).replica_set_name == "rs"
    assert len(client.clusters.list_all()) == 1
    assert len(client.agents.list(DEMO, "AUTOMATION")) == 3
    assert len(client.agents.list_monitoring(DEMO)) == 2
    assert client.agents.get_project_versions(DEMO).count == 3
    assert client.agents.get_global_versions()["automationVersion"]
    assert client.agents.list_api_keys(DEMO) == []
    (backup,) = client.backup.list_backup_configs(DEMO)
    assert client.backup.get_snapshot_schedule(DEMO, backup.cluster_id)
    assert client.backup.list_snapshots(DEMO, cluster.id) == []
    assert client.backup.list_restore_jobs(DEMO, cluster.id) == []
    assert client.backup.list_checkpoints(DEMO, cluster.id) == []


def test_the_version_is_read(client):
    assert client.version.get_service_version()
