"""The verbs about calls on the command line: `journal`, `fault` and `clock`."""

from __future__ import annotations

from typing import Any

import click

from .caller import Caller, reaching, table


@click.group()
def journal() -> None:
    """What was called, and why it was refused."""


@journal.command("list")
@click.option("--operation", help="Such as createIntegration.")
@click.option("--status", type=int)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@reaching
def list_calls(caller: Caller, **pattern: Any) -> None:
    """List the latest calls of a world."""
    found = caller.call("GET", "/requests", **pattern)
    rows = [
        (row["id"], row["at"], row["status"], row["operation"] or "-", row["method"], row["target"])
        for row in found["requests"]
    ]
    head = ("id", "at", "status", "operation", "method", "target")
    note = f"\n{found['dropped']} were dropped" if found["dropped"] else ""
    caller.show(found, table([head, *rows]) + note)


@journal.command("explain")
@click.argument("number")
@reaching
def explain(caller: Caller, number: str) -> None:
    """Say why a call was answered as it was."""
    told = caller.call("GET", f"/requests/{number}/explain")
    lines = [*told["reasons"], *told["warnings"]] or ["it was answered as asked"]
    caller.show(told, "\n".join([f"{told['status']} {told['operation'] or '-'}", *lines]))


@journal.command("clear")
@reaching
def clear_calls(caller: Caller) -> None:
    """Forget the calls of a world."""
    caller.show(caller.call("DELETE", "/requests"), "the journal is empty")


@click.group()
def fault() -> None:
    """Let calls go wrong."""


@fault.command("add")
@click.option("--name", help="A vendor's fault; see `opsemu fault names`.")
@click.option("--operation", help="Such as createIntegration.")
@click.option("--method")
@click.option("--path", help="With * for anything.")
@click.option("--project")
@click.option("--key")
@click.option("--status", type=int)
@click.option("--error", help="The vendor's error code.")
@click.option("--delay", "fixedDelayMilliseconds", type=float, help="In milliseconds.")
@click.option("--fault", type=click.Choice(["CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"]))
@click.option("--truncate-after", "truncateAfter", type=int, help="In bytes of the body.")
@click.option("--times", type=int)
@click.option("--after", type=int)
@click.option("--every", type=int)
@click.option("--probability", type=float)
@click.option("--limit", type=int, help="Strike once there were so many calls in a window.")
@click.option("--window", type=float, help="In seconds.")
@click.option("--retry-after", "retryAfter", type=int, help="In seconds.")
@reaching
def add_fault(caller: Caller, **rule: Any) -> None:
    """Add a rule that says which calls go wrong, how and how often."""
    given = {name: value for name, value in rule.items() if value is not None}
    made = caller.call("POST", "/faults", given)
    caller.show(made, f"fault {made['id']} is armed")


@fault.command("list")
@reaching
def list_faults(caller: Caller) -> None:
    """List the rules of a world, with how often each struck."""
    found = caller.call("GET", "/faults")
    counts = ("id", "seen", "struck")
    rows = [
        (rule["id"], rule["struck"], rule["seen"], _about(rule, counts)) for rule in found["faults"]
    ]
    caller.show(found, table([("id", "struck", "seen", "rule"), *rows]))


@fault.command("clear")
@reaching
def clear_faults(caller: Caller) -> None:
    """Remove all rules of a world."""
    caller.show(caller.call("DELETE", "/faults"), "there are no faults")


@fault.command("names")
@reaching
def fault_names(caller: Caller) -> None:
    """List the vendors' faults."""
    found = caller.call("GET", "/faults/names")
    caller.show(found, table(list(found.items())))


@click.group()
def clock() -> None:
    """The time that a world believes in."""


@clock.command("show")
@reaching
def show_clock(caller: Caller) -> None:
    """Print what the clock of a world shows."""
    _shown(caller, caller.call("GET", "/clock"))


@clock.command("freeze")
@click.option("--at", help="A moment such as 2026-11-22T08:30:00Z; without it, now.")
@reaching
def freeze(caller: Caller, at: str | None) -> None:
    """Let the clock stand still."""
    _shown(caller, caller.call("POST", "/clock/freeze", {"at": at} if at else {}))


@clock.command("advance")
@click.argument("seconds", type=float)
@reaching
def advance(caller: Caller, seconds: float) -> None:
    """Put the clock on by so many seconds."""
    _shown(caller, caller.call("POST", "/clock/advance", {"seconds": seconds}))


@clock.command("free")
@reaching
def free(caller: Caller) -> None:
    """Give the world the real time again."""
    _shown(caller, caller.call("POST", "/clock/free"))


def _shown(caller: Caller, shown: dict[str, Any]) -> None:
    state = "frozen" if shown["frozen"] else "running"
    caller.show(shown, f"{shown['now']} {state}, {shown['offset']:+.1f} s from the real time")


def _about(rule: dict[str, Any], counts: tuple[str, ...]) -> str:
    return " ".join(f"{name}={value}" for name, value in rule.items() if name not in counts)


COMMANDS = (journal, fault, clock)
