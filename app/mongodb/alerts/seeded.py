"""The alerts of a seed's project, and the attributes that a stored alert has of the API's."""

import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from opsemu.schemas.alerts import Alert

from ...worlds.known_names import OneName
from ..roles import is_object_id
from .enumerations import event_types

STATUSES = ("TRACKING", "OPEN", "CLOSED", "CANCELLED", "INFORMATIONAL")
TIME_FORM = "%Y-%m-%dT%H:%M:%SZ"
TIMES = ("created", "updated", "lastNotified", "resolved", "acknowledgedUntil")
IDS = ("id", "groupId", "orgId", "alertConfigId")


def is_time(text: str) -> None:
    """Raises ValidationError for a text that is no time as MongoDB shows it."""
    try:
        time.strptime(text, TIME_FORM)
    except ValueError:
        raise ValidationError("not a time such as 2026-11-22T08:30:00Z") from None


_Value = Schema.from_dict(
    {"number": fields.Float(required=True), "units": fields.String(required=True)}
)
ATTRIBUTES: dict[str, fields.Field[Any]] = {
    **{name: fields.String() for name in Alert._declared_fields if name != "links"},
    **{name: fields.String(validate=is_time) for name in TIMES},
    **{name: fields.String(validate=is_object_id) for name in IDS},
    "hostType": fields.String(),
    "status": fields.String(validate=validate.OneOf(STATUSES), load_default="OPEN"),
    "currentValue": fields.Nested(_Value),
    "tags": fields.List(fields.String()),
    "details": fields.List(fields.String()),
}
_EVENT = fields.String(required=True, validate=OneName("type of event", event_types()))
SeededAlert = Schema.from_dict(
    {**ATTRIBUTES, "eventTypeName": _EVENT, "links": fields.List(fields.Dict())},
    name="SeededAlert",
)
