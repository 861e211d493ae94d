"""The kinds of notifications, and what each has from the integration of its type."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from opsemu.schemas.fields import Choice, Flag, Secret, SecretUrl, Template, Text, WebhookSecret
from opsemu.schemas.key_formats import datadog_notification_key, pager_duty_key
from opsemu.schemas.notifications import Minutes, Notification
from opsemu.schemas.profiles import ATLAS, CLOUD_MANAGER, OPS_MANAGER


class _Paging(Notification):
    """Of a service that repeats by itself: the interval is never shown (SPEC)."""

    intervalMin = Minutes(0, "INVALID_ATTRIBUTE", "intervalMin", load_only=True)


def _taken(attribute: str) -> dict[str, Any]:
    return {"taken": attribute}


_REFERENCE = {"only": ATLAS}


class PagerDuty(_Paging):
    type_name = "PAGER_DUTY"
    required_attributes = ("serviceKey",)
    serviceKey = Secret(key_format=pager_duty_key, metadata=_taken("serviceKey"))
    region = Choice("US", "EU", metadata={"taken": "region", "only": ATLAS | CLOUD_MANAGER})
    integrationId = Text(metadata=_REFERENCE)


class OpsGenie(_Paging):
    type_name = "OPS_GENIE"
    required_attributes = ("opsGenieApiKey",)
    opsGenieApiKey = Secret(metadata=_taken("apiKey"))
    opsGenieRegion = Choice("US", "EU", dump_default="US", metadata=_taken("region"))
    integrationId = Text(metadata=_REFERENCE)


class VictorOps(_Paging):
    type_name = "VICTOR_OPS"
    required_attributes = ("victorOpsApiKey",)
    victorOpsApiKey = Secret(metadata=_taken("apiKey"))
    victorOpsRoutingKey = Text(metadata=_taken("routingKey"))
    integrationId = Text(metadata=_REFERENCE)


class Slack(Notification):
    type_name = "SLACK"
    required_attributes = ("apiToken", "channelName")
    apiToken = Secret(metadata=_taken("apiToken"))
    channelName = Text(metadata=_taken("channelName"))
    integrationId = Text(metadata=_REFERENCE)


class Datadog(Notification):
    type_name = "DATADOG"
    families = ATLAS | OPS_MANAGER
    required_attributes = ("datadogApiKey",)
    datadogApiKey = Secret(key_format=datadog_notification_key, metadata=_taken("apiKey"))
    datadogRegion = Choice(
        "US", "EU", "US3", "US5", "AP1", "US1_FED", dump_default="US", metadata=_taken("region")
    )
    integrationId = Text(metadata=_REFERENCE)


class Webhook(Notification):
    """An address of its own, else the integration's, whatever that is by now (SPEC)."""

    type_name = "WEBHOOK"
    follows_integration = True
    webhookUrl = SecretUrl(metadata=_taken("url"))
    webhookSecret = WebhookSecret(metadata=_taken("secret"))
    webhookBodyTemplate = Template(16 * 1024, metadata=_taken("bodyTemplate"))
    webhookHeadersTemplate = Template(4 * 1024, metadata=_taken("headersTemplate"))
    integrationId = Text(metadata=_REFERENCE)


class MicrosoftTeams(Notification):
    type_name = "MICROSOFT_TEAMS"
    required_attributes = ("microsoftTeamsWebhookUrl",)
    microsoftTeamsWebhookUrl = SecretUrl(metadata=_taken("microsoftTeamsWebhookUrl"))
    integrationId = Text(metadata=_REFERENCE)


class HipChat(Notification):
    type_name = "HIP_CHAT"
    families = OPS_MANAGER
    required_attributes = ("notificationToken", "roomName")
    notificationToken = Secret(metadata=_taken("notificationToken"))
    roomName = Text(metadata=_taken("roomName"))


class Email(Notification):
    type_name = "EMAIL"
    required_attributes = ("emailAddress",)
    emailAddress = Text()


class Sms(Notification):
    type_name = "SMS"
    required_attributes = ("mobileNumber",)
    mobileNumber = Text()


class _People(Notification):
    emailEnabled = Flag(dump_default=False)
    smsEnabled = Flag(dump_default=False)


class Group(_People):
    type_name = "GROUP"
    roles = fields.List(fields.String())


class Org(_People):
    type_name = "ORG"
    roles = fields.List(fields.String())


class User(_People):
    type_name = "USER"
    required_attributes = ("username",)
    username = Text()


class Team(_People):
    type_name = "TEAM"
    required_attributes = ("teamId",)
    teamId = Text()
    teamName = Text()
