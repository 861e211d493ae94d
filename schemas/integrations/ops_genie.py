"""Opsgenie; `region` defaults to US and is always shown (DOCS)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import UUID, OpsGenieRegion, Secret


class OpsGenie(IntegrationSchema):
    type_name = "OPS_GENIE"
    list_order = 50
    example = {"apiKey": "00000000-aaaa-4bbb-8ccc-0123456789ab", "region": "EU"}

    apiKey = Secret(UUID, required=True)
    region = OpsGenieRegion()
