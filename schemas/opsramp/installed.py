"""Bodies of requests that install, update and remove integrations."""

from __future__ import annotations

from marshmallow import INCLUDE, fields, validate

from opsemu.schemas.opsramp.base import Body, choice, objects
from opsemu.schemas.opsramp.mappings import AUTHENTICATIONS, Authentication, Inbound, Outbound

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


class InboundAuthentication(Authentication):
    """The body of POST `inbound/authentication`."""

    authType = choice(*AUTHENTICATIONS, required=True)


class Uninstall(Body):
    """The reason of a removal: mandatory, without angle brackets (both ISSUE)."""

    uninstallReason = fields.String(required=True, validate=validate.ContainsNoneOf("<>"))


class AdditionalProperties(Body):
    """Any properties, stored with the integration."""

    class Meta:
        unknown = INCLUDE


class Template(Body):
    """The template to assign to an integration, or to remove from it."""

    uniqID = fields.String()
