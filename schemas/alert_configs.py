"""An alert configuration: when to notify, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_load

from opsemu.schemas.base import VendorSchema
from opsemu.schemas.fields import CODES, Flag, Text

_MADE_BY_THE_SERVER = {"created", "groupId", "id", "links", "updated"}


class Objects(fields.List):  # type: ignore[type-arg]
    """An array of objects."""

    default_error_messages = CODES

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Dict(keys=fields.String()), **kwargs)


class Object(fields.Dict):
    """An object."""

    default_error_messages = CODES


class Threshold(Object):
    """A limit, in alphabetical order."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        given = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        return dict(sorted(given.items()))


class MetricThreshold(Threshold):
    """A limit of a metric: its number is a real one, and it is of averages (RECORDED)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        given = {"mode": "AVERAGE", **super()._deserialize(value, *args, **kwargs)}
        if type(given.get("threshold")) is int:
            given["threshold"] = float(given["threshold"])
        return dict(sorted(given.items()))


class AlertConfig(VendorSchema):
    """What a client writes of it; what the server made comes back from clients, and is ignored."""

    enabled = Flag(dump_default=False)
    eventTypeName = Text(required=True)
    matchers = Objects(dump_default=list)
    metricThreshold = MetricThreshold()
    notifications = Objects(required=True)
    severityOverride = Text()
    threshold = Threshold()
    typeName = Text(load_only=True)

    created = fields.String(dump_only=True)
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    updated = fields.String(dump_only=True)

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration as the API shows it, whose notifications are already so."""
        return self.in_order(self.dump(document))

    @pre_load
    def _as_bound(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {
            name: value
            for name, value in body.items()
            if name not in _MADE_BY_THE_SERVER and value is not None
        }


class Toggle(VendorSchema):
    """The one switch that PATCH turns (SPEC)."""

    enabled = Flag(required=True)
