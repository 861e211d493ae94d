"""HipChat, which only Ops Manager still knows."""

from .base import IntegrationSchema
from .fields import Secret, Text


class HipChat(IntegrationSchema):
    type_name = "HIP_CHAT"
    rank = 90
    example = {"notificationToken": "0123456789abcdef", "roomName": "Database room"}

    notificationToken = Secret(required=True)
    roomName = Text(required=True)
