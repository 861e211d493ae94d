"""Validation errors that carry the vendor's error code and the parameters of its sentence."""

from marshmallow import ValidationError


class ValidationFailure(Exception):
    """A body that the vendor rejects: its `errorCode` and the parameters of its sentence."""

    def __init__(self, code: str, *parameters: str) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters


def make_error(code: str, *parameters: str) -> ValidationError:
    """A field's error with parameters; a bare code as message has the field's name as parameter."""
    return ValidationError([ValidationFailure(code, *parameters)])
