"""An alert configuration: when to notify, and how."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, pre_load

from opsemu.schemas.base import Nested, ResourceSchema, VendorSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Amount, Flag, Text


class _Part(VendorSchema):
    """An object in a configuration; null is the same as absent, attributes are alphabetical."""

    @pre_load
    def _drop_nulls(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in body.items() if value is not None}

    @post_load
    def _sort(self, part: dict[str, Any], **_: Any) -> dict[str, Any]:
        return dict(sorted(part.items()))


class Matcher(_Part):
    """What an alert is narrowed by."""

    fieldName = Text(required=True)
    operator = Text(required=True)
    value = Text(required=True)


class Threshold(_Part):
    """A threshold of an event; a whole number stays one (RECORDED)."""

    metricName = Text()
    operator = Text()
    threshold = Amount()
    units = Text()


class MetricThreshold(_Part):
    """A threshold of a metric: a float, with a `mode` (RECORDED)."""

    metricName = Text(required=True)
    mode = Text(load_default="AVERAGE")
    operator = Text()
    threshold = Amount()
    units = Text()

    @post_load
    def _to_float(self, part: dict[str, Any], **_: Any) -> dict[str, Any]:
        amount = part.get("threshold")
        return part if amount is None else {**part, "threshold": float(amount)}


class AlertConfig(ResourceSchema):
    """An alert configuration; attributes that the server sets are ignored in requests."""

    enabled = Flag(dump_default=False)
    eventTypeName = Text(required=True)
    matchers = fields.List(Nested(Matcher), dump_default=list)
    metricThreshold = Nested(MetricThreshold)
    notifications = fields.List(fields.Dict(), required=True)
    severityOverride = Text()
    threshold = Nested(Threshold)
    typeName = Text(load_only=True)

    created = fields.String(dump_only=True)
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    updated = fields.String(dump_only=True)

    @pre_load
    def _drop_nulls(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in body.items() if value is not None}


class GlobalAlertConfig(AlertConfig):
    """A configuration for all projects, or those with a tag, or those of `groupIds` (DOCS)."""

    class Meta(AlertConfig.Meta):
        exclude = ("groupId",)

    forAllGroups = Flag(required=True)
    groupIds = fields.List(Text(), dump_default=list)
    tags = fields.List(Text(), dump_default=list)

    def check(self, document: Mapping[str, Any]) -> None:
        """Tags are for all projects, ids are needed where it is not for all (DOCS)."""
        if document["forAllGroups"]:
            return
        if not document.get("groupIds"):
            raise ValidationFailure("MISSING_ATTRIBUTE", "groupIds")
        if document.get("tags"):
            raise ValidationFailure("INVALID_ATTRIBUTE", "tags")


class Toggle(VendorSchema):
    """The body of PATCH, which sets `enabled` only (SPEC)."""

    enabled = Flag(required=True)
