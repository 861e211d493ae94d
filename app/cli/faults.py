"""`opsemu fault`: rules that make requests fail."""

from typing import Any

import click

from .admin import Admin, Output, table, verb
from .group import add_group
from .parameters import MATCHED, json_array, json_object, without_none

fault = add_group("fault", "Make requests fail.")
_DISTRIBUTION = '{"type": "uniform", "lower": 10, "upper": 90}'
# A member of a rule is an option of its name, but for the long ones.
_RULE = [
    click.Option(["--name"], help="A vendor's fault; see `opsemu fault names`."),
    *MATCHED,
    click.Option(["--status"], type=int),
    click.Option(["--error"], help="The vendor's error code."),
    click.Option(["--parameters"], type=json_array, help="Of the error's sentence."),
    click.Option(["--body"], type=json_object, help="Of the response."),
    click.Option(["--delay", "fixedDelayMilliseconds"], type=float, help="In milliseconds."),
    click.Option(
        ["--delay-distribution", "delayDistribution"],
        type=json_object,
        help=f"In milliseconds, such as {_DISTRIBUTION}.",
    ),
    click.Option(["--fault"], type=click.Choice(["CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"])),
    click.Option(["--truncate-after", "truncateAfter"], type=int, help="In bytes of the body."),
    click.Option(["--times"], type=int, help="How many requests fail."),
    click.Option(["--after"], type=int, help="How many requests pass first."),
    click.Option(["--every"], type=int, help="Fail each n-th request."),
    click.Option(["--probability"], type=float),
    click.Option(["--limit"], type=int, help="Fail once a window has had so many requests."),
    click.Option(["--window"], type=float, help="In seconds."),
    click.Option(["--retry-after", "retryAfter"], type=int, help="In seconds."),
]


@verb(fault, "add", *_RULE)
def add_fault(admin: Admin, **rule: Any) -> Output:
    """Add a rule: which requests fail, how and how often."""
    document = admin.call("POST", "/faults", without_none(rule))
    return document, f"fault {document['id']} is armed"


@verb(fault, "list")
def list_faults(admin: Admin) -> Output:
    """List the rules of a world, and how many requests each failed."""
    document = admin.call("GET", "/faults")
    rows = [
        (rule["id"], rule["struck"], rule["seen"], _conditions(rule)) for rule in document["faults"]
    ]
    return document, table(("id", "struck", "seen", "rule"), rows)


@verb(fault, "remove", click.Argument(["number"], type=click.IntRange(1)))
def remove_fault(admin: Admin, number: int) -> Output:
    """Remove one rule of a world."""
    return admin.call("DELETE", f"/faults/{number}"), f"fault {number} is gone"


@verb(fault, "clear")
def clear_faults(admin: Admin) -> Output:
    """Remove all rules of a world."""
    return admin.call("DELETE", "/faults"), "there are no faults"


@verb(fault, "names")
def fault_names(admin: Admin) -> Output:
    """List the vendors' faults."""
    document = admin.call("GET", "/faults/names")
    return document, table((), list(document.items()))


def _conditions(rule: dict[str, Any]) -> str:
    counts = ("id", "seen", "struck")
    return " ".join(f"{name}={value}" for name, value in rule.items() if name not in counts)
