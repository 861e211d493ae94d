"""How a schema says no: the vendor's error code and the words for its sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

from marshmallow import ValidationError


class Refused(Exception):
    """A body that the vendor would refuse.

    `code` is the vendor's `errorCode`, `parameters` the arguments of its sentence.
    """

    def __init__(self, code: str, *parameters: str) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters


class Refusal(NamedTuple):
    """A code with its parameters; a bare code in marshmallow's messages means the field's name."""

    code: str
    parameters: tuple[str, ...]


def refusal(code: str, *parameters: str) -> ValidationError:
    """A validation error that carries the vendor's own parameters."""
    return ValidationError([Refusal(code, parameters)])


def first_refusal(messages: dict[str, Any], body: dict[str, Any]) -> Refused:
    """The refusal that the vendor would report: it stops at the first one.

    Attributes are read in the order of the body; what is missing is noticed after
    that, `type` first, as the others depend on it (INFERRED from how Jackson binds).
    """
    missing = sorted(messages, key=lambda name: (name != "type", name))
    names = [name for name in body if name in messages] or missing
    found = messages[names[0]]
    if not isinstance(found, list):  # something inside the attribute
        return Refused("INVALID_JSON_ATTRIBUTE", names[0])
    message = found[0]
    if isinstance(message, Refusal):
        return Refused(message.code, *message.parameters)
    return Refused(message, names[0])
