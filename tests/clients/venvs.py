"""Python clients from PyPI, each in an environment of its own outside the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .toolchain import CACHE, missing

PYTHON_OPSRAMP = "python-opsramp==3.5.0"
PYATLASSDK = "pyatlassdk==0.1.0"
PYOMSDK = "pyomsdk==9.0.0"
PATIENCE = 600  # seconds for an installation


def programs(requirement: str) -> Path:
    """The folder of the programs of a requirement, installed once, or `missing`."""
    folder = CACHE / "clients" / requirement.replace("==", "-")
    if not (folder / "installed").exists():
        try:
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            _run(str(folder / "bin" / "pip"), "install", "--quiet", requirement)
        except (subprocess.SubprocessError, OSError) as error:
            missing(f"{requirement} cannot be installed: {getattr(error, 'stderr', error)}")
        (folder / "installed").touch()
    return folder / "bin"


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
