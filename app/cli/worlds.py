"""`opsemu worlds`, `clock`, `reset`, `seed`, `state` and `snapshot`."""

import json
from typing import Any, TextIO

import click

from .admin import Admin, Output, read_json, table, verb
from .group import add_group, cli

worlds = add_group("worlds", "List, create and delete worlds.")
clock = add_group("clock", "The time of a world: freeze it, move it.")
state = add_group("state", "Export and import what a world holds.")
snapshot = add_group("snapshot", "Save states of a world under names, restore and compare them.")
_NAME = click.Argument(["name"])
_FILE = click.Argument(["file"], type=click.File())


@verb(cli, "reset")
@click.option("--to", type=click.Choice(["seed", "empty"]), default="seed", show_default=True)
def reset(admin: Admin, to: str) -> Output:
    """Reset a world to its seed, or to nothing but its keys."""
    return admin.call("POST", "/reset", to=to), f"{admin.world} is back at: {to}"


@verb(cli, "seed", _FILE)
def seed(admin: Admin, file: TextIO) -> Output:
    """Give a world another seed, a JSON document, and reset it to that."""
    return admin.call("POST", "/seed", read_json(file)), f"{admin.world} has a new seed"


@verb(worlds, "list")
def list_worlds(admin: Admin) -> Output:
    """List all worlds, one a line."""
    document = admin.call("GET", "/worlds")
    return document, "\n".join(document["worlds"])


@verb(worlds, "create")
@click.option("--name", help="A name; without it, a random one.")
@click.option(
    "--seed", type=click.Choice(["server", "demo", "empty"]), default="empty", show_default=True
)
def create_world(admin: Admin, name: str | None, seed: str) -> Output:
    """Create a world, and print its keys, which are not shown again."""
    body = {"seed": seed, **({"name": name} if name else {})}
    document = admin.call("POST", "/worlds", body)
    return document, table([("world", document["name"]), *_access(document)])


@verb(worlds, "delete", _NAME)
def delete_world(admin: Admin, name: str) -> Output:
    """Delete a world with all that it holds, its keys included."""
    return admin.call("DELETE", f"/worlds/{name}"), f"{name} is gone"


@verb(clock, "show")
def show_clock(admin: Admin) -> Output:
    """Print the time of a world."""
    return _clock(admin.call("GET", "/clock"))


@verb(clock, "freeze")
@click.option("--at", help="A time such as 2026-11-22T08:30:00Z; without it, now.")
def freeze(admin: Admin, at: str | None) -> Output:
    """Stop the clock."""
    return _clock(admin.call("POST", "/clock/freeze", {"at": at} if at else {}))


@verb(clock, "advance")
@click.argument("seconds", type=float)
def advance(admin: Admin, seconds: float) -> Output:
    """Move the clock forward."""
    return _clock(admin.call("POST", "/clock/advance", {"seconds": seconds}))


@verb(clock, "free")
def free(admin: Admin) -> Output:
    """Set the clock back to the real time, and let it run."""
    return _clock(admin.call("POST", "/clock/free"))


@verb(state, "export")
@click.argument("file", type=click.File("w"), default="-")
def export_state(admin: Admin, file: TextIO) -> None:
    """Write the state of a world to a file, with masks in place of secrets."""
    json.dump(admin.call("GET", "/state"), file, indent=2)
    file.write("\n")


@verb(state, "import", _FILE)
def import_state(admin: Admin, file: TextIO) -> Output:
    """Replace what a world holds by an exported state."""
    return admin.call("PUT", "/state", read_json(file)), f"{admin.world} holds {file.name}"


@verb(snapshot, "list")
def list_snapshots(admin: Admin) -> Output:
    """List the snapshots of a world, one a line."""
    document = admin.call("GET", "/snapshots")
    return document, "\n".join(document["snapshots"]) or "no snapshots"


@verb(snapshot, "save", _NAME)
def save_snapshot(admin: Admin, name: str) -> Output:
    """Save the state of a world under a name."""
    return admin.call("POST", "/snapshots", {"name": name}), f"{name} is saved"


@verb(snapshot, "restore", _NAME)
def restore_snapshot(admin: Admin, name: str) -> Output:
    """Replace what the world holds by a snapshot."""
    return admin.call("POST", f"/snapshots/{name}/restore"), f"{name} is restored"


@verb(snapshot, "diff")
@click.argument("before")
@click.argument("after", required=False)
def diff_snapshots(admin: Admin, before: str, after: str | None) -> Output:
    """Compare two snapshots, or one with the present state."""
    document = admin.call("GET", "/snapshots/diff", before=before, after=after)
    lines = [
        f"{row['path']}\n  - {json.dumps(row['before'])}\n  + {json.dumps(row['after'])}"
        for row in document["differences"]
    ]
    return document, "\n".join(lines) or "no differences"


@verb(snapshot, "delete", _NAME)
def delete_snapshot(admin: Admin, name: str) -> Output:
    """Delete a snapshot."""
    return admin.call("DELETE", f"/snapshots/{name}"), f"{name} is deleted"


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
