"""What the verbs that talk to a running server share: its address, its admin API, their output."""

import json
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from typing import Any, NamedTuple, TextIO

import click

from ..api.printable import printable, printable_lines
from ..setting_checks import load_secret
from .ca_file import ca_file
from .group import URL_OPTION, Refused, Unavailable

# The JSON of a response, and the text that is printed without --json.
Output = tuple[Any, str]
Verb = Callable[..., Output | None]

_OPTIONS = [
    URL_OPTION,
    click.Option(["--token"], default="", envvar="OPSEMU_ADMIN_TOKEN", help="The admin token."),
    click.Option(
        ["--token-file"],
        default="",
        envvar="OPSEMU_ADMIN_TOKEN_FILE",
        help="File that holds the admin token.",
    ),
    click.Option(
        ["--world"], default="default", envvar="OPSEMU_WORLD", show_default=True, help="The world."
    ),
    click.Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
]


class Admin(NamedTuple):
    """The admin API of a running server, as seen from one world."""

    url: str
    token: str
    world: str

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        query = {name: value for name, value in query.items() if value is not None}
        query["world"] = self.world
        return call_server(f"{self.url}/__admin", method, path, query, body, self.token)


def call_server(
    url: str, method: str, path: str, query: dict[str, Any], body: Any = None, token: str = ""
) -> Any:
    """The JSON of a server's response, or None; raises Refused, Unavailable."""
    from http.client import HTTPException

    from ..testing.admin_client import AdminClient, ControlError

    if not url.startswith(("http://", "https://")):
        raise Unavailable(f"{url} is not an http:// address")
    try:
        with closing(AdminClient(url, token, ca_file(url))) as client:
            return client.call(method, path, query, body)
    except ControlError as error:
        raise Refused(error.status, str(error)) from None
    except (OSError, ValueError, HTTPException) as error:
        reason = " ".join(str(error).split())  # bytes of a foreign server may be part of it
        raise Unavailable(f"{url} does not answer: {reason}") from None


def verb(
    group: click.Group, name: str, *params: click.Parameter
) -> Callable[[Verb], click.Command]:
    """Add a command whose first argument is an `Admin`; print what it returns."""

    def add(function: Verb) -> click.Command:
        @wraps(function)
        def run(
            url: str, token: str, token_file: str, world: str, as_json: bool, **parameters: Any
        ) -> None:
            token = load_secret("token", token, token_file)
            output = function(Admin(url, token, world), **parameters)
            if output is not None:
                document, text = output
                shown = json.dumps(document, indent=2) if as_json else text
                click.echo(printable_lines(shown))

        command = group.command(name)(run)
        command.params += [*params, *_OPTIONS]
        return command

    return add


def table(rows: list[tuple[Any, ...]]) -> str:
    rows = [tuple([printable(str(cell)) for cell in row]) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def read_json(file: TextIO) -> Any:
    """The JSON in a file; raises ClickException."""
    try:
        return json.load(file)
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}") from None
