"""`python -m tests.bench`: install the peers, measure, print the page, keep the figures."""

import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from . import soak
from .bench import Bench, install_peers
from .measurements import GROUPS, REPEATS
from .peers import BODY, PEERS
from .report import render
from .steps import run

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
QUICK = {"rounds": 1, "tests": 60, "sizes": (100, 10_000)}
PROGRAMS = {
    "processor": "sed -n '/model name/{s/.*: //p;q}' /proc/cpuinfo",
    **{"Java": "java -version", "Node": "node --version", "wrk": "wrk -v"},
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(GROUPS)), help="Some groups alone.")
@click.option("--peer", multiple=True, help="Peers alone whose names contain this.")
@click.option("--quick", is_flag=True, help="One round, fewer tests and projects.")
@click.option("--json", "file", default="build/bench.json", show_default=True, help="Raw figures.")
@click.option("--page", help="Write the page to this file as well, its plots to images/ beside it.")
@click.option("--from", "old", type=click.Path(exists=True), help="Use these raw figures.")
def main(old: str | None, file: str, page: str | None, **options: Any) -> None:
    """Measure opsemu beside other servers, and compare the figures with the goals."""
    raw = json.loads(Path(old).read_text()) if old else measure(**options)
    raw["figures"]["soak"] = json.loads(soak.FILE.read_text()) if soak.FILE.exists() else {}
    text = render(raw)
    click.echo(text)
    for name, content in ((file, json.dumps(raw, indent=1)), (page, text)):
        if name:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(content)
    if page:
        from .plots import write_plots  # takes matplotlib, of the extra `bench`

        write_plots(raw, Path(page).parent / "images")


def measure(quick: bool, only: list[str], peer: list[str]) -> dict[str, Any]:
    """Return the raw figures of a run."""
    if not shutil.which("wrk"):
        raise click.ClickException("wrk is missing: apt-get install wrk")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installs has bytecode
    parts = [part.lower() for part in peer or [""]]
    peers = [each for name, each in PEERS.items() if any(part in name.lower() for part in parts)]
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        bench = Bench(peers, Path(folder), **(QUICK if quick else {}))
        with bench.stack:
            run(install_peers(bench), bench.missing)
            run([step for name in only or GROUPS for step in GROUPS[name](bench)], bench.missing)
    return {
        "command": shlex.join(["python", "-m", "tests.bench", *sys.argv[1:]]),
        **{"bytes": len(BODY), "tests": bench.tests, "repeats": REPEATS},
        "machine": describe_machine(),
        **{"missing": bench.missing, "figures": bench.figures},
        "peers": [[each.name, each.install, each.note] for each in peers],
    }


def describe_machine() -> dict[str, str]:
    """Return the processor, the system and versions, by name."""
    machine = {"cores": str(os.cpu_count()), "system": platform.platform()}
    machine |= {"Python": platform.python_version(), "opsemu": version("opsemu")}
    for name, command in PROGRAMS.items():
        done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=30)
        machine[name] = (done.stdout or done.stderr).partition("\n")[0]
    return machine


if __name__ == "__main__":
    main()
