"""Bodies of requests about installed integrations: notifier, mappings, authentication and all."""

from marshmallow import INCLUDE, fields, validate

from opsemu.schemas.fields import Flag
from opsemu.schemas.opsramp.base import Body, choice, objects

ENTITIES = ("ALERT", "PROBLEM", "INCIDENT", "CHANGE", "SERVICEREQUEST", "TASK")
AUTHENTICATIONS = ("WEBHOOK", "OAUTH2", "BASIC", "ALL")
# A sample of the DOCS and early versions of a client have a space.
NOTIFIERS = ("REST_API", "SOAP_API", "REST API", "SOAP API")
# The vendor's names of categories in bodies, and those in searches.
CATEGORIES = (
    "Custom", "Collaboration", "Monitoring", "SSO", "Automation", "Cloud", "Reporting Apps",
    "SAAS APPS", "SDK APP",
)  # fmt: skip
FILTERS = (
    "ITSM", "MONITORING", "REMOTE_CONSOLE", "PASSWORD_MANAGEMENT", "CLOUD", "DEPLOYMENT", "OTHER",
    "COMING_SOON", "CUSTOM", "INTERNAL", "NETWORK", "STORAGE", "COMPUTE", "PATCH_MANAGEMENT",
    "SSO", "DATA_EXPORT", "AUTOMATION", "ADAPTER",
)  # fmt: skip


class Notifier(Body):
    """How OpsRamp calls the other system; fields in the order of the response.

    `load_only` fields are never returned: the type, the password and the secret are hidden,
    the key is shown in clear (SEED). Nothing is required and URLs are not validated:
    `www.google.com` is accepted (SEED). A client may send back what it received, so `type`
    may be missing, too.
    """

    type = fields.String(load_only=True, validate=validate.OneOf(NOTIFIERS))
    baseURI = fields.String()
    authType = choice("NONE", "OAUTH2", "BASIC", "JWT")
    grantType = choice("CLIENT_CREDENTIALS", "PASSWORD", "PASSWORD_CREDENTIALS", "REFRESH_TOKEN")
    userName = fields.String()
    password = fields.String(load_only=True)
    apiKey = fields.String()
    apiSecret = fields.String(load_only=True)
    # Two spellings; the response repeats the one in the request (SEED, SPEC; the echo is INFERRED).
    accessTokenURI = fields.String()
    accessTokenURL = fields.String()


class AttributeValue(Body):
    """A value in OpsRamp and in the other system (SEED table: `tenantAttrValue`)."""

    aliases = {"tenantAttrValue": "thirdPartyAttrValue"}

    attrValue = fields.String()
    thirdPartyAttrValue = fields.String()


class MapAttribute(Body):
    """An attribute of an OpsRamp entity and the one it is mapped to.

    The SEED's table omits ALERT for outbound, its example has it: both directions accept it.
    """

    aliases = {"tenantAttrName": "thirdPartyAttrName", "tenantEntityType": "thirdPartyEntityType"}

    name = fields.String(required=True, validate=validate.Regexp(r"(?s).*\w"))
    attrName = fields.String()
    thirdPartyAttrName = fields.String()
    entityType = choice(*ENTITIES, required=True)
    thirdPartyEntityType = fields.String()
    attrValues = fields.List(fields.Nested(AttributeValue))
    parsingProperty = fields.Dict()


class Authentication(Body):
    """How the other system authenticates (SEED: WEBHOOK, OAUTH2; CLIENT: BASIC, ALL)."""

    authType = choice(*AUTHENTICATIONS)
    role = fields.Nested(Body.from_dict({"uniqueId": fields.String()}))


class InboundAuthentication(Authentication):
    """The body of POST `inbound/authentication`."""

    authType = choice(*AUTHENTICATIONS, required=True)


class Inbound(Body):
    """`inboundConfig`: what the other system sends to OpsRamp."""

    aliases = {"dropAlertsOnUnmanagedResources": "dropAlerts"}

    authentication = fields.Nested(Authentication)
    mapAttributes = fields.List(fields.Nested(MapAttribute))
    dropAlerts = Flag()
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


class SingleSignOn(Body):
    """Single sign-on; the certificate is never returned, the server sets `type` (SPEC)."""

    issuerUrl = fields.String()
    redirectionUrl = fields.String()
    logoutUrl = fields.String()
    certificate = fields.String(load_only=True)


class Installed(Body):
    """The body that installs or updates an integration.

    Every field is optional: all samples and three clients send subsets, although the DOCS
    say "all fields are mandatory".
    """

    displayName = fields.String()
    description = fields.String(validate=validate.Length(max=500))
    category = choice(*CATEGORIES, *(f"{name}_INTEGRATION" for name in FILTERS))
    parentIntg = fields.Dict()
    inboundConfig = fields.Nested(Inbound)
    outboundConfig = fields.Nested(Outbound)
    alertSource = fields.Raw()
    direction = choice("Inbound", "Outbound", "Inbound-Outbound")
    singleSignOnAuthentication = fields.Nested(SingleSignOn)
    emailProps = objects()
    ticketType = choice("INCIDENT", "SERVICEREQUEST", "CHANGE")
    credential = fields.Raw()
    credentialSet = fields.Raw()
    ipAddress = fields.String()
    discoveryProfiles = objects()
    deployment = fields.String()
    containerEngineType = fields.String()


class Uninstall(Body):
    """The reason of a removal, without angle brackets (ISSUE)."""

    uninstallReason = fields.String(validate=validate.ContainsNoneOf("<>"))


class AdditionalProperties(Body):
    """Any properties, stored with the integration."""

    class Meta:
        unknown = INCLUDE


class Template(Body):
    """The template to assign to an integration, or to remove from it."""

    uniqID = fields.String()
