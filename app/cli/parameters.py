"""Types of arguments, and the options that several verbs share."""

import json
import re
from typing import Any

import click

_DURATION = re.compile(r"([+-]?\d+(?:\.\d+)?)(ms|s|m|h|d|)", re.ASCII)
_SECONDS = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration(value: str) -> float:
    """The seconds of a time such as `90`, `-10` or `1.5h`; raises BadParameter."""
    match = _DURATION.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is not a time such as 90, 90s, 15m, 1.5h, 2d or -10")
    return float(match[1]) * _SECONDS[match[2]]


def json_object(value: str) -> Any:
    """A JSON object; raises BadParameter."""
    return _load(value, dict, '{"type": "SLACK"}')


def json_array(value: str) -> Any:
    """A JSON array; raises BadParameter."""
    return _load(value, list, '["first"]')


def _load(value: str, kind: type, example: str) -> Any:
    try:
        loaded = json.loads(value)
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, kind):
        raise click.BadParameter(f"{value!r} is not JSON such as {example}")
    return loaded


# What a request has to match.
MATCHED = [
    click.Option(["--operation"], help="Such as createIntegration; see `opsemu operations`."),
    click.Option(["--method"]),
    click.Option(["--path"], help="With * for anything."),
    click.Option(["--project"]),
    click.Option(["--type"], help="The integration type; see `opsemu types`."),
    click.Option(["--key"], help="The public key or client id."),
]
PATTERN = [
    *MATCHED,
    click.Option(["--dialect"], help="The API family, such as atlas-v2."),
    click.Option(["--status"], type=int),
    click.Option(["--fault"], help="The fault that struck it."),
    click.Option(["--stub"], help="The stub that answered it."),
]
SENT_BODY = click.Option(["--body"], type=json_object, help="Members of the JSON that was sent.")


def without_none(members: dict[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in members.items() if value is not None}
