"""The tables of alerts and deliveries: what their documents have to be."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from opsemu.schemas.alerts import Alert

from ..mongodb.roles import is_object_id
from ..mongodb.stored_tables import CONFIG, GLOBAL_CONFIG
from ..store.layout import ALERT, DELIVERY
from ..worlds.stored_tables import Kinds, Table
from . import life
from .services import SERVICES

_STATUSES = (*life.LIVE, "CLOSED", "CANCELLED", "INFORMATIONAL")
_STATES = ("waiting", "delivered", "refused", "failed", "not sent")


def _is_time(text: str) -> None:
    try:
        life.seconds(text)
    except ValueError:
        raise ValidationError("not a time such as 2026-11-22T08:30:00Z") from None


class _Config(fields.Dict):
    """The configuration that opened an alert."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        config = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        return (GLOBAL_CONFIG if "forAllGroups" in config else CONFIG).load(config)


def _id() -> fields.String:
    return fields.String(required=True, validate=is_object_id)


def _text() -> fields.String:
    return fields.String(required=True)


_TIMES = ("created", "updated", "lastNotified", "resolved", "acknowledgedUntil")
_Request = Schema.from_dict(
    {
        "method": _text(),
        "url": _text(),
        "body": _text(),
        "headers": fields.Dict(keys=fields.String(), values=fields.String(), required=True),
    }
)
_Answer = Schema.from_dict({"status": fields.Integer(required=True), "body": fields.Raw()})
_Delivery = Schema.from_dict(
    {
        **{name: _text() for name in ("id", "event", "eventTypeName", "project", "alert")},
        **{name: _text() for name in ("config", "notifier")},
        "at": fields.String(required=True, validate=_is_time),
        "number": fields.Integer(required=True, strict=True),
        "service": fields.String(required=True, validate=validate.OneOf(SERVICES)),
        "state": fields.String(required=True, validate=validate.OneOf(_STATES)),
        "request": fields.Nested(_Request),
        "answer": fields.Nested(_Answer, allow_none=True),
        "warnings": fields.List(fields.String()),
        **{name: fields.String() for name in ("hookUrl", "text", "reason", "fault")},
    }
)
_Value = Schema.from_dict(
    {"number": fields.Float(required=True), "units": fields.String(required=True)}
)
_Alert = Schema.from_dict(
    {
        **{name: fields.String() for name in Alert._declared_fields if name != "links"},
        **{name: fields.String(validate=_is_time) for name in _TIMES},
        **{name: _id() for name in ("id", "groupId", "orgId", "alertConfigId")},
        "eventTypeName": _text(),
        "hostType": fields.String(),
        "status": fields.String(required=True, validate=validate.OneOf(_STATUSES)),
        "currentValue": fields.Nested(_Value),
        "tags": fields.List(fields.String()),
        "details": fields.List(fields.String()),
        "opened": fields.Float(required=True),
        "due": fields.Dict(keys=fields.String(), values=fields.Float(), required=True),
        "rounds": fields.Dict(keys=fields.String(), values=fields.Integer(), required=True),
        "sent": fields.Integer(required=True, strict=True),
        "outbox": fields.List(fields.Nested(_Delivery), required=True),
        "config": _Config(required=True),
    }
)

TABLES: Kinds = {
    ALERT: {ALERT: Table(_Alert().load, key="id", is_of_owner=True)},
    DELIVERY: {DELIVERY: Table(_Delivery().load, key="id", is_of_owner=True)},
}
