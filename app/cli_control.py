"""The control plane's verbs on the command line: thin callers, readable by people or as JSON."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, TextIO
from urllib.parse import urlencode

import click

DEFAULT_URL = "http://127.0.0.1:8790"


class Failed(click.ClickException):
    """A call that was refused."""

    exit_code = 1


class Unreachable(Failed):
    """A call that could not be made."""

    exit_code = 69


class Caller:
    """Calls the control plane of a running server about one world."""

    def __init__(self, url: str, token: str, world: str, as_json: bool) -> None:
        self.url, self.token, self.world, self.as_json = url, token, world, as_json

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer's JSON, or None; raises Failed."""
        asked = {"world": self.world, **{k: v for k, v in query.items() if v is not None}}
        request = urllib.request.Request(
            f"{self.url.rstrip('/')}/__admin{path}?{urlencode(asked)}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=330) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                raise Failed(_sentence(error)) from None
        except (OSError, ValueError, HTTPException) as error:
            raise Unreachable(f"{self.url} does not answer: {error}") from None

    def show(self, answer: Any, text: str) -> None:
        """Print an answer: as JSON if that was asked for, else the text."""
        click.echo(json.dumps(answer, indent=2) if self.as_json else text)


def _sentence(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {error.code}"


def reaching(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags that say which server and which world, as a Caller."""

    def run(url: str, token: str, world: str, as_json: bool, **rest: Any) -> None:
        command(Caller(url, token, world, as_json), **rest)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run.__dict__.update(command.__dict__)  # click keeps the command's own parameters there
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option(
            "--world", default="default", envvar="OPSEMU_WORLD", show_default=True, help="Whose."
        ),
        click.option("--token", default="", envvar="OPSEMU_ADMIN_TOKEN", help="The admin token."),
        click.option(
            "--url", default=DEFAULT_URL, envvar="OPSEMU_URL", show_default=True,
            help="Where the emulator answers.",
        ),
    ):  # fmt: skip
        run = option(run)
    return run


def table(rows: list[tuple[Any, ...]]) -> str:
    """Rows in columns."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in texts
    )
    return "\n".join(line.rstrip() for line in lines)


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


def read(file: TextIO) -> Any:
    """The JSON in a file; raises Failed."""
    try:
        return json.load(file)
    except ValueError as error:
        raise Failed(f"{file.name} is not JSON: {error}") from None


COMMANDS = (reset, seed, worlds, state, snapshot)
