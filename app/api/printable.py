"""Texts for a terminal or a log: a client must not be able to write a line or an escape in it."""

import json


def printable(text: str) -> str:
    """A text with JSON's escapes for all that does not print.

    That is control characters (C0, DEL, C1), line ends, marks of the writing direction and
    lone surrogates. The escapes are valid in a JSON document, too.
    """
    if text.isprintable():
        return text
    return "".join([each if each.isprintable() else json.dumps(each)[1:-1] for each in text])


def printable_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(printable, text.split("\n")))
