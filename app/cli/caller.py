"""How the command line calls the control plane, and shows what it says."""

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


def read(file: TextIO) -> Any:
    """The JSON in a file; raises Failed."""
    try:
        return json.load(file)
    except ValueError as error:
        raise Failed(f"{file.name} is not JSON: {error}") from None
