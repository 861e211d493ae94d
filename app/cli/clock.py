"""`opsemu clock`: the time of a world."""

from typing import Any

import click

from .admin import Admin, Output, verb
from .group import add_group
from .parameters import duration

clock = add_group("clock", "The time of a world: freeze it, move it.")


@verb(clock, "show")
def show(admin: Admin) -> Output:
    """Print the time of a world."""
    return _clock(admin.call("GET", "/clock"))


@verb(clock, "freeze")
@click.option("--at", help="A time such as 2026-11-22T08:30:00Z; without it, now.")
def freeze(admin: Admin, at: str | None) -> Output:
    """Stop the clock."""
    return _clock(admin.call("POST", "/clock/freeze", {"at": at} if at else {}))


@verb(
    clock,
    "advance",
    click.Argument(["seconds"], type=duration),
    # So that -10 and -1h are times.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
def advance(admin: Admin, seconds: float) -> Output:
    """Move the clock forward by a time such as 90, 90s, 15m, 1.5h or 2d; back by -10."""
    return _clock(admin.call("POST", "/clock/advance", {"seconds": seconds}))


@verb(clock, "free")
def free(admin: Admin) -> Output:
    """Set the clock back to the real time, and let it run."""
    return _clock(admin.call("POST", "/clock/free"))


def _clock(clock: dict[str, Any]) -> Output:
    state = "frozen" if clock["frozen"] else "running"
    return clock, f"{clock['now']} {state}, {clock['offset']:+.1f} s from the real time"
