"""The control plane's verbs about worlds and state on the command line."""

from __future__ import annotations

import json
from typing import TextIO

import click

from .caller import Caller, reaching, read, table


@click.command()
@click.option("--to", type=click.Choice(["seed", "empty"]), default="seed", show_default=True)
@reaching
def reset(caller: Caller, to: str) -> None:
    """Bring a world back to its seed, or to nothing but its keys."""
    caller.show(caller.call("POST", "/reset", to=to), f"{caller.world} is back at: {to}")


@click.command()
@click.argument("file", type=click.File())
@reaching
def seed(caller: Caller, file: TextIO) -> None:
    """Give a world another seed, a JSON document, and reset it to that."""
    caller.show(caller.call("POST", "/seed", read(file)), f"{caller.world} has a new seed")


@click.group()
def worlds() -> None:
    """List, make and end worlds."""


@worlds.command("list")
@reaching
def list_worlds(caller: Caller) -> None:
    """List all worlds, one a line."""
    found = caller.call("GET", "/worlds")
    caller.show(found, "\n".join(found["worlds"]))


@worlds.command("create")
@click.option("--name", help="A name; without it, a random one.")
@click.option(
    "--seed", type=click.Choice(["server", "demo", "empty"]), default="empty", show_default=True
)
@reaching
def create_world(caller: Caller, name: str | None, seed: str) -> None:
    """Make a world, and print its keys, which are not shown again."""
    asked = {"seed": seed, **({"name": name} if name else {})}
    made = caller.call("POST", "/worlds", asked)
    keys = [(row["publicKey"], row["privateKey"]) for row in made["mongodb"]["keys"]]
    accounts = [
        (row["clientId"], row["clientSecret"]) for row in made["mongodb"]["serviceAccounts"]
    ]
    tenants = [
        (f"{tenant['id']} {key['key']}", key["secret"])
        for tenant in made["opsramp"]["tenants"]
        for key in tenant["keys"]
    ]
    projects = [("project " + row["id"], row["name"]) for row in made["mongodb"]["projects"]]
    caller.show(made, table([("world", made["name"]), *keys, *accounts, *tenants, *projects]))


@worlds.command("delete")
@click.argument("name")
@reaching
def delete_world(caller: Caller, name: str) -> None:
    """End a world with all that it holds, its keys included."""
    caller.show(caller.call("DELETE", f"/worlds/{name}"), f"{name} is gone")


@click.group()
def state() -> None:
    """Export and import what a world holds."""


@state.command("export")
@click.argument("file", type=click.File("w"), default="-")
@reaching
def export_state(caller: Caller, file: TextIO) -> None:
    """Write the state of a world to a file, with masks in place of secrets."""
    json.dump(caller.call("GET", "/state"), file, indent=2)
    file.write("\n")


@state.command("import")
@click.argument("file", type=click.File())
@reaching
def import_state(caller: Caller, file: TextIO) -> None:
    """Put an exported state in place of what a world holds."""
    caller.show(caller.call("PUT", "/state", read(file)), f"{caller.world} holds {file.name}")


@click.group()
def snapshot() -> None:
    """Keep states of a world under names, and compare them."""


@snapshot.command("list")
@reaching
def list_snapshots(caller: Caller) -> None:
    """List the snapshots of a world, one a line."""
    found = caller.call("GET", "/snapshots")
    caller.show(found, "\n".join(found["snapshots"]) or "no snapshots")


@snapshot.command("save")
@click.argument("name")
@reaching
def save_snapshot(caller: Caller, name: str) -> None:
    """Keep the present state under a name."""
    caller.show(caller.call("POST", "/snapshots", {"name": name}), f"{name} is saved")


@snapshot.command("restore")
@click.argument("name")
@reaching
def restore_snapshot(caller: Caller, name: str) -> None:
    """Put a snapshot in place of what the world holds."""
    caller.show(caller.call("POST", f"/snapshots/{name}/restore"), f"{name} is restored")


@snapshot.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@reaching
def diff_snapshots(caller: Caller, before: str, after: str | None) -> None:
    """Compare two snapshots, or one with the present."""
    found = caller.call("GET", "/snapshots/diff", before=before, after=after)
    lines = [
        f"{row['path']}\n  - {json.dumps(row['before'])}\n  + {json.dumps(row['after'])}"
        for row in found["differences"]
    ]
    caller.show(found, "\n".join(lines) or "no differences")


@snapshot.command("delete")
@click.argument("name")
@reaching
def delete_snapshot(caller: Caller, name: str) -> None:
    """Forget a snapshot."""
    caller.show(caller.call("DELETE", f"/snapshots/{name}"), f"{name} is forgotten")


COMMANDS = (reset, seed, worlds, state, snapshot)
