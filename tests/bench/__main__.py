"""`python -m tests.bench`: install the peers, measure, print tables, keep the figures."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import click

from . import growth, rounds
from .peers import PEERS
from .report import comparison, machine, table

NOTE = (
    "Load and servers share the cores of one machine, so rates are lower than alone and move "
    "with whatever else it does: compare ratios. All peers have the same load client; "
    "opsemu and the naive mock verify a digest on each request, moto nothing. "
    "`server us` is the processor time of the server per request."
)
SIZES = (100, 100_000)


@click.command()
@click.option("--rounds", "count", default=3, show_default=True, type=click.IntRange(min=1))
@click.option("--seconds", default=2.0, show_default=True, help="Length of each load.")
@click.option("--only", type=click.Choice(["peers", "growth"]), help="Measure one half.")
@click.option("--json", "kept", type=click.Path(path_type=Path), help="Gets all raw figures.")
@click.option(
    "--cache",
    envvar="OPSEMU_CACHE",
    default=Path("~/.cache/opsemu"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where peers are installed.",
)
@click.option("--scratch", type=click.Path(exists=True), help="Where state is put while measuring.")
def main(
    count: int, seconds: float, only: str | None, kept: Path | None, cache: Path, scratch: str
) -> None:
    """Measure opsemu beside what one would pick instead, and from 100 to 100,000 projects."""
    os.environ.pop("OPSEMU_STATE", None)
    raw: dict[str, Any] = {"machine": machine(), "rounds": count, "seconds": seconds}
    click.echo("".join(f"* {name}: {value}\n" for name, value in raw["machine"].items()))
    click.echo(f"{count} interleaved rounds of {seconds} s; median (lowest–highest).\n{NOTE}\n")  # noqa: RUF001
    if only != "growth":
        for peer in PEERS:
            tell(f"installing {peer.name}")
            peer.install(cache.expanduser() / "bench")
        raw["peers"] = figures = rounds.measure(PEERS, count, seconds, tell)
        click.echo(f"{table(figures)}\n\n{comparison(figures, PEERS[0].name)}\n")
    if only != "peers":
        with tempfile.TemporaryDirectory(dir=scratch, prefix="bench-") as directory:
            figures = growth.measure(SIZES, count * 4, seconds / 4, Path(directory), tell)
        raw["growth"] = figures
        click.echo(f"{table(figures)}\n\n{comparison(figures, list(figures)[-1])}")
    if kept:
        kept.write_text(json.dumps(raw, indent=2) + "\n")


def tell(step: str) -> None:
    """What is being done, for whoever waits."""
    click.echo(f"... {step}", err=True)


main()
