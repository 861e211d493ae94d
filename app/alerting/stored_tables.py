"""The tables of alerts and deliveries: what their documents have to be."""

from typing import Any

from marshmallow import Schema, fields, validate

from ..mongodb.alerts.seeded import ATTRIBUTES, IDS, STATUSES, is_time
from ..mongodb.roles import is_object_id
from ..mongodb.stored_tables import CONFIG, GLOBAL_CONFIG
from ..store.layout import ALERT, DELIVERY
from ..worlds.stored_tables import Kinds, Table, seconds
from .services import SERVICES

_STATES = ("waiting", "delivered", "refused", "failed", "not sent")


class _Config(fields.Dict):
    """The configuration that opened an alert."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        config = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        return (GLOBAL_CONFIG if "forAllGroups" in config else CONFIG).load(config)


def _text() -> fields.String:
    return fields.String(required=True)


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
        "at": fields.String(required=True, validate=is_time),
        "number": fields.Integer(required=True, strict=True),
        "service": fields.String(required=True, validate=validate.OneOf(SERVICES)),
        "state": fields.String(required=True, validate=validate.OneOf(_STATES)),
        "request": fields.Nested(_Request),
        "answer": fields.Nested(_Answer, allow_none=True),
        **{name: fields.List(fields.String()) for name in ("warnings", "to")},
        **{name: fields.String() for name in ("hookUrl", "text", "reason", "fault")},
    }
)
_Alert = Schema.from_dict(
    {
        **ATTRIBUTES,
        **{name: fields.String(required=True, validate=is_object_id) for name in IDS},
        "eventTypeName": _text(),
        "status": fields.String(required=True, validate=validate.OneOf(STATUSES)),
        "opened": seconds(required=True),
        "due": fields.Dict(
            keys=fields.String(), values=fields.Float(validate=validate.Range(0)), required=True
        ),
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
