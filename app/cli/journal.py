"""`opsemu journal`: the requests that a world received."""

from typing import Any

import click

from ..api.printable import printable
from .admin import Admin, Output, in_path, table, verb
from .group import add_group
from .parameters import PATTERN

journal = add_group("journal", "The requests of a world, and why they were refused.")
_LIMIT = click.Option(["--limit"], type=click.IntRange(1), default=20, show_default=True)


@verb(journal, "list", *PATTERN, _LIMIT)
def list_requests(admin: Admin, **filters: Any) -> Output:
    """List the latest requests of a world, and those that no world could be told of."""
    return _requests(admin.call("GET", "/requests", **filters), filters["limit"])


@verb(journal, "unmatched")
def unmatched(admin: Admin) -> Output:
    """List the requests of all worlds that matched no operation or had unknown keys."""
    return _requests(admin.call("GET", "/requests/unmatched"))


@verb(journal, "explain", click.Argument(["number"]))
def explain(admin: Admin, number: str) -> Output:
    """Say why a request, or the `last` one, was answered as it was."""
    document = admin.call("GET", f"/requests/{in_path(number)}/explain")
    lines = [*document["reasons"], *document["warnings"]] or ["it was answered as asked"]
    head = f"{document['status']} {document['operation'] or '-'}"
    return document, "\n".join([head, *map(printable, lines)])


@verb(journal, "clear")
def clear_requests(admin: Admin) -> Output:
    """Delete the requests from a world's journal."""
    return admin.call("DELETE", "/requests"), "the journal is empty"


def _requests(document: dict[str, Any], limit: int = 0) -> Output:
    """The latest `limit` requests as a table; without a limit, all."""
    members = ("id", "at", "status", "operation", "method", "target")
    entries = [*document["requests"], *document.get("unmatched", ())]
    entries.sort(key=lambda entry: int(entry["id"]))
    rows = [(*(entry[name] or "-" for name in members), _why(entry)) for entry in entries[-limit:]]
    notes = [f"{document['dropped']} were dropped"] if document["dropped"] else []
    return document, "\n".join(filter(None, [table((*members, "why"), rows), *notes]))


def _why(entry: dict[str, Any]) -> str:
    """The first reason for a request's status, and whether it belongs to no world."""
    reason = next(iter([*entry["reasons"], *entry["warnings"]]), "")
    return reason if entry["world"] else f"unmatched: {reason}"
