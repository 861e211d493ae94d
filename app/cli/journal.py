"""`opsemu journal`: the requests that a world received."""

from typing import Any

import click

from ..api.printable import printable
from .admin import Admin, Output, table, verb
from .group import add_group
from .parameters import PATTERN

journal = add_group("journal", "The requests of a world, and why they were refused.")
_LIMIT = click.Option(["--limit"], type=click.IntRange(1), default=20, show_default=True)


@verb(journal, "list", *PATTERN, _LIMIT)
def list_requests(admin: Admin, **filters: Any) -> Output:
    """List the latest requests of a world."""
    return _requests(admin.call("GET", "/requests", **filters))


@verb(journal, "unmatched")
def unmatched(admin: Admin) -> Output:
    """List the requests of all worlds that matched no operation or had unknown keys."""
    return _requests(admin.call("GET", "/requests/unmatched"))


@verb(journal, "explain", click.Argument(["number"]))
def explain(admin: Admin, number: str) -> Output:
    """Say why a request, or the `last` one, was answered as it was."""
    document = admin.call("GET", f"/requests/{_number(admin, number)}/explain")
    lines = [*document["reasons"], *document["warnings"]] or ["it was answered as asked"]
    head = f"{document['status']} {document['operation'] or '-'}"
    return document, "\n".join([head, *map(printable, lines)])


@verb(journal, "clear")
def clear_requests(admin: Admin) -> Output:
    """Delete the requests from a world's journal."""
    return admin.call("DELETE", "/requests"), "the journal is empty"


def _number(admin: Admin, number: str) -> int:
    """The number of a request in the journal; raises ClickException."""
    if number.isascii() and number.isdecimal():
        return int(number)
    if number != "last":
        raise click.BadParameter(f"{number!r} is neither a number nor 'last'")
    latest = admin.call("GET", "/requests", limit=1)["requests"]
    if not latest:
        raise click.ClickException(f"the journal of {admin.world} is empty")
    return int(latest[-1]["id"])


def _requests(document: dict[str, Any]) -> Output:
    members = ("id", "at", "status", "operation", "method", "target")
    rows = [
        (*(entry[name] or "-" for name in members), next(iter(entry["reasons"]), ""))
        for entry in document["requests"]
    ]
    notes = [f"{document['dropped']} were dropped"] if document["dropped"] else []
    return document, "\n".join(filter(None, [table((*members, "why"), rows), *notes]))
