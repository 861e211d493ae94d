"""Attribute mappings in a request: `inboundConfig` and `outboundConfig`."""

from __future__ import annotations

from marshmallow import fields

from opsemu.schemas.opsramp.base import Body, Flag, Loose, choice
from opsemu.schemas.opsramp.notifier import Notifier

ENTITIES = ("ALERT", "PROBLEM", "INCIDENT", "CHANGE", "SERVICEREQUEST", "TASK")
AUTHENTICATIONS = ("WEBHOOK", "OAUTH2", "BASIC", "ALL")


class AttributeValue(Body):
    """One value of OpsRamp's and the other side's for it (SEED table: `tenantAttrValue`)."""

    spellings = {"tenantAttrValue": "thirdPartyAttrValue"}

    attrValue = fields.String()
    thirdPartyAttrValue = fields.String()


class MapAttribute(Body):
    """An attribute of an OpsRamp entity and the other side's for it.

    The SEED's table leaves ALERT out for outbound and its example has it: both take it.
    """

    spellings = {
        "tenantAttrName": "thirdPartyAttrName",
        "tenantEntityType": "thirdPartyEntityType",
    }

    name = fields.String(required=True)
    attrName = fields.String()
    thirdPartyAttrName = fields.String()
    entityType = choice(*ENTITIES, required=True)
    thirdPartyEntityType = fields.String()
    attrValues = fields.List(fields.Nested(AttributeValue))
    parsingProperty = Loose()


class Role(Body):
    """The role that callers of the webhook or the key get."""

    uniqueId = fields.String()


class Authentication(Body):
    """How the other side calls in (SEED: WEBHOOK, OAUTH2; CLIENT: BASIC, ALL)."""

    authType = choice(*AUTHENTICATIONS)
    role = fields.Nested(Role)


class Inbound(Body):
    """What comes in: `inboundConfig`."""

    spellings = {"dropAlertsOnUnmanagedResources": "dropAlerts"}

    authentication = fields.Nested(Authentication)
    mapAttributes = fields.List(fields.Nested(MapAttribute))
    dropAlerts = Flag()
    entityTypes = fields.List(choice(*ENTITIES))


class Outbound(Body):
    """What goes out: `outboundConfig` (the SEED's table calls the notifier `notifier`)."""

    spellings = {"notifier": "baseNotifier"}

    mapAttributes = fields.List(fields.Nested(MapAttribute))
    baseNotifier = fields.Nested(Notifier)


class Mappings(Body):
    """The body of POST `mappingAttr`."""

    inboundConfig = fields.Nested(Inbound)
    outboundConfig = fields.Nested(Outbound)
