"""PagerDuty."""

from .base import IntegrationSchema
from .fields import Secret


class PagerDuty(IntegrationSchema):
    type_name = "PAGER_DUTY"
    rank = 10
    example = {"serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"}

    serviceKey = Secret(required=True)
