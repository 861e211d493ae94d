"""What all notifications of alert configurations have, and the registry of their types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, pre_load

from opsemu.schemas.base import VendorSchema
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import CODES, Text
from opsemu.schemas.profiles import CLOUD_MANAGER, EVERY, OPS_MANAGER

NOTIFICATIONS: dict[str, type[Notification]] = {}


class Minutes(fields.Integer):
    """Whole minutes. Fewer than `minimum` raise `error`, a code and its parameters."""

    default_error_messages = CODES

    def __init__(self, minimum: int, *error: str, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.minimum = minimum
        self.error = error

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        minutes: int = super()._deserialize(value, *args, **kwargs)
        if minutes < self.minimum:
            raise make_error(*self.error)
        return minutes


class Notification(VendorSchema):
    """A notification; a subclass with a `type_name` registers itself.

    `families` are the API families that have the type. A field whose metadata says
    `copied_from` takes that attribute of the project's integration of the same type
    when the client leaves the field out. `required_attributes` must be set by either.
    With `follows_integration` the integration is read each time the notification is
    shown; otherwise its attributes are copied when the notification is created.
    """

    type_name: ClassVar[str] = ""
    families: ClassVar[frozenset[str]] = EVERY
    required_attributes: ClassVar[tuple[str, ...]] = ()
    follows_integration: ClassVar[bool] = False

    typeName = Text(required=True)
    delayMin = Minutes(0, "INVALID_ATTRIBUTE", "delayMin", dump_default=0)
    intervalMin = Minutes(5, "NOTIFICATION_INTERVAL_OUT_OF_RANGE", dump_default=5)
    notifierId = Text()
    # The documentation's example shows an `id`, clients and the SPEC read `notifierId`.
    id = fields.String(
        dump_only=True, attribute="notifierId", metadata={"only": OPS_MANAGER | CLOUD_MANAGER}
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type_name:
            NOTIFICATIONS[cls.type_name] = cls

    def copy_from(self, integration: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes that the notification takes from its integration."""
        return {
            name: integration[field.metadata["copied_from"]]
            for name, field in self.fields.items()
            if field.metadata.get("copied_from") in integration
        }

    @pre_load
    def _drop_ignored(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Attributes of other types are ignored (CLIENT: mongocli sends them), and nulls."""
        all_names = {name for cls in NOTIFICATIONS.values() for name in cls._declared_fields}
        ignored = (all_names - self.fields.keys()) | {"id"}
        return {
            name: value for name, value in body.items() if value is not None and name not in ignored
        }
