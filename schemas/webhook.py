"""A webhook of the user's own."""

from .base import IntegrationSchema
from .fields import SecretUrl, WebhookSecret


class Webhook(IntegrationSchema):
    type_name = "WEBHOOK"
    rank = 80
    example = {"url": "https://example.com/hooks/5a1e", "secret": "correct horse battery staple"}

    url = SecretUrl(required=True)
    secret = WebhookSecret()
