"""`opsemu state`, `snapshot` and `diff`: what a world holds, exported, saved and compared."""

import json
from typing import Any, TextIO

import click

from .admin import Admin, Output, in_path, table, verb
from .documents import read_document
from .group import add_group, cli

state = add_group("state", "Export and import what a world holds.")
snapshot = add_group("snapshot", "Save states of a world under names, restore and compare them.")
_NAME = click.Argument(["name"])


@verb(state, "export")
@click.argument("file", type=click.File("w"), default="-")
def export_state(admin: Admin, file: TextIO) -> None:
    """Write the state of a world to a file, with masks in place of secrets."""
    json.dump(admin.call("GET", "/state"), file, indent=2)
    file.write("\n")


@verb(state, "import", click.Argument(["file"], type=click.File()))
def import_state(admin: Admin, file: TextIO) -> Output:
    """Replace what a world holds by an exported state."""
    return admin.call("PUT", "/state", read_document(file)), f"{admin.world} holds {file.name}"


@verb(snapshot, "list")
def list_snapshots(admin: Admin) -> Output:
    """List the snapshots of a world, one a line."""
    document = admin.call("GET", "/snapshots")
    return document, "\n".join(document["snapshots"])


@verb(snapshot, "save", _NAME)
def save_snapshot(admin: Admin, name: str) -> Output:
    """Save the state of a world under a name."""
    return admin.call("POST", "/snapshots", {"name": name}), f"{name} is saved"


@verb(snapshot, "restore", _NAME)
def restore_snapshot(admin: Admin, name: str) -> Output:
    """Replace what the world holds by a snapshot."""
    return admin.call("POST", f"/snapshots/{in_path(name)}/restore"), f"{name} is restored"


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
    return document, "\n".join(lines)


@verb(cli, "diff")
@click.option("--since", default="seed", help="The seed (default), or a snapshot.")
def list_changed(admin: Admin, since: str) -> Output:
    """List the documents that changed since the seed or a snapshot, and which members."""
    document = admin.call("GET", "/diff", since=since)
    rows = [
        (row["change"], f"{row['kind']} {row['owner']}", row["table"], row["key"], _members(row))
        for row in document["documents"]
    ]
    return document, table((), rows)


def _members(row: dict[str, Any]) -> str:
    """The members of a document that changed; none where all of it did."""
    names = [member["name"] for member in row["members"]]
    return ", ".join(names) if row["change"] == "changed" else ""


@verb(snapshot, "delete", _NAME)
def delete_snapshot(admin: Admin, name: str) -> Output:
    """Delete a snapshot."""
    return admin.call("DELETE", f"/snapshots/{in_path(name)}"), f"{name} is deleted"
