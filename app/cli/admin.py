"""What the verbs that talk to a running server share: its address, its admin API, their output."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from typing import Any, NamedTuple

import click

from ..api.printable import printable, printable_lines
from ..config import load_secret
from .ca_file import ca_file
from .group import (
    ADMIN_URL_OPTION,
    JSON_OPTION,
    TOKEN_OPTIONS,
    Failed,
    NotOpsemu,
    Refused,
    Unavailable,
    option,
)

# The JSON of a response, and the text that is printed without --json.
Output = tuple[Any, str]
Verb = Callable[..., Output | None]

_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_WORLD_OPTION = option(
    ["--world"], default="default", envvar="OPSEMU_WORLD", show_default=True, help="The world."
)
_FOREIGN = (
    "{} answers, but not as opsemu does: is it another server, or without the admin API? "
    "with --admin own, --url is the address of the admin port"
)
_SILENT = "{} does not answer: is opsemu running? start it with 'opsemu serve'"
_NO_TOKEN = "the admin token is missing or wrong: give it by --token-file or --token"


class Admin(NamedTuple):
    """The admin API of a running server, as seen from one world."""

    url: str
    token: str
    world: str

    def call(
        self, method: str, path: str, body: Any = None, /, *, wait: float = 0.0, **query: Any
    ) -> Any:
        """The JSON of a response, None if it has none; raises Refused, Unavailable.

        `wait` is how many seconds the server may take longer than usual.
        """
        query = {name: value for name, value in query.items() if value is not None}
        query["world"] = self.world
        return call_server(f"{self.url}/__admin", method, path, query, body, self.token, wait)


def call_server(
    url: str,
    method: str,
    path: str,
    query: dict[str, Any],
    body: Any = None,
    token: str = "",
    wait: float = 0.0,
) -> Any:
    """The JSON of a server's response, or None; raises Refused, Unavailable."""
    import ssl
    from http.client import HTTPException, InvalidURL

    from ..testing.admin_client import AdminClient, ControlError

    shown = url.removesuffix("/__admin")
    if not url.startswith(("http://", "https://")):
        raise Unavailable(f"{shown} is not an http:// or https:// address")
    try:
        with closing(AdminClient(url, token, ca_file(url))) as client:
            return client.call(method, path, query, body, wait=wait)
    except ControlError as error:
        is_known = isinstance(error.word, str) and error.word not in ("", "foreign")
        if not is_known and (error.status, error.word) != (503, ""):  # `/ready` has no word
            raise NotOpsemu(_FOREIGN.format(shown)) from None
        message = _NO_TOKEN if error.word == "token_needed" else str(error)
        raise Refused(error.status, message) from None
    except ssl.SSLCertVerificationError as error:
        message = f"{shown} has a certificate that is not trusted: {error.verify_message}"
        raise Unavailable(message) from None
    except (ssl.SSLError, ConnectionResetError) as error:
        if url.startswith("https://"):
            raise NotOpsemu(f"{shown} does not speak TLS: try http://") from None
        sentence = _FOREIGN if isinstance(error, HTTPException) else _SILENT
        raise NotOpsemu(sentence.format(shown)) from None
    except (ValueError, InvalidURL):
        raise Unavailable(f"{shown} is not an http:// or https:// address") from None
    except HTTPException:
        raise NotOpsemu(_FOREIGN.format(shown)) from None
    except OSError:
        raise Unavailable(_SILENT.format(shown)) from None


@contextmanager
def checked_json(admin: Admin) -> Iterator[None]:
    """Raise NotOpsemu if the block does not understand a response because it is not opsemu's."""
    try:
        yield
    except (AttributeError, LookupError, TypeError):
        if "opsemu" in (admin.call("GET", "/version") or ()):
            raise
        raise NotOpsemu(_FOREIGN.format(admin.url)) from None


def verb(
    group: click.Group, name: str, *params: click.Parameter, **settings: Any
) -> Callable[[Verb], click.Command]:
    """Add a command whose first argument is an `Admin`; print what it returns.

    `settings` are those of `click.Command`.
    """

    def add(function: Verb) -> click.Command:
        @wraps(function)
        def run(
            url: str, token: str, token_file: str, world: str, as_json: bool, **parameters: Any
        ) -> None:
            admin = Admin(url, load_secret("token", token, token_file), world)
            try:
                with checked_json(admin):
                    output = function(admin, **parameters)
            except Failed as error:
                if as_json:
                    print_output((error.document, ""), as_json=True)
                raise
            if output is not None:
                print_output(output, as_json=as_json)

        command = group.command(name, **settings)(run)
        command.params += [*params, ADMIN_URL_OPTION, *TOKEN_OPTIONS, _WORLD_OPTION, JSON_OPTION]
        return command

    return add


def print_output(output: Output, *, as_json: bool) -> None:
    """Print the JSON of a response, or the text; nothing for an empty text."""
    document, text = output
    if as_json:
        text = json.dumps({} if document is None else document, indent=2)
    if text:
        click.echo(printable_lines(text))


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """Rows in columns below their head; "" if there are none. Without a head, the rows alone."""
    if not rows:
        return ""
    lines = [[printable(str(cell)) for cell in row] for row in (head, *rows) if row]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        "  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def in_path(name: str) -> str:
    """The name of a world or a snapshot, for a path; raises ClickException if it can be none."""
    if not _NAME.fullmatch(name):
        raise click.ClickException(f"the name {name!r} does not match {_NAME.pattern}")
    return name
