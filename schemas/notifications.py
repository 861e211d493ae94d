"""What all notifications of alert configurations have, and the registry of their kinds.

A field that is `taken` from an attribute of the integration of the same type is
filled from it where the client leaves it out.
"""

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
    """Whole minutes; fewer than `least` are `refused` with a code and its parameters."""

    default_error_messages = CODES

    def __init__(self, least: int, *refused: str, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.least = least
        self.refused = refused

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        minutes: int = super()._deserialize(value, *args, **kwargs)
        if minutes < self.least:
            raise make_error(*self.refused)
        return minutes


class Notification(VendorSchema):
    """What all kinds have; `families` are the families that have the kind.

    `required_attributes` are attributes that have to come from somewhere; `follows_integration` shows what
    the integration says now rather than what it said when the notification was made.
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

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The notification as the API shows it, keys masked."""
        return self.in_order(self.dump(document))

    def taken(self, integration: Mapping[str, Any]) -> dict[str, Any]:
        """What the notification has from its integration."""
        sources = {
            name: field.metadata["taken"]
            for name, field in self.fields.items()
            if "taken" in field.metadata
        }
        return {name: integration[at] for name, at in sources.items() if at in integration}

    @pre_load
    def _of_this_kind(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Attributes of other kinds are ignored (CLIENT: mongocli sends them), and nulls."""
        others = {name for kind in NOTIFICATIONS.values() for name in kind._declared_fields}
        foreign = others - self.fields.keys()
        return {
            name: value
            for name, value in body.items()
            if value is not None and name != "id" and name not in foreign
        }
