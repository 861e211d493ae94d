"""Attribute mappings in a request: `inboundConfig` and `outboundConfig`."""

from __future__ import annotations

from marshmallow import fields

from opsemu.schemas.opsramp.base import Body, StrictBoolean, choice
from opsemu.schemas.opsramp.notifier import Notifier

ENTITIES = ("ALERT", "PROBLEM", "INCIDENT", "CHANGE", "SERVICEREQUEST", "TASK")
AUTHENTICATIONS = ("WEBHOOK", "OAUTH2", "BASIC", "ALL")


class AttributeValue(Body):
    """A value in OpsRamp and in the other system (SEED table: `tenantAttrValue`)."""

    aliases = {"tenantAttrValue": "thirdPartyAttrValue"}

    attrValue = fields.String()
    thirdPartyAttrValue = fields.String()


class MapAttribute(Body):
    """An attribute of an OpsRamp entity and the one it is mapped to.

    The SEED's table omits ALERT for outbound, its example has it: both directions accept it.
    """

    aliases = {
        "tenantAttrName": "thirdPartyAttrName",
        "tenantEntityType": "thirdPartyEntityType",
    }

    name = fields.String(required=True)
    attrName = fields.String()
    thirdPartyAttrName = fields.String()
    entityType = choice(*ENTITIES, required=True)
    thirdPartyEntityType = fields.String()
    attrValues = fields.List(fields.Nested(AttributeValue))
    parsingProperty = fields.Dict()


class Role(Body):
    """The role of requests that use the webhook or the key."""

    uniqueId = fields.String()


class Authentication(Body):
    """How the other system authenticates (SEED: WEBHOOK, OAUTH2; CLIENT: BASIC, ALL)."""

    authType = choice(*AUTHENTICATIONS)
    role = fields.Nested(Role)


class Inbound(Body):
    """`inboundConfig`: what the other system sends to OpsRamp."""

    aliases = {"dropAlertsOnUnmanagedResources": "dropAlerts"}

    authentication = fields.Nested(Authentication)
    mapAttributes = fields.List(fields.Nested(MapAttribute))
    dropAlerts = StrictBoolean()
    entityTypes = fields.List(choice(*ENTITIES))


class Outbound(Body):
    """`outboundConfig`: what OpsRamp sends (the SEED's table names the notifier `notifier`)."""

    aliases = {"notifier": "baseNotifier"}

    mapAttributes = fields.List(fields.Nested(MapAttribute))
    baseNotifier = fields.Nested(Notifier)


class Mappings(Body):
    """The body of POST `mappingAttr`."""

    inboundConfig = fields.Nested(Inbound)
    outboundConfig = fields.Nested(Outbound)
