"""An alert configuration: when to notify, and how."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load

from opsemu.schemas.base import VendorSchema
from opsemu.schemas.fields import Array, Flag, Object, Text

_OBJECT = fields.Dict(keys=fields.String())
_SET_BY_THE_SERVER = {"created", "groupId", "id", "links", "updated"}


class Threshold(Object):
    """A threshold; it is shown with its attributes in alphabetical order."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        threshold = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        return dict(sorted(threshold.items()))


class MetricThreshold(Threshold):
    """A metric's threshold: the number is shown as a float, `mode` is AVERAGE (RECORDED)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        threshold = {"mode": "AVERAGE", **super()._deserialize(value, *args, **kwargs)}
        if type(threshold.get("threshold")) is int:
            threshold["threshold"] = float(threshold["threshold"])
        return dict(sorted(threshold.items()))


class AlertConfig(VendorSchema):
    """An alert configuration; attributes that the server sets are ignored in requests."""

    enabled = Flag(dump_default=False)
    eventTypeName = Text(required=True)
    matchers = Array(_OBJECT, dump_default=list)
    metricThreshold = MetricThreshold()
    notifications = Array(_OBJECT, required=True)
    severityOverride = Text()
    threshold = Threshold()
    typeName = Text(load_only=True)

    created = fields.String(dump_only=True)
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    updated = fields.String(dump_only=True)

    @pre_load
    def _drop_ignored(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {
            name: value
            for name, value in body.items()
            if name not in _SET_BY_THE_SERVER and value is not None
        }


class Toggle(VendorSchema):
    """The body of PATCH, which sets `enabled` only (SPEC)."""

    enabled = Flag(required=True)
