"""Where the figures come from."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from opsemu import __version__

LIBRARIES = (
    *("flask", "werkzeug", "flask-httpauth", "marshmallow", "tinydb"),
    *("orjson", "httptools", "uvloop"),
)


def machine(wrk: str) -> dict[str, str]:
    """Processor, system and versions, by name."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Java": _told("java", "-version"),
        "Node": _told("node", "--version"),
        "opsemu": __version__,
        "its libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "wrk": wrk,
    }


def _processor() -> str:
    return _from_proc("cpuinfo", r"model name\s*:\s*(.+)") or platform.processor() or "unknown"


def _memory() -> str:
    kibibytes = _from_proc("meminfo", r"MemTotal:\s*(\d+)")
    return f"{int(kibibytes) / 2**20:.0f} GiB" if kibibytes else "unknown"


def _from_proc(name: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path("/proc", name).read_text())
    except OSError:
        return ""
    return found[1] if found else ""


def _told(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except OSError:
        return "not installed"
    return (done.stdout or done.stderr).partition("\n")[0]
