"""`python -m tests.bench`: install the peers, measure, print tables, keep the figures."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from . import growth, held, inprocess, report, rounds, shortcut, soak_figures, worlds
from .bench import BROKEN, Bench
from .goals import Sheets, judged
from .machine import machine
from .page import render, written_notes
from .peers import PEERS, Peer
from .peers.ours import MEMORY, listed
from .running import Running
from .wanted import GOALS
from .wrk import SHARED_MEMORY, Loader, client

GROUPS = {
    "startup": rounds.startup,
    "load": rounds.load,
    "shortcut": shortcut.measure,
    "held": held.measure,
    "growth": growth.measure,
    "inprocess": inprocess.measure,
    "worlds": worlds.measure,
}
READABLE = click.Path(exists=True, dir_okay=False)


@click.command()
@click.option("--rounds", "count", default=3, show_default=True, type=click.IntRange(min=1))
@click.option("--seconds", default=1, show_default=True, type=click.IntRange(1, 60))
@click.option("--only", multiple=True, type=click.Choice(list(GROUPS)), help="Some groups alone.")
@click.option("--peer", "named", multiple=True, help="Peers alone whose names contain this.")
@click.option("--quick", is_flag=True, help="One round of one second.")
@click.option("--json", "kept", default="build/bench.json", show_default=True, help="Raw figures.")
@click.option("--page", help="Write this page, like docs/performance.md, as well.")
@click.option("--from", "old", type=READABLE, help="Take raw figures kept before, do not measure.")
@click.option("--soak", default="build/soak.json", show_default=True, help="What a soak left.")
@click.option("--cache", envvar="OPSEMU_CACHE", default="~/.cache/opsemu", show_default=True)
@click.option("--scratch", type=click.Path(exists=True), help="Where state is put while measuring.")
def main(**options: Any) -> None:
    """Measure opsemu beside what one would pick instead, and hold it to its goals."""
    old = options["old"]
    raw = json.loads(Path(old).read_text()) if old else measured(**options)
    raw["figures"].update(soak_figures.read(Path(options["soak"]), raw["missing"]))
    _keep(Path(options["kept"]), json.dumps(raw, indent=1) + "\n")
    click.echo(f"{report.tables(raw)}\n\n{report.goals(judged(raw, GOALS))}")
    click.echo(f"\nMissing:\n{report.missing(raw)}" if raw["missing"] else "\nNo peer is missing.")
    if options["page"]:
        _keep(Path(options["page"]), render(raw, written_notes()))


def measured(count: int, seconds: int, quick: bool, cache: str, **options: Any) -> dict[str, Any]:
    """The raw figures of a run."""
    where = Path(cache).expanduser() / "bench"
    wrk = client(where)
    count, seconds = (1, 1) if quick else (count, seconds)
    with ExitStack() as stack:
        scratch = stack.enter_context(_folder(options["scratch"]))
        memory = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else scratch
        loader = Loader(wrk, stack.enter_context(_folder(memory)))
        bench = _bench(_chosen(options["named"]), count, seconds, loader, scratch)
        _install(bench, where)
        figures: Sheets = {}
        for name in options["only"] or GROUPS:
            with bench.attempt(name):
                figures[name] = GROUPS[name](bench)
        peers = {peer.name: {"version": peer.version, "note": peer.note} for peer in bench.peers}
    return {
        "command": shlex.join(["python", "-m", "tests.bench", *sys.argv[1:]]),
        "machine": machine(wrk.version()),
        "rounds": count,
        "seconds": seconds,
        "bytes": len(bench.body),
        "peers": peers,
        "missing": bench.missing,
        "figures": figures,
    }


@contextmanager
def _folder(parent: str | Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        dir=parent, prefix="bench-", ignore_cleanup_errors=True
    ) as made:
        yield Path(made)


def _bench(peers: list[Peer], count: int, seconds: int, loader: Loader, scratch: Path) -> Bench:
    bench = Bench(peers, count, seconds, loader, "[]", scratch, tell)
    try:
        with Running(MEMORY, bench.body, scratch) as running:
            MEMORY.prepare(running.place)
            return replace(bench, body=listed(running.port))
    except BROKEN as error:
        raise click.ClickException(f"opsemu itself does not answer: {error}") from None


def _chosen(named: tuple[str, ...]) -> list[Peer]:
    wanted = [name.lower() for name in named] or [""]
    return [peer for peer in PEERS if any(name in peer.name.lower() for name in wanted)]


def _install(bench: Bench, cache: Path) -> None:
    for peer in bench.peers:
        tell(f"installing {peer.name}")
        with bench.attempt(peer.name):
            peer.install(cache)


def _keep(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def tell(step: str) -> None:
    """What is being done, for whoever waits."""
    click.echo(f"... {step}", err=True)


if __name__ == "__main__":
    main()
