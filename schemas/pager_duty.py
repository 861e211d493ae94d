"""PagerDuty; `region` defaults to US and is always shown (RECORDED)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Choice, Secret
from opsemu.schemas.key_formats import pager_duty_key
from opsemu.schemas.profiles import HOSTED


class PagerDuty(IntegrationSchema):
    type_name = "PAGER_DUTY"
    list_order = 10
    example = {"serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"}

    serviceKey = Secret(required=True, key_format=pager_duty_key)
    region = Choice("US", "EU", dump_default="US", metadata={"only": HOSTED})
