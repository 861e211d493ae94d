"""What all bodies share: unknown fields and nulls are left aside, the first wrong field is named.

INFERRED: three clients send fields that the vendor does not document, and nulls.
"""

from __future__ import annotations

import json
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from opsemu.schemas.errors import ValidationFailure

LONGEST = 200  # characters of a wrong value that are repeated


class Body(Schema):
    """A body of which any field may be left out, unless it says `required`."""

    class Meta:
        unknown = EXCLUDE

    # Other spellings that are read: name as sent to name as kept.
    spellings: dict[str, str] = {}

    def read(self, body: Any) -> dict[str, Any]:
        """The fields of a body; raises ValidationFailure with INVALID_VALUE or MANDATORY."""
        try:
            loaded: dict[str, Any] = self.load(body)
        except ValidationError:
            raise ValidationFailure("INVALID_VALUE", "body", shown(body)) from None
        return loaded

    @pre_load
    def _as_bound(self, body: Any, **_: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return self._renamed({name: value for name, value in body.items() if value is not None})

    def _renamed(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body in the spellings that are kept; of two for one field the kept one wins."""
        for spelling, name in self.spellings.items():
            if spelling in body:
                body = {name: body[spelling], **body}
        return body

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **_: Any) -> None:
        """Name the first wrong field; a body that is no object is left to who holds it."""
        if not isinstance(data, dict) or many:
            return
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        name = next(iter(messages))
        value = self._renamed(data).get(name)
        if value is None:
            raise ValidationFailure("MANDATORY", name) from None
        raise ValidationFailure("INVALID_VALUE", name, shown(value)) from None


class Flag(fields.Boolean):
    """`true` or `false`, and none of marshmallow's look-alikes."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Loose(fields.Dict):
    """An object of which nothing is known but that its keys are text."""


def choice(*constants: str, required: bool = False) -> fields.String:
    """One of the vendor's constants; case counts (INFERRED)."""
    return fields.String(validate=validate.OneOf(constants), required=required)


def objects() -> fields.List[dict[str, Any]]:
    """A list of objects that are kept as they are."""
    return fields.List(Loose())


def shown(value: Any) -> str:
    """A wrong value as a sentence repeats it."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return text[:LONGEST]
