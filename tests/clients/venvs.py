"""Python clients from PyPI, in environments of their own, or as sources, out of the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from .toolchain import CACHE, missing

PYTHON_OPSRAMP = "python-opsramp==3.5.0"
PYATLASSDK = "pyatlassdk==0.1.0"
PYOMSDK = "pyomsdk==9.0.0"
PAGERDUTY = "pagerduty==7.2.0"
SLACK = "slack_sdk==3.48.0"
DATADOG = "datadog-api-client==2.62.0"
OPENAPI_PYTHON_CLIENT = "openapi-python-client==0.29.1"
PATIENCE = 600  # seconds for an installation


def programs(requirement: str, *pythons: str) -> Path:
    """The folder of the programs of a requirement, installed once, or `missing`.

    It is installed for one of `pythons`, versions such as `3.13`; by default for this one.
    """
    folder = CACHE / "clients" / requirement.replace("==", "-")
    if not (folder / "installed").exists():
        try:
            python = _python(requirement, pythons) if pythons else sys.executable
            _run(python, "-m", "venv", "--clear", str(folder))
            _run(str(folder / "bin" / "pip"), "install", "--quiet", requirement)
        except (subprocess.SubprocessError, OSError) as error:
            missing(f"{requirement} cannot be installed: {getattr(error, 'stderr', error)}")
        (folder / "installed").touch()
    return folder / "bin"


def sources(requirement: str) -> Path:
    """The folder of what PyPI has of the sources of a requirement, got once, or `missing`."""
    name = requirement.replace("==", "-")
    folder = CACHE / "sources" / name
    if not folder.exists():
        options = ("--quiet", "--no-deps", "--no-binary", ":all:")
        try:
            with tempfile.TemporaryDirectory() as draft:
                _run(sys.executable, "-m", "pip", "download", *options, "-d", draft, requirement)
                shutil.unpack_archive(Path(draft, f"{name}.tar.gz"), draft)
                folder.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(Path(draft, name), folder)
        except (subprocess.SubprocessError, OSError) as error:
            missing(f"{requirement} cannot be had: {getattr(error, 'stderr', error)}")
    return folder


def _python(requirement: str, versions: tuple[str, ...]) -> str:
    """The first of some versions of Python that can be run here (with pyenv: PYENV_VERSION)."""
    if "{}.{}".format(*sys.version_info) in versions:
        return sys.executable
    for version in versions:
        with suppress(OSError, subprocess.SubprocessError):
            _run(f"python{version}", "-c", "")
            return f"python{version}"
    missing(f"{requirement} needs one of Python {', '.join(versions)}")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
