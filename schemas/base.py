"""What every integration schema shares, and the registry of all types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, NoReturn

from marshmallow import RAISE, Schema, ValidationError, fields, missing, pre_load, validates

from opsemu.schemas.errors import make_error, select_failure
from opsemu.schemas.fields import Text
from opsemu.schemas.profiles import EVERY, HOSTED, Profile

REGISTRY: dict[str, type[IntegrationSchema]] = {}


class VendorSchema(Schema):
    """A body as an API family at a date reads and shows it."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "INVALID_ATTRIBUTE", "type": "INVALID_JSON"}

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or Profile()
        declared = type(self)._declared_fields.items()
        unknown = [name for name, field in declared if not self.profile.knows(field.metadata)]
        super().__init__(exclude=unknown)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Make required what this family insists on."""
        if "required_in" in field_obj.metadata:
            field_obj.required = self.profile.family in field_obj.metadata["required_in"]

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any
    ) -> NoReturn:
        """Raise the one error that the vendor reports instead of marshmallow's collection."""
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise select_failure(messages, data if isinstance(data, dict) else {}) from None

    def in_order(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Alphabetical."""
        # RECORDED: a name with an underscore before it stood where it would stand without.
        return dict(sorted(shown.items(), key=lambda item: item[0].lstrip("_")))


class IntegrationSchema(VendorSchema):
    """The body of one integration type; a subclass with a `type_name` registers itself.

    `list_order` is the type's place in a list (contract of the wire: lists are ordered
    by type, never by creation; RECORDED). `example` is a valid request body for the
    families that it names no attribute of its own for. `families` are the families that
    have the type; elsewhere it is never listed, and writing it is refused with
    `unsupported_error`, a code and its parameters. `deletion_error` is the code that keeps it from
    being removed while notifications follow it.
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
        """The example, as far as this family knows its attributes."""
        return {name: value for name, value in self.example.items() if name in self.fields}

    def read(self, body: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """The attributes of a request body.

        `partial` is for a body that changes an integration and so may leave
        required attributes out. Raises ValidationFailure with the vendor's error code.
        """
        loaded: dict[str, Any] = self.load(body, partial=self._optional() if partial else None)
        loaded.pop("type")
        return loaded

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The integration as the API shows it: secrets masked, alphabetical, `type` last."""
        shown = {}
        for key, name, default, write in self._written:
            value = document.get(name, default)
            if value is not missing:
                shown[key] = write(value, name, document)
        return {**shown, "type": self.type_name}

    @cached_property
    def _written(self) -> list[tuple[str, str, Any, Callable[..., Any]]]:
        """What marshmallow's `dump` would find out each time: key, attribute, default, writer.

        Where nulls are shown, the default is one, which no writer makes anything else of.
        """
        absent = None if self.profile.nulls else missing
        found = {
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
            for key, (name, field) in self.in_order(found).items()
        ]

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise ValidationFailure if the attributes contradict each other."""

    @validates("type")
    def _matches_the_path(self, value: str, **_: Any) -> None:
        if value != self.type_name:
            raise make_error("INVALID_ATTRIBUTE", "type")

    def _optional(self) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name != "type")

    @pre_load
    def _as_bound(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """`id` is accepted and ignored (CLIENT); null is the same as absent (INFERRED: Jackson)."""
        return {
            name: value
            for name, value in body.items()
            if name != "id" and not (value is None and name in self.fields)
        }
