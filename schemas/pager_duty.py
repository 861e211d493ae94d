"""PagerDuty; `region` defaults to US and is always shown (RECORDED)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Choice, Secret
from opsemu.schemas.profiles import HOSTED

PAGER_DUTY_KEY = (r"[0-9A-Fa-f]{32}", "INVALID_PAGER_DUTY_SERVICE_KEY", "")  # DOCS


class PagerDuty(IntegrationSchema):
    type_name = "PAGER_DUTY"
    list_order = 10
    example = {"serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"}

    serviceKey = Secret(PAGER_DUTY_KEY, required=True)
    region = Choice("US", "EU", dump_default="US", metadata={"only": HOSTED})
