"""What `make dist` has built, as a newcomer takes it: installed or run from an empty folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from .serving import clean_environment
from .test_wheel import run

DIST = Path(__file__).parent.parent / "dist"
# Versions that the wheel is installed on, the oldest and the newest promised.
ENDS = ("3.10", "3.13")
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
PROJECT = {
    "app/__init__.py": "OWNER = 'the project'\n",
    "schemas/__init__.py": "OWNER = 'the project'\n",
    "pytest.ini": "[pytest]\nasyncio_mode = strict\n",
    "test_project.py": """
import asyncio
import unittest

import app
import pytest
import schemas

from opsemu.testing import emulated


@pytest.mark.parametrize("number", range(8))
def test_each_has_a_world_of_its_own(ops_manager, number):
    assert app.OWNER == schemas.OWNER == "the project"
    ops_manager.integrations.put("PAGER_DUTY", serviceKey=f"{number}" * 32)
    assert len(ops_manager.integrations.list()) == 1


@pytest.mark.asyncio
@emulated()
async def test_coroutines_run(ops_manager):
    assert await asyncio.to_thread(ops_manager.integrations.list) == []


@emulated(seed="demo")
class TestOfUnittest(unittest.TestCase):
    def test_methods_run(self, ops_manager):
        assert len(ops_manager.integrations.list()) == 2
""",
}
# A test as somebody writes it who has mypy check everything.
TYPED = """
from opsemu.server import Emulator
from opsemu.testing import Atlas, OpsManager, emulated


def test_of_a_fixture(ops_manager: OpsManager) -> None:
    assert ops_manager.group_id.islower()


@emulated(seed="demo")
def test_decorated(ops_manager: OpsManager) -> None:
    assert ops_manager.session.get(ops_manager.url).status_code


with emulated() as ops_manager, emulated(Atlas) as atlas, Emulator() as emulator:
    identifiers: list[str] = [ops_manager.group_id, atlas.client_id, emulator.url]
"""

pytestmark = pytest.mark.dist


def interpreter(version: str) -> str:
    """The path of a Python of that version; the test is skipped where there is none."""
    candidates = [
        shutil.which(f"python{version}"),
        *map(str, sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))),
        sys.executable,
    ]
    for candidate in filter(None, candidates):
        script = "import sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([candidate, "-c", script], capture_output=True, text=True)
        if done.stdout.strip() == version:
            return candidate
    pytest.skip(f"there is no Python {version} here")


def the(pattern: str) -> Path:
    """The one file of dist/ with that name; fails if `make dist` has not built it."""
    found = list(DIST.glob(pattern))
    assert len(found) == 1, f"{pattern}: {found}; build it with `make dist`"
    return found[0]


@pytest.mark.parametrize("version", ENDS)
def test_a_project_with_packages_of_the_same_names_uses_the_wheel(version, tmp_path):
    run(interpreter(version), "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    plugins = ("pytest-xdist", "pytest-asyncio")
    run(python, "-m", "pip", "install", f"{the('*.whl')}[testing]", *plugins, cwd=tmp_path)
    for name, content in PROJECT.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    output = run(python, "-m", "pytest", "-q", "-n", "4", cwd=tmp_path / "project")
    assert "10 passed" in output


def test_the_archive_of_the_sources_can_be_installed(tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", the("*.tar.gz"), cwd=tmp_path)
    assert "PAGER_DUTY" in run(python.with_name("opsemu"), "types", cwd=tmp_path)


def test_a_strict_type_checker_finds_an_editable_installation(tmp_path):
    shutil.unpack_archive(the("*.tar.gz"), tmp_path)
    (sources,) = tmp_path.glob("opsemu-*")
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    strict = ("--config-settings", "editable_mode=strict", "--editable", f"{sources}[testing]")
    run(python, "-m", "pip", "install", "mypy", *strict, cwd=tmp_path)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "test_typed.py").write_text(TYPED)
    output = run(python, "-m", "mypy", "--strict", ".", cwd=tmp_path / "project")
    assert "Success" in output


@pytest.mark.parametrize("version", VERSIONS)
def test_the_single_file_serves_from_an_empty_folder(version, tmp_path):
    port_file = tmp_path / "port"
    command = [interpreter(version), the("opsemu.pyz"), "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--port-file", port_file],
        cwd=tmp_path,
        env={**clean_environment(), "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as serving:
        try:
            for _ in range(600):  # the first run unpacks the file
                if port_file.exists() or serving.poll() is not None:
                    break
                time.sleep(0.1)
            assert port_file.exists(), serving.stdout.read()
            url = f"http://127.0.0.1:{port_file.read_text().strip()}/__admin/ready"
            with urllib.request.urlopen(url, timeout=10) as response:
                assert json.load(response) == {"status": "ready"}
        finally:
            serving.terminate()
    assert serving.returncode == 0
