"""The base classes of schemas, and the registry of integration types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, NoReturn, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, missing, pre_load, validates

from opsemu.schemas.errors import make_error, select_failure
from opsemu.schemas.fields import Text
from opsemu.schemas.profiles import EVERY, HOSTED, Profile

Value = TypeVar("Value")

REGISTRY: dict[str, type[IntegrationSchema]] = {}


class VendorSchema(Schema):
    """A body as one API family reads and shows it at one date.

    `load` raises ValidationFailure with the vendor's error code.
    """

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "INVALID_ATTRIBUTE", "type": "INVALID_JSON"}

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or Profile()
        declared = type(self)._declared_fields.items()
        unknown = [name for name, field in declared if not self.profile.knows(field.metadata)]
        super().__init__(exclude=unknown)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Apply `required_in`."""
        if "required_in" in field_obj.metadata:
            field_obj.required = self.profile.family in field_obj.metadata["required_in"]

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any
    ) -> NoReturn:
        """Raise the one error that the vendor reports, out of all that marshmallow has found."""
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise select_failure(messages, data if isinstance(data, dict) else {}) from None

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A stored document as the API shows it: secrets masked, attributes in order."""
        return in_order(self.dump(document))


def in_order(attributes: dict[str, Value]) -> dict[str, Value]:
    """Sort attributes by name, as the API does."""
    # RECORDED: a name with an underscore before it stood where it would stand without.
    return dict(sorted(attributes.items(), key=lambda item: item[0].lstrip("_")))


class IntegrationSchema(VendorSchema):
    """The body of one integration type; a subclass with a `type_name` registers itself.

    `list_order` is the type's place in a list (lists are ordered by type, never by
    creation; RECORDED). `example` is a valid request body; attributes that a family does
    not know are left out of it there. `families` are the API families that have the type.
    Elsewhere it is never listed, and writing it raises `unsupported_error`, a code and its
    parameters. `deletion_error` is the code for deleting an integration that notifications
    still follow.
    """

    type_name: ClassVar[str] = ""
    list_order: ClassVar[int]
    example: ClassVar[dict[str, Any]]
    families: ClassVar[frozenset[str]] = EVERY
    unsupported_error: ClassVar[tuple[str, ...]] = ()
    deletion_error: ClassVar[str] = ""

    id = fields.String(dump_only=True, metadata={"only": HOSTED})
    type = Text(required=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type_name:
            REGISTRY[cls.type_name] = cls

    def sample(self) -> dict[str, Any]:
        """The example, without the attributes that this family does not know."""
        return {name: value for name, value in self.example.items() if name in self.fields}

    def read(self, body: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """The attributes of a request body; raises ValidationFailure.

        `partial` allows required attributes to be missing, for a body that updates an
        integration.
        """
        optional = tuple(name for name in self.fields if name != "type")
        attributes: dict[str, Any] = self.load(body, partial=optional if partial else None)
        attributes.pop("type")
        return attributes

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The integration as the API shows it: secrets masked, alphabetical, `type` last."""
        body = {}
        for key, name, default, serialize in self._serializers:
            value = document.get(name, default)
            if value is not missing:
                body[key] = serialize(value, name, document)
        return {**body, "type": self.type_name}

    @cached_property
    def _serializers(self) -> list[tuple[str, str, Any, Callable[..., Any]]]:
        """Per attribute: its key on the wire, its name, its default and its serializer.

        marshmallow's `dump` computes the same on every call. A family that shows nulls has
        None as the default, which every serializer leaves as it is.
        """
        absent = None if self.profile.nulls else missing
        by_key = {
            field.data_key or name: (field.attribute or name, field)
            for name, field in self.dump_fields.items()
            if name != "type"
        }
        return [
            (
                key,
                name,
                absent if field.dump_default is missing else field.dump_default,
                field._serialize,
            )
            for key, (name, field) in in_order(by_key).items()
        ]

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise ValidationFailure if attributes of a whole integration contradict each other."""

    @validates("type")
    def _check_type(self, value: str, **_: Any) -> None:
        if value != self.type_name:
            raise make_error("INVALID_ATTRIBUTE", "type")

    @pre_load
    def _drop_ignored(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """`id` is accepted and ignored (CLIENT); null is the same as absent (INFERRED: Jackson)."""
        return {
            name: value
            for name, value in body.items()
            if name != "id" and not (value is None and name in self.fields)
        }
