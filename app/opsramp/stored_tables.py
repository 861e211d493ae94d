"""The tables of tenants: what their documents have to be."""

from marshmallow import Schema, ValidationError, fields, validate

from opsemu.schemas.fields import Flag
from opsemu.schemas.opsramp import alerts, events, installed

from ..store.layout import ACTIVITY, ALERT_LOG, ALERTS, INSTALLED, TENANT
from ..worlds.stored_tables import Kinds, Table, stored_schema
from .constants import INBOUND, OUTBOUND
from .seeding import Activity, is_tenant_id

_MODES = (INBOUND, OUTBOUND)
_SERIAL = validate.Range(0, 1 << 53)  # so that numbers counted from it are numbers of JSON


def _text() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1))


def _time() -> fields.Integer:
    """Milliseconds since the epoch, of the years that a calendar has."""
    return fields.Integer(strict=True, required=True, validate=validate.Range(-(1 << 46), 1 << 46))


class _Tenant(Schema):
    id = fields.String(required=True, validate=is_tenant_id)
    name = fields.String(required=True)
    deactivated = Flag(load_default=False)


class _Authentication(Schema):
    authType = fields.String()
    role = fields.Dict(keys=fields.String())
    token = fields.String()
    apiKeyPairs = fields.List(
        fields.Nested(Schema.from_dict({"key": _text(), "secret": fields.String()}))
    )


_Row = stored_schema(
    installed.MapAttribute,
    "attrValues",
    attrName=fields.String(required=True),
    mode=fields.String(required=True, validate=validate.OneOf(_MODES)),
    uniqueId=_text(),
    attrValue=fields.String(),
    thirdPartyAttrValue=fields.String(),
)
_Criteria = stored_schema(
    events.Criteria,
    id=fields.Integer(strict=True, required=True),
    name=fields.String(required=True),
    actions=fields.List(fields.Raw()),
)
_Event = stored_schema(
    events.Event,
    "payload",
    "eventPayload",
    id=_text(),
    active=Flag(required=True),
    text=fields.String(),
    filterCriteria=fields.Nested(_Criteria),
)


def _check_event_ids(by_id: dict[str, dict[str, object]]) -> None:
    for event_id, event in by_id.items():
        if event["id"] != event_id:
            raise ValidationError(f"the event {event_id!r} has the id {event['id']!r}")


def _check_alert_ids(by_id: dict[str, dict[str, object]]) -> None:
    for unique_id, alert in by_id.items():
        if alert["uniqueId"] != unique_id:
            raise ValidationError(f"the alert {unique_id!r} has the id {alert['uniqueId']!r}")


_Installed = stored_schema(
    installed.Installed,
    "inboundConfig",
    "outboundConfig",
    "credentialSet",
    id=_text(),
    catalogue=_text(),
    typeName=fields.String(validate=validate.Length(min=1)),
    installedBy=fields.String(),
    installedTime=fields.String(),
    enabled=Flag(),
    emailAddress=fields.String(),
    authentication=fields.Nested(_Authentication),
    entityTypes=fields.List(fields.String(validate=validate.OneOf(installed.ENTITIES))),
    dropAlerts=Flag(),
    notifier=fields.Nested(stored_schema(installed.Notifier)),
    rows=fields.List(fields.Nested(_Row)),
    events=fields.Dict(
        keys=fields.String(), values=fields.Nested(_Event), validate=_check_event_ids
    ),
    serial=fields.Integer(strict=True, validate=_SERIAL),
    alertSource=fields.Dict(keys=fields.String()),
    credential=fields.Dict(keys=fields.String()),
    templates=fields.List(fields.String()),
    processes=fields.List(fields.String()),
    additionalProps=fields.Dict(keys=fields.String()),
)

_Alert = stored_schema(
    alerts.Alert,
    "resource",
    "deviceName",
    "resourceName",
    "resourceId",
    uniqueId=_text(),
    device=fields.Dict(keys=fields.String(), values=fields.String(), required=True),
    alertTime=_time(),
    created=_time(),
    updated=_time(),
    events=fields.List(fields.String(), required=True),
    repeatCount=fields.Integer(strict=True, required=True, validate=_SERIAL),
)
_AlertLog = Schema.from_dict(
    {
        "serial": fields.Integer(strict=True, required=True, validate=_SERIAL),
        "alerts": fields.Dict(
            keys=fields.String(), values=fields.Nested(_Alert), validate=_check_alert_ids
        ),
    }
)

TABLES: Kinds = {
    TENANT: {
        TENANT: Table(_Tenant().load, key="id", is_of_owner=True),
        INSTALLED: Table(_Installed().load, key="id"),
        ACTIVITY: Table(Activity().load),
        ALERTS: Table(loads={ALERT_LOG: _AlertLog().load}),
    }
}
