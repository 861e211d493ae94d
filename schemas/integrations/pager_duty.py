"""PagerDuty; `region` defaults to US and is always shown (RECORDED)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Choice, Secret
from opsemu.schemas.profiles import HOSTED

_DIGITS = r"[0-9A-Fa-f]{32}"
# Of an integration, whose sentence is INFERRED, and of a notification (DOCS).
_KEY = (_DIGITS, "INVALID_INTEGRATION_SETTINGS", "must be a 32-character hexadecimal string")
PAGER_DUTY_KEY = (_DIGITS, "INVALID_PAGER_DUTY_SERVICE_KEY", "")


class PagerDuty(IntegrationSchema):
    type_name = "PAGER_DUTY"
    list_order = 10
    example = {"serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"}

    serviceKey = Secret(_KEY, required=True)
    region = Choice("US", "EU", dump_default="US", metadata={"only": HOSTED})
