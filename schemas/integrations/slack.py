"""Slack; `channelName` is an empty string if it was never set (DOCS)."""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Secret, Text
from opsemu.schemas.profiles import MANAGER


class Slack(IntegrationSchema):
    type_name = "SLACK"
    list_order = 20
    example = {"apiToken": "xoxb-0123456789", "teamName": "My Team", "channelName": "My Channel"}

    apiToken = Secret(required=True)
    teamName = Text(metadata={"required_in": MANAGER})
    channelName = Text(dump_default="")
