"""What all bodies share: unknown fields and nulls are ignored, the first wrong field is reported.

INFERRED: three clients send fields that the vendor does not document, and nulls.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from opsemu.schemas.errors import ValidationFailure

MAX_VALUE_LENGTH = 200  # characters of a wrong value that an error message repeats


class Body(Schema):
    """A JSON object; every field is optional unless it says `required`."""

    class Meta:
        unknown = EXCLUDE

    # Alternative spellings: name in the request to name of the field.
    aliases: dict[str, str] = {}

    @classmethod
    def read(cls, body: Any) -> dict[str, Any]:
        """Load a body; raises ValidationFailure with INVALID_VALUE or MANDATORY."""
        try:
            return dict(_schema(cls).load(body))
        except ValidationError:
            raise ValidationFailure("INVALID_VALUE", "body", _excerpt(body)) from None

    @classmethod
    def show(cls, document: Mapping[str, Any]) -> dict[str, Any]:
        """Dump a document: the fields that responses contain, in the order of the class."""
        return dict(_schema(cls).dump(document))

    @pre_load
    def _normalize(self, body: Any, **_: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return self._rename({name: value for name, value in body.items() if value is not None})

    def _rename(self, body: dict[str, Any]) -> dict[str, Any]:
        """Replace aliases by the names of the fields; the field wins if both are sent."""
        for alias, name in self.aliases.items():
            if alias in body:
                body = {name: body[alias], **body}
        return body

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Report the first wrong field; if `data` is no object, the parent reports it."""
        if not isinstance(data, dict):
            return
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        name = next(iter(messages))
        value = self._rename(data).get(name)
        if value is None:
            raise ValidationFailure("MANDATORY", name) from None
        raise ValidationFailure("INVALID_VALUE", name, _excerpt(value)) from None


def choice(*constants: str, required: bool = False) -> fields.String:
    """One of the vendor's constants, case-sensitive (INFERRED)."""
    return fields.String(validate=validate.OneOf(constants), required=required)


def objects() -> fields.List[dict[str, Any]]:
    """A list of objects, stored as they are sent."""
    return fields.List(fields.Dict())


@cache
def _schema(body: type[Body]) -> Body:
    # Cached, because marshmallow copies every field of a new schema.
    return body()


def _excerpt(value: Any) -> str:
    """A wrong value as the error message repeats it."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return text[:MAX_VALUE_LENGTH]
