"""`opsemu journal`: the requests that a world received."""

from typing import Any

import click

from ..api.printable import printable
from .admin import Admin, Output, table, verb
from .group import add_group

journal = add_group("journal", "The requests of a world, and why they were refused.")


@verb(journal, "list")
@click.option("--operation", help="Such as createIntegration.")
@click.option("--status", type=int)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
def list_requests(admin: Admin, limit: int, **filters: Any) -> Output:
    """List the latest requests of a world, and those that no world could be told of."""
    document = admin.call("GET", "/requests", limit=limit, **filters)
    head = ("id", "at", "status", "operation", "method", "target", "why")
    entries = [*document["requests"], *document["unmatched"]]
    entries.sort(key=lambda entry: int(entry["id"]))
    rows = [
        (*(entry[name] or "-" for name in head[:-1]), _why(entry)) for entry in entries[-limit:]
    ]
    note = f"\n{document['dropped']} were dropped" if document["dropped"] else ""
    return document, table([head, *rows]) + note


def _why(entry: dict[str, Any]) -> str:
    """The first reason for a request's status, and that it belongs to no world."""
    reason = next(iter([*entry["reasons"], *entry["warnings"]]), "")
    return reason if entry["world"] else f"unmatched: {reason}"


@verb(journal, "explain")
@click.argument("number")
def explain(admin: Admin, number: str) -> Output:
    """Say why a request was answered as it was."""
    document = admin.call("GET", f"/requests/{number}/explain")
    lines = [*document["reasons"], *document["warnings"]] or ["it was answered as asked"]
    head = f"{document['status']} {document['operation'] or '-'}"
    return document, "\n".join([head, *map(printable, lines)])


@verb(journal, "clear")
def clear_requests(admin: Admin) -> Output:
    """Delete the requests from a world's journal."""
    return admin.call("DELETE", "/requests"), "the journal is empty"
