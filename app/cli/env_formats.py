"""The formats of `opsemu env`: a line of each, and how a value is quoted there."""

import re
import shlex
from collections.abc import Callable

import click

_BARE = re.compile(r"[\w@%+=:,./-]*", re.ASCII)
_POWERSHELL_QUOTE = re.compile("(['\u2018-\u201b])")


def _dotenv(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    if not re.search(r"['\\\n]", value):
        return f"'{value}'"
    escaped = re.sub(r'(["\\$`])', r"\\\1", value).replace("\n", "\\n")
    return f'"{escaped}"'


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise click.ClickException("a value has a line break, which --format github cannot have")
    return value


def _fish(value: str) -> str:
    return "'" + re.sub(r"(['\\])", r"\\\1", value) + "'"


def _powershell(value: str) -> str:
    return "'" + _POWERSHELL_QUOTE.sub(r"\1\1", value) + "'"


# A line of each format, and how a value is quoted there.
FORMATS: dict[str, tuple[str, Callable[[str], str]]] = {
    "sh": ("export {}={}", shlex.quote),
    "dotenv": ("{}={}", _dotenv),
    "github": ("{}={}", _one_line),
    "fish": ("set -gx {} {};", _fish),
    "powershell": ("$env:{} = {}", _powershell),
}
