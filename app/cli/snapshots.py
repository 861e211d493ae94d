"""`opsemu state` and `opsemu snapshot`: what a world holds."""

from __future__ import annotations

import json
from typing import TextIO

import click

from .admin import Admin, Output, read_json, server_options
from .group import cli


@cli.group()
def state() -> None:
    """Export and import what a world holds."""


@state.command("export")
@click.argument("file", type=click.File("w"), default="-")
@server_options
def export_state(admin: Admin, file: TextIO) -> None:
    """Write the state of a world to a file, with masks in place of secrets."""
    json.dump(admin.call("GET", "/state"), file, indent=2)
    file.write("\n")


@state.command("import")
@click.argument("file", type=click.File())
@server_options
def import_state(admin: Admin, file: TextIO) -> Output:
    """Replace what a world holds by an exported state."""
    return admin.call("PUT", "/state", read_json(file)), f"{admin.world} holds {file.name}"


@cli.group()
def snapshot() -> None:
    """Save states of a world under names, restore and compare them."""


@snapshot.command("list")
@server_options
def list_snapshots(admin: Admin) -> Output:
    """List the snapshots of a world, one a line."""
    document = admin.call("GET", "/snapshots")
    return document, "\n".join(document["snapshots"]) or "no snapshots"


@snapshot.command("save")
@click.argument("name")
@server_options
def save_snapshot(admin: Admin, name: str) -> Output:
    """Save the state of a world under a name."""
    return admin.call("POST", "/snapshots", {"name": name}), f"{name} is saved"


@snapshot.command("restore")
@click.argument("name")
@server_options
def restore_snapshot(admin: Admin, name: str) -> Output:
    """Replace what the world holds by a snapshot."""
    return admin.call("POST", f"/snapshots/{name}/restore"), f"{name} is restored"


@snapshot.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@server_options
def diff_snapshots(admin: Admin, before: str, after: str | None) -> Output:
    """Compare two snapshots, or one with the present state."""
    document = admin.call("GET", "/snapshots/diff", before=before, after=after)
    lines = [
        f"{row['path']}\n  - {json.dumps(row['before'])}\n  + {json.dumps(row['after'])}"
        for row in document["differences"]
    ]
    return document, "\n".join(lines) or "no differences"


@snapshot.command("delete")
@click.argument("name")
@server_options
def delete_snapshot(admin: Admin, name: str) -> Output:
    """Delete a snapshot."""
    return admin.call("DELETE", f"/snapshots/{name}"), f"{name} is deleted"
