"""An alert configuration: when to notify, and how."""

from typing import Any

from marshmallow import fields, post_load, pre_load

from opsemu.schemas.base import ResourceSchema, VendorSchema
from opsemu.schemas.fields import Flag, Text


class AlertConfig(ResourceSchema):
    """An alert configuration; attributes that the server sets are ignored in requests."""

    enabled = Flag(dump_default=False)
    eventTypeName = Text(required=True)
    matchers = fields.List(fields.Dict(), dump_default=list)
    metricThreshold = fields.Dict()
    notifications = fields.List(fields.Dict(), required=True)
    severityOverride = Text()
    threshold = fields.Dict()
    typeName = Text(load_only=True)

    created = fields.String(dump_only=True)
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    updated = fields.String(dump_only=True)

    @pre_load
    def _drop_nulls(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in body.items() if value is not None}

    @post_load
    def _complete_thresholds(self, config: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Shown in alphabetical order; a metric's with a float and a `mode` (RECORDED)."""
        if "metricThreshold" in config:
            metric = {"mode": "AVERAGE", **config["metricThreshold"]}
            if type(metric.get("threshold")) is int:
                metric["threshold"] = float(metric["threshold"])
            config["metricThreshold"] = metric
        for name in config.keys() & {"metricThreshold", "threshold"}:
            config[name] = dict(sorted(config[name].items()))
        return config


class Toggle(VendorSchema):
    """The body of PATCH, which sets `enabled` only (SPEC)."""

    enabled = Flag(required=True)
