"""What is published: the wheel beside somebody else's `app`, and the archive of the sources."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from opsemu.schemas import REGISTRY

from .serving import clean_environment

ROOT = Path(__file__).parent.parent
SOURCES = ("app", "schemas", "data", "tests", "docs")
PROJECT_TEST = """
import sys

import app


def test_both_are_who_they_say(ops_manager):
    assert app.OWNER == "somebody else"
    assert "schemas" not in sys.modules and "data" not in sys.modules
    assert "site-packages" in sys.modules["opsemu"].__file__
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
    assert ops_manager.session.get(url).json()["totalCount"] == 0
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """A copy of what is under version control, as building writes beside it."""
    copy = tmp_path_factory.mktemp("sources") / "opsemu"
    copy.mkdir()
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    for name in filter(lambda name: (ROOT / name).is_dir(), SOURCES):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def built(sources) -> Path:
    """A folder with the archive of the sources, and the wheel built from that archive.

    The build backend is the one of this environment: nothing is downloaded.
    """
    run(sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check", cwd=sources)
    return sources / "dist"


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    """The wheel."""
    (found,) = built.glob("opsemu-*.whl")
    return found


def run(*command: object, cwd: Path) -> str:
    """Run a command that has to succeed; what it wrote."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"opsemu"}
    assert {"opsemu/py.typed", "opsemu/data/demo.json", "opsemu/data/empty.json"} <= set(names)
    page = {f"opsemu/admin/page/{name}" for name in ("index.html", "page.css", "page.js")}
    assert page <= set(names)
    for type_name in REGISTRY:
        assert f"opsemu/schemas/integrations/{type_name.lower()}.py" in names


def test_every_module_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {f"opsemu/{path.relative_to(ROOT / 'app')}" for path in ROOT.glob("app/**/*.py")}
    modules |= {f"opsemu/{path.relative_to(ROOT)}" for path in ROOT.glob("schemas/**/*.py")}
    assert modules <= names


def test_the_archive_holds_what_it_takes_to_test_it(built):
    (archive,) = built.glob("opsemu-*.tar.gz")
    with tarfile.open(archive) as content:
        names = {name.partition("/")[2] for name in content.getnames()}
    assert {"tests/conftest.py", "tests/storm/__init__.py", "Makefile", "setup.cfg"} <= names
    assert {
        "app/cli/main.py",
        "app/admin/page/index.html",
        "tests/page/browser.py",
        "schemas/integrations/slack.py",
        "data/demo.json",
        "README.md",
        "LICENSE",
    } <= names


def test_the_wheel_works_beside_somebody_elses_app(wheel, tmp_path):
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    (packages,) = place.glob("lib/python*/site-packages")
    run(sys.executable, "-m", "pip", "install", "--no-deps", "--target", packages, wheel, cwd=place)
    # What opsemu and its tests need is taken from here: nothing is downloaded.
    (packages / "here.pth").write_text(f"{Path(pytest.__file__).parent.parent}\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("OWNER = 'somebody else'\n")
    (tmp_path / "test_project.py").write_text(PROJECT_TEST)
    output = run(place / "bin" / "python", "-m", "pytest", "-W", "error", cwd=tmp_path)
    assert "1 passed" in output
