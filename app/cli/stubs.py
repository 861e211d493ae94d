"""`opsemu stub`: responses to requests that no operation serves."""

import json
from typing import Any, TextIO

import click

from .admin import Admin, Output, table, verb
from .documents import read_document
from .group import add_group
from .parameters import without_none

stub = add_group("stub", "Answer requests that no operation serves.")


def _header(_context: click.Context, _option: click.Parameter, lines: tuple[str, ...]) -> Any:
    """The headers in lines such as `Name: value`; raises BadParameter."""
    pairs = [line.partition(":") for line in lines]
    for line, (_, colon, _value) in zip(lines, pairs, strict=True):
        if not colon:
            raise click.BadParameter(f"{line!r} is not a header such as 'Retry-After: 7'")
    return {name.strip(): value.strip() for name, _, value in pairs} or None


_STUB = [
    click.Option(["--name"], help="Its name in the journal."),
    click.Option(["--method"], help="By default any."),
    click.Option(["--path"], required=True, help="With * for anything."),
    click.Option(["--status"], type=int, help="By default 200."),
    click.Option(["--header", "headers"], multiple=True, callback=_header, help="'Name: value'."),
    click.Option(
        ["--body", "file"], type=click.File(encoding="utf-8"), help="JSON, YAML, or text."
    ),
    click.Option(["--data"], help="The body itself: JSON, or a text."),
    click.Option(["--times"], type=int, help="How many requests it answers."),
    click.Option(["--override"], is_flag=True, help="Answer also where an operation does."),
]


@verb(stub, "add", *_STUB)
def add_stub(
    admin: Admin, file: TextIO | None, data: str | None, override: bool, **members: Any
) -> Output:
    """Add a stub, which answers requests to a path that opsemu does not serve."""
    if file is not None and data is not None:
        raise click.UsageError("give one of --body and --data")
    body = _json_or_text(data) if file is None else _read_body(file)
    members |= {"body": body, "override": override or None}
    document = admin.call("POST", "/stubs", without_none(members))
    return document, f"stub {document['id']} answers {_requests(document)}"


@verb(stub, "list")
def list_stubs(admin: Admin) -> Output:
    """List the stubs of a world, and how many requests each answered."""
    document = admin.call("GET", "/stubs")
    rows = [
        (row["id"], row["answered"], row.get("status", 200), row.get("name", "-"), _requests(row))
        for row in document["stubs"]
    ]
    return document, table(("id", "answered", "status", "name", "requests"), rows)


@verb(stub, "remove", click.Argument(["number"], type=click.IntRange(1)))
def remove_stub(admin: Admin, number: int) -> Output:
    """Remove one stub of a world."""
    return admin.call("DELETE", f"/stubs/{number}"), f"stub {number} is gone"


@verb(stub, "clear")
def clear_stubs(admin: Admin) -> Output:
    """Remove all stubs of a world."""
    return admin.call("DELETE", "/stubs"), "there are no stubs"


def _requests(row: dict[str, Any]) -> str:
    return f"{row.get('method', '*')} {row['path']}"


def _read_body(file: TextIO) -> Any:
    """The JSON or YAML in a file that is named so, of others the JSON or else the text."""
    if file.name.endswith((".json", ".yaml", ".yml")):
        return read_document(file)
    try:
        return _json_or_text(file.read())
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not text in UTF-8") from None


def _json_or_text(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return text
