"""Datadog."""

from .base import IntegrationSchema
from .fields import Secret


class Datadog(IntegrationSchema):
    type_name = "DATADOG"
    rank = 30
    example = {"apiKey": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}

    apiKey = Secret(required=True)
