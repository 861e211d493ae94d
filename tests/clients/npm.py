"""Packages from npm, each installed once in a folder of its own, out of the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .toolchain import CACHE, missing, tool

PATIENCE = 600  # seconds for an installation


def modules(package: str) -> Path:
    """The folder of a package, `name@version`, and of what it needs, or `missing`."""
    folder = CACHE / "clients" / package
    if not (folder / "installed").exists():
        command = [tool("npm"), "install", "--silent", "--prefix", str(folder), package]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
        except (subprocess.SubprocessError, OSError) as error:
            missing(f"{package} cannot be installed: {getattr(error, 'stderr', error)}")
        (folder / "installed").touch()
    return folder / "node_modules"
