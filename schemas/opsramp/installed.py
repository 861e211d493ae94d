"""The body that installs or changes an integration."""

from __future__ import annotations

from marshmallow import INCLUDE, fields, validate

from opsemu.schemas.opsramp.base import Body, Loose, choice, objects
from opsemu.schemas.opsramp.mappings import AUTHENTICATIONS, Authentication, Inbound, Outbound

# The two vocabularies of the vendor: a body's, and that of searches.
CATEGORIES = (
    "Custom", "Collaboration", "Monitoring", "SSO", "Automation", "Cloud", "Reporting Apps",
    "SAAS APPS", "SDK APP",
)  # fmt: skip
FILTERS = (
    "ITSM", "MONITORING", "REMOTE_CONSOLE", "PASSWORD_MANAGEMENT", "CLOUD", "DEPLOYMENT", "OTHER",
    "COMING_SOON", "CUSTOM", "INTERNAL", "NETWORK", "STORAGE", "COMPUTE", "PATCH_MANAGEMENT",
    "SSO", "DATA_EXPORT", "AUTOMATION", "ADAPTER",
)  # fmt: skip


class SingleSignOn(Body):
    """Single sign-on; the certificate is not shown, and `type` is the server's (SPEC)."""

    issuerUrl = fields.String()
    redirectionUrl = fields.String()
    logoutUrl = fields.String()
    certificate = fields.String(load_only=True)


class Installed(Body):
    """What a client may say of an integration. All of it is optional: every sample and
    three clients send subsets, against "all fields are mandatory" in the DOCS."""

    displayName = fields.String()
    description = fields.String(validate=validate.Length(max=500))
    category = choice(*CATEGORIES, *(f"{name}_INTEGRATION" for name in FILTERS))
    parentIntg = Loose()
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


class InboundAuthentication(Authentication):
    """The body of POST `inbound/authentication`."""

    authType = choice(*AUTHENTICATIONS, required=True)


class Uninstall(Body):
    """Why an integration is removed: mandatory (ISSUE), and not to look like markup (ISSUE)."""

    uninstallReason = fields.String(required=True, validate=validate.ContainsNoneOf("<>"))


class AdditionalProperties(Body):
    """Whatever a client wants to be kept with an integration."""

    class Meta:
        unknown = INCLUDE


class Template(Body):
    """Which template is put on an integration, or taken off it."""

    uniqID = fields.String()
