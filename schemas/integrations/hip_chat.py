"""HipChat, which only Ops Manager still has."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Secret, Text
from opsemu.schemas.profiles import OPS_MANAGER


class HipChat(IntegrationSchema):
    type_name = "HIP_CHAT"
    list_order = 90
    families = OPS_MANAGER
    unsupported_error = "HIPCHAT_NOT_SUPPORTED"
    example = {"notificationToken": "0123456789abcdef", "roomName": "Database room"}

    notificationToken = Secret(required=True)
    roomName = Text(required=True)
