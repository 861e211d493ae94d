"""The pytest plugin, in projects that are not ours."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .serving import PATIENCE, clean_environment, opsemu

ADD_ONE = """
    def add_one(om):
        url = f"{om.url}/groups/{om.group_id}/integrations"
        body = {"type": "PAGER_DUTY", "serviceKey": "0123456789"}
        assert om.session.get(url).json()["totalCount"] == 0
        assert om.session.post(url + "/PAGER_DUTY", json=body).json()["totalCount"] == 1
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project of somebody else's, with packages named like the folders of ours."""
    for name in set(os.environ) - set(clean_environment()):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(
        **{
            "app/__init__": "OWNER = 'somebody else'",
            "schemas/__init__": "OWNER = 'somebody else'",
            "data/__init__": "OWNER = 'somebody else'",
            "helpers": ADD_ONE,
        }
    )
    return pytester


def test_each_test_finds_the_project_empty(project):
    project.makepyfile(
        """
        from helpers import add_one

        def test_first(ops_manager):
            add_one(ops_manager)

        def test_second(ops_manager):
            add_one(ops_manager)
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_all_tests_share_a_server(project):
    project.makepyfile(
        """
        seen = []

        def test_first(ops_manager_server, ops_manager):
            seen.append(ops_manager_server.port)
            assert ops_manager.url == ops_manager_server.url

        def test_second(ops_manager_server):
            assert seen == [ops_manager_server.port]
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_the_keys_handed_out_are_the_sessions(project):
    project.makepyfile(
        """
        import requests

        def test_keys(ops_manager):
            auth = requests.auth.HTTPDigestAuth(ops_manager.public_key, ops_manager.private_key)
            url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
            assert requests.get(url, auth=auth).json() == ops_manager.session.get(url).json()
            assert requests.get(url).status_code == 401
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_packages_named_like_our_folders_stay_the_projects_own(project):
    project.makepyfile(
        """
        import app, data, schemas

        def test_ours(ops_manager):
            assert {app.OWNER, data.OWNER, schemas.OWNER} == {"somebody else"}
            assert ops_manager.session.get(ops_manager.url).status_code == 200
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_a_state_meant_for_the_server_is_not_emptied_by_tests(project, monkeypatch, tmp_path):
    monkeypatch.setenv("OPSEMU_STATE", f"file:{tmp_path / 'precious'}")
    project.makepyfile("def test_one(ops_manager): pass")
    project.runpytest_subprocess().assert_outcomes(passed=1)
    assert not (tmp_path / "precious").exists()


def test_the_fixtures_are_listed_with_their_purpose(project):
    result = project.runpytest_subprocess("--fixtures")
    result.stdout.fnmatch_lines_random(["ops_manager_server*session*", "ops_manager *"])


def test_importing_the_plugin_costs_next_to_nothing():
    script = "import pytest, sys; before = set(sys.modules); import opsemu.pytest_plugin\n"
    script += "print(*sorted(name for name in set(sys.modules) - before if '__' not in name))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    loaded = done.stdout.split()
    assert {name.partition(".")[0] for name in loaded} <= {"opsemu", *sys.stdlib_module_names}
    assert [name for name in loaded if name.startswith("opsemu")] == [
        "opsemu",
        "opsemu.pytest_plugin",
    ]


def test_the_package_goes_by_its_own_name_only():
    script = "import opsemu.server, opsemu.cli, opsemu.serve, sys\n"
    script += "print({'app', 'schemas', 'data'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == "set()\n"
    assert opsemu("--version").stdout.startswith("opsemu, version ")
