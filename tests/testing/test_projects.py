"""The plugin in projects that have nothing to do with it, or much the same names."""

from __future__ import annotations

import subprocess
import sys

from tests.serving import PATIENCE, clean_environment, opsemu


def test_all_tests_share_a_server(run):
    source = """
        seen = []

        def test_first(ops_manager_server, ops_manager):
            seen.append(ops_manager_server.port)
            assert ops_manager.url == ops_manager_server.url

        def test_second(ops_manager_server):
            assert seen == [ops_manager_server.port]
        """
    run(source).assert_outcomes(passed=2)


def test_the_keys_handed_out_are_the_sessions(run):
    source = """
        import requests

        def test_keys(ops_manager):
            auth = requests.auth.HTTPDigestAuth(ops_manager.public_key, ops_manager.private_key)
            url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
            assert requests.get(url, auth=auth).json() == ops_manager.session.get(url).json()
            assert requests.get(url).status_code == 401
        """
    run(source).assert_outcomes(passed=1)


def test_packages_named_like_our_folders_stay_the_projects_own(project):
    project.makepyfile(
        """
        import app, data, schemas

        def test_ours(ops_manager, atlas, opsramp):
            assert {app.OWNER, data.OWNER, schemas.OWNER} == {"somebody else"}
            assert ops_manager.session.get(ops_manager.url).status_code in (200, 404)
            assert ops_manager.integrations.list() == atlas.integrations.list() == []
            assert opsramp.integrations.list() == []
        """
    )
    for options in ([], ["-n2", "--ops-manager-shared"]):
        project.runpytest_subprocess("-W", "error", *options).assert_outcomes(passed=1)


def test_a_state_meant_for_the_server_is_not_emptied_by_tests(run, monkeypatch, tmp_path):
    monkeypatch.setenv("OPSEMU_STATE", f"file:{tmp_path / 'precious'}")
    run("def test_one(ops_manager): pass").assert_outcomes(passed=1)
    assert not (tmp_path / "precious").exists()


def test_a_project_may_lay_its_own_over_a_fixture(run):
    source = """
        import pytest
        from opsemu.server import Emulator

        @pytest.fixture(scope="session")
        def ops_manager_server():
            with Emulator(server_version="7.0.0") as emulator:
                yield emulator

        @pytest.fixture
        def ops_manager(ops_manager):
            ops_manager.integrations.put("PAGER_DUTY", serviceKey="x1234567890")
            return ops_manager

        def test_both(ops_manager):
            url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
            answer = ops_manager.session.get(url)
            assert answer.json()["totalCount"] == 1
            assert "7.0.0" in answer.headers["X-MongoDB-Service-Version"]
        """
    run(source).assert_outcomes(passed=1)


def test_tests_that_do_without_load_nothing(project):
    project.makepyfile(
        """
        import sys

        def test_nothing_is_loaded():
            loaded = {name for name in sys.modules if name.startswith("opsemu")}
            assert loaded == {"opsemu", "opsemu.testing", "opsemu.testing.pytest_plugin"}
        """
    )
    project.runpytest_subprocess("--ops-manager-shared").assert_outcomes(passed=1)


def test_the_fixtures_are_listed_with_their_purpose(run):
    result = run("", "--fixtures")
    result.stdout.fnmatch_lines_random(
        ["ops_manager_server*session*", "ops_manager *", "make_ops_manager *", "opsramp *"]
    )


def test_importing_the_plugin_costs_next_to_nothing():
    script = "import pytest, sys; before = set(sys.modules); import opsemu.testing.pytest_plugin\n"
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
        "opsemu.testing",
        "opsemu.testing.pytest_plugin",
    ]


def test_the_package_goes_by_its_own_name_only():
    script = "import opsemu.server, opsemu.cli.main, opsemu.cli.serve, opsemu.testing, sys\n"
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
