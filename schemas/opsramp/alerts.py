"""Alerts: what clients post of them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load

from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.opsramp.base import Body

STATES = ("Ok", "Warning", "Critical", "Info")
# The answer of GET `alertTypes` (SPEC).
ALERT_TYPES = (
    "AGENT", "MAINTENANCE", "MONITORING", "APPLIANCE", "SCHEDULED MAINTENANCE", "OBSOLETE",
    "FORECAST", "CHANGE DETECTION",
)  # fmt: skip
# Attributes that an integration can map (CLIENT), by the member of the device they stand for.
_DEVICE_NAMES = {"hostName": "deviceName", "resourceName": "resourceName", "id": "resourceId"}


class AnyCase(fields.String):
    """One of the vendor's constants in any case (SPEC: `CRITICAL` is sent, `Critical` shown)."""

    def __init__(self, *constants: str, **options: Any) -> None:
        super().__init__(**options)
        self._constants = {constant.lower(): constant for constant in constants}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> str:
        text = str(super()._deserialize(value, attr, data))
        if text.lower() not in self._constants:
            raise ValidationError("not one of the constants")
        return self._constants[text.lower()]


class Device(Body):
    """What an alert is about, sent as its `device` or its `resource`."""

    aliases = {"resourceUUID": "id", "extResourceId": "id"}

    id = fields.String()
    hostName = fields.String()
    ipAddress = fields.String()
    macAddress = fields.String()
    aliasName = fields.String()
    name = fields.String()
    resourceName = fields.String()
    resourceType = fields.String()


class Alert(Body):
    """A new alert; something has to name its device.

    `app` may be missing, as in a sample of the SPEC, although its schema requires it.
    """

    aliases = {"metric": "serviceName"}

    subject = fields.String(required=True)
    currentState = AnyCase(*STATES, required=True)
    oldState = AnyCase(*STATES)
    serviceName = fields.String(required=True)
    app = fields.String(load_default="OPSRAMP")
    component = fields.String(load_default="")
    problemArea = fields.String(load_default="")
    alertType = AnyCase(*ALERT_TYPES, load_default="MONITORING")
    alertTime = fields.String()
    description = fields.String(load_default="")
    monitorName = fields.String()
    extAlertId = fields.String()
    ackUrl = fields.String()
    device = fields.Nested(Device)
    resource = fields.Nested(Device)
    deviceName = fields.String()
    resourceName = fields.String()
    resourceId = fields.String()

    @post_load
    def _merge_device(self, alert: dict[str, Any], **_: Any) -> dict[str, Any]:
        names = {to: alert.pop(name) for to, name in _DEVICE_NAMES.items() if name in alert}
        device = {**names, **alert.pop("device", {}), **alert.pop("resource", {})}
        if not any(device.values()):
            raise ValidationFailure("MANDATORY", "device")
        return {**alert, "device": device}
