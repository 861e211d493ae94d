"""The base classes of schemas, and the registry of integration types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, missing, pre_load, validates

from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import CODES, Text, profile_of
from opsemu.schemas.profiles import EVERY, HOSTED, Profile

REGISTRY: dict[str, type[IntegrationSchema]] = {}

SchemaT = TypeVar("SchemaT", bound="VendorSchema")
_made: dict[tuple[type[Schema], Profile], Any] = {}


class VendorSchema(Schema):
    """A body as one API family reads and shows it at one date.

    `load` raises ValidationFailure with the vendor's error code. `families` are the API
    families that have the body, up to the version or day `until`. `missing` in the metadata
    of a field is the error code for a missing one.
    """

    families: ClassVar[frozenset[str]] = EVERY
    until: ClassVar[str] = "~"

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "INVALID_ATTRIBUTE", "type": "INVALID_JSON"}

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or Profile()
        declared = type(self)._declared_fields.items()
        unknown = [name for name, field in declared if not self.profile.knows(field.metadata)]
        super().__init__(exclude=unknown)
        # RECORDED: alphabetical; a name with an underscore before it stands where it would without.
        keys = {name: field.data_key or name for name, field in self.dump_fields.items()}
        names = sorted(keys, key=lambda name: keys[name].lstrip("_"))
        self.dump_fields = {name: self.dump_fields[name] for name in names}

    @classmethod
    def is_known_to(cls, profile: Profile) -> bool:
        """Whether a family has this kind of body at its date."""
        return profile.knows({"only": cls.families, "until": cls.until})

    @classmethod
    def of(cls: type[SchemaT], profile: Profile) -> SchemaT:
        """The one schema for a profile: marshmallow copies each field to make a schema."""
        schema: SchemaT = _made.get((cls, profile)) or _made.setdefault(
            (cls, profile), cls(profile)
        )
        return schema

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Set the vendor's error codes, and `required` from `required_in`; see `missing`."""
        missing_code = {"required": field_obj.metadata.get("missing", CODES["required"])}
        field_obj.error_messages = field_obj.error_messages | CODES | missing_code
        if "required_in" in field_obj.metadata:
            field_obj.required = self.profile.family in field_obj.metadata["required_in"]

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> NoReturn:
        """Raise the one error that the vendor reports: it stops at the first.

        Attributes are read in the order of the body; what is missing is noticed after
        that, `type` first, as the others depend on it (INFERRED from how Jackson binds).
        """
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        missing_name = min(messages, key=lambda name: (name != "type", name))
        body = data if isinstance(data, dict) else {}
        name = next((name for name in body if name in messages), missing_name)
        errors = messages[name]
        is_inside = isinstance(errors, dict)  # the attribute's value
        while isinstance(errors, dict):
            errors = next(iter(errors.values()))
        error_or_code = errors[0]
        if is_inside and not isinstance(error_or_code, ValidationFailure):
            error_or_code = "INVALID_JSON_ATTRIBUTE"
        if isinstance(error_or_code, ValidationFailure):
            raise error_or_code
        raise ValidationFailure(error_or_code, name)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise ValidationFailure if attributes of a whole document contradict each other."""

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A stored document as the API shows it: secrets masked, attributes in order."""
        return dict(self.dump(document))


class Nested(fields.Dict):
    """An object in a body, read by a schema of its own."""

    def __init__(self, schema: type[VendorSchema], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        body = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        try:
            return self.schema.of(profile_of(self)).load(body)
        except ValidationFailure as failure:
            raise ValidationError([failure]) from None


class ResourceSchema(VendorSchema):
    """A resource; attributes that are not set are not shown (RECORDED)."""

    @pre_load
    def _drop_absent(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Ignore what is read-only and null (RECORDED, CLIENT: SDKs and the operator send both)."""
        absent = self.dump_fields.keys() - self.load_fields.keys()
        return {k: value for k, value in body.items() if k not in absent and value is not None}


class IntegrationSchema(VendorSchema):
    """The body of one integration type; a subclass with a `type_name` registers itself.

    `list_order` is the type's place in a list (lists are ordered by type, never by
    creation; RECORDED). `example` is a valid request body; attributes that a family does
    not know are left out of it there. In a family that does not have the type it is never
    listed, and writing it raises the code `unsupported_error`, or that of an unknown type.
    `deletion_error` is the code for deleting an integration that notifications still follow.
    """

    type_name: ClassVar[str] = ""
    list_order: ClassVar[int]
    example: ClassVar[dict[str, Any]]
    unsupported_error: ClassVar[str] = ""
    deletion_error: ClassVar[str] = ""

    id = fields.String(dump_only=True, metadata={"only": HOSTED})
    type = Text(required=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type_name:
            REGISTRY[cls.type_name] = cls

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Let null unset what is optional; show null for what is not set where `nulls` says so."""
        super().on_bind_field(field_name, field_obj)
        field_obj.allow_none = not field_obj.required
        if self.profile.nulls and field_name != "type" and field_obj.dump_default is missing:
            field_obj.dump_default = None

    def sample(self) -> dict[str, Any]:
        """The example, without the attributes that this family does not know."""
        return {name: value for name, value in self.example.items() if name in self.fields}

    def read(self, body: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """The attributes of a request body, None for those it unsets; raises ValidationFailure.

        `partial` allows required attributes to be missing, for a body that updates an
        integration.
        """
        optional = self.fields.keys() - {"type"} if partial else None
        attributes: dict[str, Any] = self.load(body, partial=optional)
        attributes.pop("type")
        return attributes

    def merged(self, stored: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
        """A stored integration with the attributes that were read; raises ValidationFailure."""
        document = {**stored, **attributes}
        document = {name: value for name, value in document.items() if value is not None}
        self.check(document)
        return document

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The integration as the API shows it: secrets masked, alphabetical, `type` last."""
        return {**super().show(document), "type": self.type_name}

    @validates("type")
    def _check_type(self, value: str, **_: Any) -> None:
        if value != self.type_name:
            raise ValidationError("INVALID_ATTRIBUTE")

    @pre_load
    def _read_unset(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Make what a body unsets null, and drop what counts as absent.

        An empty text unsets an optional attribute (INFERRED), null does where the profile says
        so (CLIENT: Atlas' SDK for Go), else it is absent (INFERRED: Jackson). `id` is ignored
        (CLIENT).
        """
        fields = {field.data_key or name: field for name, field in self.load_fields.items()}
        optional = {name for name, field in fields.items() if field.allow_none}
        kept = optional if self.profile.null_unsets else set()
        absent = {name for name, value in body.items() if value is None and name in self.fields}
        unset = {name: None for name in optional if body.get(name) == ""}
        body = {**body, **unset}
        return {name: value for name, value in body.items() if name not in absent - kept | {"id"}}
