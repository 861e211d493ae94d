"""The Python package `opsmanager`, which reads; and the live tests of its own."""

from __future__ import annotations

import importlib
import re
import sys

import pytest

from tests.conftest import ADMIN, DEMO, OWNER, signed
from tests.mongodb.automation.configs import replica_set

from .toolchain import missing
from .venvs import sources

pytestmark = pytest.mark.client("opsmanager (PyPI)")
# Each live test takes these as well: of a job that it deleted before, of a version that has no
# manifest, and of a link to Atlas that was never made.
REFUSED = {
    "GET /groups/{id}/logCollectionJobs/{id}",
    "GET /static/version_manifest/7.0",
    "GET /orgs/{id}/liveExport/migrationLink/status",
}


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


def deploy(target):
    """A replica set in the demo's project."""
    with signed(OWNER) as session:
        url = f"{target.server}/api/public/v1.0/groups/{DEMO}"
        session.put(f"{url}/automationConfig", json=replica_set()).raise_for_status()


def test_a_deployment_is_read(client, target):
    deploy(target)
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


@pytest.mark.parametrize(("script", "number"), [("test_live", 11), ("test_live_extended", 22)])
@pytest.mark.evidence("CLIENT", "opsmanager 0.5.3, its own live tests, run")
def test_all_live_tests_of_the_package_pass(target, script, number):
    package = sources("opsmanager==0.5.3")
    deploy(target)
    variables = {
        "OM_BASE_URL": target.url,
        **dict(zip(("OM_PUBLIC_KEY", "OM_PRIVATE_KEY"), OWNER, strict=True)),
        **dict(zip(("OM_ADMIN_PUBLIC_KEY", "OM_ADMIN_PRIVATE_KEY"), ADMIN, strict=True)),
        "OM_ORG_ID": target.variables["MCLI_ORG_ID"],
        "OM_PROJECT_ID": DEMO,
    }
    path = str(package / "tests" / f"{script}.py")
    output = target.run(sys.executable, path, environment={**target.environment, **variables})
    assert re.findall(r"(?:Passed|Failed): (\d+)", output) == [str(number), "0"]
    errors = [call for call in target.recorder.calls if call.status >= 400 and call.status != 401]
    assert {call.operation.replace("/api/public/v1.0", "") for call in errors} <= REFUSED
