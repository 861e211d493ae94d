"""VictorOps; the routing key is not secret (RECORDED on Atlas)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import UUID, Secret, Text


class VictorOps(IntegrationSchema):
    type_name = "VICTOR_OPS"
    list_order = 60
    example = {"apiKey": "00000000-aaaa-4bbb-8ccc-0123456789ab", "routingKey": "database"}

    apiKey = Secret(UUID, required=True)
    routingKey = Text()
