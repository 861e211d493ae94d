"""Microsoft Teams."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import SecretUrl


class MicrosoftTeams(IntegrationSchema):
    type_name = "MICROSOFT_TEAMS"
    list_order = 110
    example = {"microsoftTeamsWebhookUrl": "https://example.com/webhookb2/5a1e/IncomingWebhook/7"}

    microsoftTeamsWebhookUrl = SecretUrl(required=True)
