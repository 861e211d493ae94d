"""Opsgenie; `region` defaults to US and is always shown (DOCS)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Choice, Secret
from opsemu.schemas.key_formats import uuid


class OpsGenie(IntegrationSchema):
    type_name = "OPS_GENIE"
    list_order = 50
    example = {"apiKey": "00000000-aaaa-4bbb-8ccc-0123456789ab", "region": "EU"}

    apiKey = Secret(required=True, key_format=uuid)
    region = Choice("US", "EU", dump_default="US")
