"""Where the tests are aimed: an emulator elsewhere, all workers at one, the real thing."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator
from opsemu.store import Owner
from tests.conftest import EMPTY, OWNER

PUT = """
    def test_put(ops_manager):
        url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations/PAGER_DUTY"
        body = {"type": "PAGER_DUTY", "serviceKey": "0123456789"}
        assert ops_manager.session.put(url, json=body).json()["totalCount"] == 1
"""
REAL = (f"--ops-manager-project={EMPTY}", f"--ops-manager-public-key={OWNER[0]}")


def test_an_emulator_elsewhere_may_be_used(run, server):
    source = f"""
        def test_elsewhere(ops_manager, ops_manager_server):
            assert ops_manager.base_url == ops_manager_server.base_url == "{server.base_url}"
            assert ops_manager.url == ops_manager_server.url
        """
    result = run(source + PUT, f"--ops-manager-server={server.base_url}")
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("in_file", [False, True])
def test_an_emulator_elsewhere_may_want_a_token(run, monkeypatch, tmp_path, in_file):
    if in_file:
        file = tmp_path / "token"
        file.write_text("let-me-in-let-me-in")
        file.chmod(0o600)
        monkeypatch.setenv("OPSEMU_ADMIN_TOKEN_FILE", str(file))
    else:
        monkeypatch.setenv("OPSEMU_ADMIN_TOKEN", "let-me-in-let-me-in")
    with Emulator() as server:
        run(PUT, f"--ops-manager-server={server.base_url}").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1", "does not answer: "),
        ("http://127.0.0.1:99999", "does not answer: Port out of range"),
        ("{}/elsewhere", "is not an opsemu that lets these tests in: "),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence(run, server, url, reason):
    url = url.format(server.base_url)
    result = run(PUT, f"--ops-manager-server={url}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line]
    assert line.startswith(f"ERROR: --ops-manager-server: {url} {reason}")


@pytest.mark.parametrize("path", ["", "/", "/api/public/v1.0", "/api/public/v1.0/"])
def test_the_same_test_runs_against_a_real_deployment(run, server, monkeypatch, path):
    monkeypatch.setenv("MCLI_PRIVATE_API_KEY", OWNER[1])
    run(PUT, f"--ops-manager-url={server.base_url}{path}", *REAL).assert_outcomes(passed=1)
    (stored,) = server.store.all(Owner("default", "project", EMPTY), "integrations").values()
    assert stored["serviceKey"] == "0123456789"


@pytest.mark.parametrize(
    "verb",
    [
        "requests.assert_called('getIntegration')",
        "requests.wait_for('getIntegration')",
        "fail_next(503)",
        "advance(60)",
        "integrations.list()",
        "reset()",
    ],
)
def test_what_takes_an_emulator_is_skipped_at_a_real_deployment(run, monkeypatch, verb):
    monkeypatch.setenv("MCLI_PRIVATE_API_KEY", "p")
    source = f"def test_verb(ops_manager): ops_manager.{verb}; assert False"
    result = run(source, "--ops-manager-url=https://om.example.com", *REAL, "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*only the emulator has *https://om.example.com*"])


def test_a_failing_test_at_a_real_deployment_just_fails(run, monkeypatch):
    monkeypatch.setenv("MCLI_PRIVATE_API_KEY", "p")
    source = "def test_one(ops_manager): assert ops_manager.is_emulated"
    result = run(source, "--ops-manager-url=https://om.example.com", *REAL)
    result.assert_outcomes(failed=1)


@pytest.mark.parametrize("fixture", ["make_ops_manager(seed='demo')", "ops_manager_server"])
def test_emulators_are_not_started_when_the_real_thing_is_meant(run, monkeypatch, fixture):
    monkeypatch.setenv("MCLI_PRIVATE_API_KEY", "p")
    source = f"def test_one({fixture.partition('(')[0]}): {fixture}"
    result = run(source, "--ops-manager-url=https://om.example.com", *REAL)
    result.assert_outcomes(skipped=1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--ops-manager-url=http://om"], "*needs a public key (or MCLI_PUBLIC_API_KEY)*"),
        (["--ops-manager-url=http://om", *REAL], "*needs a private key*"),
        (["--ops-manager-url=http://om", "--ops-manager-server=http://x"], "*one of*"),
    ],
)
def test_options_that_make_no_sense_end_the_run_at_once(run, options, sentence):
    result = run("def test_one(): pass", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([sentence])


WORKERS = """
    import os, pathlib, pytest
    from helpers import add

    @pytest.mark.parametrize("number", range(8))
    def test_shared(ops_manager, ops_manager_server, worker_id, number):
        assert add(ops_manager).json()["totalCount"] == 1
        pathlib.Path(f"seen-{number}").write_text(f"{worker_id} {ops_manager_server.base_url}")
"""


def seen(pytester, column):
    texts = [path.read_text() for path in pytester.path.glob("seen-*")]
    return {text.split()[column] for text in texts}


@pytest.mark.parametrize(
    ("options", "ini", "servers"),
    [((), "", 2), (("--ops-manager-shared",), "", 1), ((), "ops_manager_shared = true\n", 1)],
)
def test_workers_have_a_server_each_or_share_one(run, pytester, options, ini, servers):
    run(WORKERS, "-n2", *options, ini=ini).assert_outcomes(passed=8)
    assert seen(pytester, 0) == {"gw0", "gw1"}
    assert len(seen(pytester, 1)) == servers


def test_sharing_without_workers_is_a_server_of_ones_own(run):
    run(PUT, "--ops-manager-shared", "-p", "no:xdist").assert_outcomes(passed=1)
