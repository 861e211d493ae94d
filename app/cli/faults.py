"""`opsemu fault`: rules that make requests fail."""

from typing import Any

import click

from .admin import Admin, Output, table, verb
from .group import add_group

fault = add_group("fault", "Make requests fail.")


@verb(fault, "add")
@click.option("--name", help="A vendor's fault; see `opsemu fault names`.")
@click.option("--operation", help="Such as createIntegration.")
@click.option("--method")
@click.option("--path", help="With * for anything.")
@click.option("--project")
@click.option("--key")
@click.option("--status", type=int)
@click.option("--error", help="The vendor's error code.")
@click.option("--delay", "fixedDelayMilliseconds", type=float, help="In milliseconds.")
@click.option("--fault", type=click.Choice(["CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"]))
@click.option("--truncate-after", "truncateAfter", type=int, help="In bytes of the body.")
@click.option("--times", type=int, help="How many requests fail.")
@click.option("--after", type=int, help="How many requests pass first.")
@click.option("--every", type=int, help="Fail each n-th request.")
@click.option("--probability", type=float)
@click.option("--limit", type=int, help="Fail once a window has had so many requests.")
@click.option("--window", type=float, help="In seconds.")
@click.option("--retry-after", "retryAfter", type=int, help="In seconds.")
def add_fault(admin: Admin, **rule: Any) -> Output:
    """Add a rule: which requests fail, how and how often."""
    body = {name: value for name, value in rule.items() if value is not None}
    document = admin.call("POST", "/faults", body)
    return document, f"fault {document['id']} is armed"


@verb(fault, "list")
def list_faults(admin: Admin) -> Output:
    """List the rules of a world, and how many requests each failed."""
    document = admin.call("GET", "/faults")
    rows = [
        (rule["id"], rule["struck"], rule["seen"], _conditions(rule)) for rule in document["faults"]
    ]
    return document, table([("id", "struck", "seen", "rule"), *rows])


@verb(fault, "clear")
def clear_faults(admin: Admin) -> Output:
    """Remove all rules of a world."""
    return admin.call("DELETE", "/faults"), "there are no faults"


@verb(fault, "names")
def fault_names(admin: Admin) -> Output:
    """List the vendors' faults."""
    document = admin.call("GET", "/faults/names")
    return document, table(list(document.items()))


def _conditions(rule: dict[str, Any]) -> str:
    counts = ("id", "seen", "struck")
    return " ".join(f"{name}={value}" for name, value in rule.items() if name not in counts)
