"""The names that rules, patterns and seeds may use: a misspelt one would never match anything."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from itertools import islice
from typing import Any

from marshmallow import Schema, fields, validate

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
_MAX_LENGTH = 60  # characters of a name that are compared and shown
_MAX_COMPARED = 1000  # names
_MAX_LISTED = 10  # names that a sentence lists
_UNKNOWN_FIELD = "Unknown field."


class UnknownName(Exception):
    """A name that nothing has; the message is one sentence."""


def nearest(name: str, names: Collection[str]) -> str | None:
    """The name that differs least, of the first thousand; capitals and punctuation do not count."""
    by_letters = {_letters(each): each for each in islice(names, _MAX_COMPARED)}
    matches = get_close_matches(_letters(name[:_MAX_LENGTH]), by_letters, 1, 0.7)
    return by_letters[matches[0]] if matches else None


def hint(name: str, names: Collection[str]) -> str:
    """What follows a sentence about a wrong name: the nearest one, if there is another."""
    near = nearest(name, names)
    return "" if near in (None, name) else f"; did you mean {near!r}?"


def unknown(kind: str, name: str, names: Collection[str], command: str = "") -> str:
    """The sentence about a name that there is not: the nearest one, the command that lists all."""
    near = nearest(name, names)
    hints = [f"did you mean {near!r}?"] if near is not None else []
    if command:
        hints.append(f"`{command}` lists all")
    elif near is None and 0 < len(names) <= _MAX_LISTED:
        hints.append(f"expected one of {', '.join(names)}")
    sentence = f"there is no {kind} {name[:_MAX_LENGTH]!r}"
    return f"{sentence}; {' '.join(hints)}" if hints else sentence


class OneName(validate.OneOf):
    """One of the names of a kind; the error names the nearest."""

    def __init__(self, kind: str, names: Collection[str], command: str = "") -> None:
        super().__init__(sorted(names))
        self._kind, self._command = kind, command

    def _format_error(self, value: Any) -> str:
        return unknown(self._kind, str(value), tuple(self.choices), self._command)


def name_unknown_fields(messages: Any, schema: Schema) -> None:
    """Add the nearest field to each of marshmallow's messages about an unknown one."""
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    for name, inner in messages.items() if isinstance(messages, dict) else ():
        field = known.get(name)
        if inner == [_UNKNOWN_FIELD]:
            messages[name] = [_UNKNOWN_FIELD.rstrip(".") + hint(str(name), known)]
        elif isinstance(field, fields.Nested):
            name_unknown_fields(inner, field.schema)
        elif isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            for each in inner.values() if isinstance(inner, dict) else ():
                name_unknown_fields(each, field.inner.schema)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold()) or name
