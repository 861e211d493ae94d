"""Alerts, and what acknowledges them."""

from typing import Any

from marshmallow import EXCLUDE, fields, pre_load, validate

from opsemu.schemas.base import ResourceSchema, VendorSchema
from opsemu.schemas.fields import Flag, Text
from opsemu.schemas.profiles import MANAGER
from opsemu.schemas.times import Time

MAX_COMMENT = 200  # characters (SPEC)


def _text(**metadata: Any) -> fields.String:
    return fields.String(dump_only=True, metadata=metadata)


class Alert(ResourceSchema):
    """An alert; what does not apply to it is absent (RECORDED)."""

    acknowledgedUntil = _text()
    acknowledgementComment = _text()
    acknowledgingUsername = _text()
    alertConfigId = _text()
    clusterId = _text()
    clusterName = _text()
    created = _text()
    currentValue = fields.Raw(dump_only=True)
    eventTypeName = _text()
    groupId = _text()
    hostId = _text(only=MANAGER)
    hostnameAndPort = _text()
    id = _text()
    lastNotified = _text()
    links = fields.Raw(dump_only=True)
    metricName = _text()
    orgId = _text()
    parentClusterId = _text()
    replicaSetName = _text()
    resolved = _text()
    shardName = _text()
    sourceTypeName = _text(only=MANAGER)
    status = _text()
    tags = fields.Raw(dump_only=True, dump_default=list, metadata={"only": MANAGER})
    typeName = _text(only=MANAGER)
    updated = _text()
    userAlias = _text()


class Acknowledgement(VendorSchema):
    """The body of PATCH: a time to acknowledge until, or none to take it back.

    The oldest version of the resource takes a whole alert (SPEC), so other attributes are
    ignored.
    """

    class Meta:
        unknown = EXCLUDE

    acknowledgedUntil = Time(load_default="")
    acknowledgementComment = Text(
        load_default="",
        validate=validate.Length(max=MAX_COMMENT, error="ACKNOWLEDGEMENT_COMMENT_TOO_LONG"),
    )
    unacknowledgeAlert = Flag(load_default=False)

    @pre_load
    def _drop_empty(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Nothing is meant by an empty text and by null (CLIENT: mongocli sends them)."""
        return {name: value for name, value in body.items() if value not in (None, "")}
