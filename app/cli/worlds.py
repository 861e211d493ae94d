"""`opsemu reset`, `seed`, `worlds` and `clock`."""

from __future__ import annotations

from typing import Any, TextIO

import click

from .admin import Admin, Output, read_json, server_options, table
from .group import cli


@cli.command()
@click.option("--to", type=click.Choice(["seed", "empty"]), default="seed", show_default=True)
@server_options
def reset(admin: Admin, to: str) -> Output:
    """Reset a world to its seed, or to nothing but its keys."""
    return admin.call("POST", "/reset", to=to), f"{admin.world} is back at: {to}"


@cli.command()
@click.argument("file", type=click.File())
@server_options
def seed(admin: Admin, file: TextIO) -> Output:
    """Give a world another seed, a JSON document, and reset it to that."""
    return admin.call("POST", "/seed", read_json(file)), f"{admin.world} has a new seed"


@cli.group()
def worlds() -> None:
    """List, create and delete worlds."""


@worlds.command("list")
@server_options
def list_worlds(admin: Admin) -> Output:
    """List all worlds, one a line."""
    document = admin.call("GET", "/worlds")
    return document, "\n".join(document["worlds"])


@worlds.command("create")
@click.option("--name", help="A name; without it, a random one.")
@click.option(
    "--seed", type=click.Choice(["server", "demo", "empty"]), default="empty", show_default=True
)
@server_options
def create_world(admin: Admin, name: str | None, seed: str) -> Output:
    """Create a world, and print its keys, which are not shown again."""
    body = {"seed": seed, **({"name": name} if name else {})}
    document = admin.call("POST", "/worlds", body)
    return document, table([("world", document["name"]), *_access(document)])


@worlds.command("delete")
@click.argument("name")
@server_options
def delete_world(admin: Admin, name: str) -> Output:
    """Delete a world with all that it holds, its keys included."""
    return admin.call("DELETE", f"/worlds/{name}"), f"{name} is gone"


@cli.group()
def clock() -> None:
    """The time of a world: freeze it, move it."""


@clock.command("show")
@server_options
def show_clock(admin: Admin) -> Output:
    """Print the time of a world."""
    return _clock(admin.call("GET", "/clock"))


@clock.command("freeze")
@click.option("--at", help="A time such as 2026-11-22T08:30:00Z; without it, now.")
@server_options
def freeze(admin: Admin, at: str | None) -> Output:
    """Stop the clock."""
    return _clock(admin.call("POST", "/clock/freeze", {"at": at} if at else {}))


@clock.command("advance")
@click.argument("seconds", type=float)
@server_options
def advance(admin: Admin, seconds: float) -> Output:
    """Move the clock forward."""
    return _clock(admin.call("POST", "/clock/advance", {"seconds": seconds}))


@clock.command("free")
@server_options
def free(admin: Admin) -> Output:
    """Set the clock back to the real time, and let it run."""
    return _clock(admin.call("POST", "/clock/free"))


def _clock(clock: dict[str, Any]) -> Output:
    state = "frozen" if clock["frozen"] else "running"
    return clock, f"{clock['now']} {state}, {clock['offset']:+.1f} s from the real time"


def _access(document: dict[str, Any]) -> list[tuple[str, str]]:
    """The credentials and projects of a new world."""
    mongodb = document["mongodb"]
    return [
        *((key["publicKey"], key["privateKey"]) for key in mongodb["keys"]),
        *((client["clientId"], client["clientSecret"]) for client in mongodb["serviceAccounts"]),
        *(
            (f"{tenant['id']} {key['key']}", key["secret"])
            for tenant in document["opsramp"]["tenants"]
            for key in tenant["keys"]
        ),
        *((f"project {project['id']}", project["name"]) for project in mongodb["projects"]),
    ]
