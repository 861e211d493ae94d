"""A webhook."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import SecretUrl, Template, WebhookSecret
from opsemu.schemas.profiles import ATLAS_V2

_JUNE = {"only": ATLAS_V2, "since": "2026-06-01", "until": "2026-06-29"}
_NOW = {"only": ATLAS_V2, "since": "2026-06-29"}


class Webhook(IntegrationSchema):
    """The templates had other names in June 2026 (RECORDED)."""

    type_name = "WEBHOOK"
    list_order = 80
    deletion_error = "WEBHOOK_NOTIFICATIONS_PRESENT"
    example = {"url": "https://example.com/hooks/5a1e", "secret": "correct horse battery staple"}

    url = SecretUrl(required=True)
    secret = WebhookSecret()
    bodyTemplate = Template(metadata=_NOW)
    headersTemplate = Template(metadata=_NOW)
    webhookBodyTemplate = Template(attribute="bodyTemplate", metadata=_JUNE)
    webhookHeadersTemplate = Template(attribute="headersTemplate", metadata=_JUNE)
