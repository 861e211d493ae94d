"""The notifications of alert configurations, and those to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, post_load, pre_load, validate

from opsemu.schemas.base import VendorSchema
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import Flag, Text, Whole
from opsemu.schemas.profiles import MANAGER

NOTIFICATIONS: dict[str, type[Notification]] = {}

_MANAGER = {"only": MANAGER}
not_negative = validate.Range(min=0, error="INVALID_ATTRIBUTE")


def _at_least_five(minutes: int) -> None:
    if 0 < minutes < 5:
        raise make_error("NOTIFICATION_INTERVAL_OUT_OF_RANGE")


class Notification(VendorSchema):
    """A notification; a subclass with a `type_name` registers itself.

    A field whose metadata says `copied_from` takes that attribute of the project's
    integration of the same type when the client leaves the field out.
    `required_attributes` must be set by either.
    One that `is_global` is for global alert configurations alone.
    With `follows_integration` the integration is read each time the notification is
    shown; otherwise its attributes are copied when the notification is created.
    """

    type_name: ClassVar[str] = ""
    required_attributes: ClassVar[tuple[str, ...]] = ()
    follows_integration: ClassVar[bool] = False
    is_global: ClassVar[bool] = False

    typeName = Text(required=True)
    delayMin = Whole(validate=not_negative, dump_default=0)
    intervalMin = Whole(validate=(not_negative, _at_least_five), dump_default=5)
    notifierId = Text()
    # The documentation's example shows an `id`, clients and the SPEC read `notifierId`.
    id = fields.String(dump_only=True, attribute="notifierId", metadata=_MANAGER)

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
        """Attributes of other types are ignored (CLIENT: mongocli sends them), and empty ones."""
        all_names = {name for cls in NOTIFICATIONS.values() for name in cls._declared_fields}
        ignored = (all_names - self.fields.keys()) | {"id"}
        return {
            name: item
            for name, item in body.items()
            if item not in (None, "") and name not in ignored
        }

    @post_load
    def _drop_unset(self, notification: dict[str, Any], **_: Any) -> dict[str, Any]:
        """An interval of 0 is not set (CLIENT: Terraform sends it for EMAIL)."""
        return {k: v for k, v in notification.items() if (k, v) != ("intervalMin", 0)}


class Admin(Notification):
    """To Ops Manager's administrators (DOCS)."""

    type_name = "ADMIN"
    is_global = True


class Email(Notification):
    type_name = "EMAIL"
    required_attributes = ("emailAddress",)
    emailAddress = Text()


class Sms(Notification):
    type_name = "SMS"
    required_attributes = ("mobileNumber",)
    mobileNumber = Text()


class _People(Notification):
    emailEnabled = Flag(dump_default=False)
    smsEnabled = Flag(dump_default=False)


class Group(_People):
    type_name = "GROUP"
    roles = fields.List(
        Text(), validate=validate.Length(1, error="MISSING_ROLES_FOR_GROUP_NOTIFICATION")
    )


class Org(Group):
    type_name = "ORG"


class User(_People):
    type_name = "USER"
    username = Text()


class Team(_People):
    type_name = "TEAM"
    required_attributes = ("teamId",)
    teamId = Text()
    teamName = Text()
