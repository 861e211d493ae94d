"""Validation errors that carry the vendor's error code and the parameters of its sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

from marshmallow import ValidationError


class ValidationFailure(Exception):
    """A body that the vendor rejects.

    `code` is the vendor's `errorCode`, `parameters` are the arguments of its sentence.
    """

    def __init__(self, code: str, *parameters: str) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters


class FieldError(NamedTuple):
    """A message in a ValidationError; a bare code as message has the field's name as parameter."""

    code: str
    parameters: tuple[str, ...]


def make_error(code: str, *parameters: str) -> ValidationError:
    """A marshmallow error with a vendor's code and parameters."""
    return ValidationError([FieldError(code, parameters)])


def select_failure(messages: dict[str, Any], body: dict[str, Any]) -> ValidationFailure:
    """Of marshmallow's messages, the one that the vendor reports: it stops at the first error.

    Attributes are read in the order of the body; what is missing is noticed after
    that, `type` first, as the others depend on it (INFERRED from how Jackson binds).
    """
    missing = sorted(messages, key=lambda name: (name != "type", name))
    names = [name for name in body if name in messages] or missing
    name, errors = names[0], messages[names[0]]
    if not isinstance(errors, list):  # an error inside the attribute's value
        return ValidationFailure("INVALID_JSON_ATTRIBUTE", name)
    error = errors[0]
    if isinstance(error, FieldError):
        return ValidationFailure(error.code, *error.parameters)
    return ValidationFailure(error, name)
