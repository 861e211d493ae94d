"""Opsgenie; `region` is US unless given, and always shown (DOCS)."""

from .base import IntegrationSchema
from .fields import Choice, Secret
from .forms import uuid


class OpsGenie(IntegrationSchema):
    type_name = "OPS_GENIE"
    rank = 50
    example = {"apiKey": "00000000-aaaa-4bbb-8ccc-0123456789ab", "region": "EU"}

    apiKey = Secret(required=True, form=uuid)
    region = Choice("US", "EU", dump_default="US")
