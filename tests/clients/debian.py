"""Programs of Debian packages, unpacked once into the cache: nothing is installed or started."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .toolchain import CACHE, missing, tool

PATIENCE = 300  # seconds for a download
PROMETHEUS = "prometheus"
ALERTMANAGER = "prometheus-alertmanager"


def unpacked(package: str, *more: str) -> Path:
    """The folder with the files of a package, and of more that it is to have in the same tree.

    Ends in `missing` if they cannot be had: it needs the lists of `apt-get update`.
    """
    folder = CACHE / "debian" / "+".join((package, *more))
    if not (folder / "unpacked").exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _run(tool("apt-get"), "download", package, *more, cwd=folder)
            for archive in folder.glob("*.deb"):
                _run(tool("dpkg"), "-x", archive.name, ".", cwd=folder)
                archive.unlink()
        except subprocess.SubprocessError as error:
            missing(f"{package} cannot be downloaded: {getattr(error, 'stderr', error)}")
        (folder / "unpacked").touch()
    return folder


@contextmanager
def running(log: Path, *command: str | Path) -> Iterator[None]:
    """A program that runs meanwhile, whose output goes to a file."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [*map(str, command)], cwd=log.parent, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=PATIENCE)
