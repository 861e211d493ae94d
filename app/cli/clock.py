"""`opsemu clock`: the time of a world."""

from __future__ import annotations

from typing import Any

import click

from .admin import Admin, Output, server_options
from .group import cli


@cli.group()
def clock() -> None:
    """The time of a world: freeze it, move it."""


@clock.command("show")
@server_options
def show_clock(admin: Admin) -> Output:
    """Print the time of a world."""
    return _output(admin.call("GET", "/clock"))


@clock.command("freeze")
@click.option("--at", help="A time such as 2026-11-22T08:30:00Z; without it, now.")
@server_options
def freeze(admin: Admin, at: str | None) -> Output:
    """Stop the clock."""
    return _output(admin.call("POST", "/clock/freeze", {"at": at} if at else {}))


@clock.command("advance")
@click.argument("seconds", type=float)
@server_options
def advance(admin: Admin, seconds: float) -> Output:
    """Move the clock forward."""
    return _output(admin.call("POST", "/clock/advance", {"seconds": seconds}))


@clock.command("free")
@server_options
def free(admin: Admin) -> Output:
    """Set the clock back to the real time, and let it run."""
    return _output(admin.call("POST", "/clock/free"))


def _output(clock: dict[str, Any]) -> Output:
    state = "frozen" if clock["frozen"] else "running"
    return clock, f"{clock['now']} {state}, {clock['offset']:+.1f} s from the real time"
