"""What clients are built with, and where what is slow to build is kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("OPSEMU_CACHE", "~/.cache/opsemu")).expanduser()
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("OPSEMU_CLIENTS") == "required"


def tool(name: str) -> str:
    """The path of a program; without it the client is skipped, or fails where it must be there."""
    found = shutil.which(name)
    return found or missing(f"{name} is not installed")


def missing(reason: str) -> NoReturn:
    """Skip this client, unless none may be skipped (CI=true or OPSEMU_CLIENTS=required)."""
    if REQUIRED:
        pytest.fail(f"{reason}, and it is required here")
    pytest.skip(reason)


def pinned(folder: str, module: str) -> str:
    """A module and the version that a folder's go.mod asks for."""
    versions = (HERE / folder / "go.mod").read_text()
    match = re.search(rf"^\s*{re.escape(module)} (v\S+)", versions, re.MULTILINE)
    assert match, f"{module} is not in {folder}/go.mod"
    return f"{module} {match[1]}"


def own_program(name: str) -> Path:
    """A program of `go/`, built; Go's own cache makes the second time quick."""
    binary = CACHE / name
    go("build", "-o", str(binary), f"./{name}", cwd=HERE / "go")
    return binary


def published_program(folder: str, package: str) -> Path:
    """A program of somebody's module at the version that `folder` pins, built once and kept."""
    versions = hashlib.sha256((HERE / folder / "go.sum").read_bytes()).hexdigest()[:12]
    binary = CACHE / versions / Path(package).name
    if not binary.exists():
        draft = binary.with_name(f"{binary.name}.{os.getpid()}")
        go("build", "-trimpath", "-ldflags=-s -w", "-o", str(draft), package, cwd=HERE / folder)
        draft.replace(binary)
    return binary


def go_caches() -> dict[str, str]:
    """Where Go keeps what it has built, for commands with another home; nothing without Go."""
    if shutil.which("go") is None:
        return {}
    return dict(json.loads(go("env", "-json", "GOPATH", "GOCACHE", "GOMODCACHE", cwd=HERE)))


def go(*arguments: str, cwd: Path) -> str:
    """What a go command prints; its failure is the test's."""
    command = [tool("go"), *arguments]
    environment = {**os.environ, "CGO_ENABLED": "0"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout
