"""The types of notifications."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from opsemu.schemas.fields import Choice, Flag, Secret, SecretUrl, Template, Text, WebhookSecret
from opsemu.schemas.key_formats import datadog_notification_key, pager_duty_key
from opsemu.schemas.notifications import Minutes, Notification
from opsemu.schemas.profiles import ATLAS, CLOUD_MANAGER, OPS_MANAGER


class _Paging(Notification):
    """A paging service, which repeats alerts itself: the interval is never shown (SPEC)."""

    intervalMin = Minutes(0, "INVALID_ATTRIBUTE", "intervalMin", load_only=True)


def _copied_from(attribute: str) -> dict[str, Any]:
    return {"copied_from": attribute}


_REFERENCE = {"only": ATLAS}


class PagerDuty(_Paging):
    type_name = "PAGER_DUTY"
    required_attributes = ("serviceKey",)
    serviceKey = Secret(key_format=pager_duty_key, metadata=_copied_from("serviceKey"))
    region = Choice("US", "EU", metadata={"copied_from": "region", "only": ATLAS | CLOUD_MANAGER})
    integrationId = Text(metadata=_REFERENCE)


class OpsGenie(_Paging):
    type_name = "OPS_GENIE"
    required_attributes = ("opsGenieApiKey",)
    opsGenieApiKey = Secret(metadata=_copied_from("apiKey"))
    opsGenieRegion = Choice("US", "EU", dump_default="US", metadata=_copied_from("region"))
    integrationId = Text(metadata=_REFERENCE)


class VictorOps(_Paging):
    type_name = "VICTOR_OPS"
    required_attributes = ("victorOpsApiKey",)
    victorOpsApiKey = Secret(metadata=_copied_from("apiKey"))
    victorOpsRoutingKey = Text(metadata=_copied_from("routingKey"))
    integrationId = Text(metadata=_REFERENCE)


class Slack(Notification):
    type_name = "SLACK"
    required_attributes = ("apiToken", "channelName")
    apiToken = Secret(metadata=_copied_from("apiToken"))
    channelName = Text(metadata=_copied_from("channelName"))
    integrationId = Text(metadata=_REFERENCE)


class Datadog(Notification):
    type_name = "DATADOG"
    families = ATLAS | OPS_MANAGER
    required_attributes = ("datadogApiKey",)
    datadogApiKey = Secret(key_format=datadog_notification_key, metadata=_copied_from("apiKey"))
    datadogRegion = Choice(
        "US",
        "EU",
        "US3",
        "US5",
        "AP1",
        "US1_FED",
        dump_default="US",
        metadata=_copied_from("region"),
    )
    integrationId = Text(metadata=_REFERENCE)


class Webhook(Notification):
    """Without a URL of its own it uses the integration's current one (SPEC)."""

    type_name = "WEBHOOK"
    follows_integration = True
    webhookUrl = SecretUrl(metadata=_copied_from("url"))
    webhookSecret = WebhookSecret(metadata=_copied_from("secret"))
    webhookBodyTemplate = Template(16 * 1024, metadata=_copied_from("bodyTemplate"))
    webhookHeadersTemplate = Template(4 * 1024, metadata=_copied_from("headersTemplate"))
    integrationId = Text(metadata=_REFERENCE)


class MicrosoftTeams(Notification):
    type_name = "MICROSOFT_TEAMS"
    required_attributes = ("microsoftTeamsWebhookUrl",)
    microsoftTeamsWebhookUrl = SecretUrl(metadata=_copied_from("microsoftTeamsWebhookUrl"))
    integrationId = Text(metadata=_REFERENCE)


class HipChat(Notification):
    type_name = "HIP_CHAT"
    families = OPS_MANAGER
    required_attributes = ("notificationToken", "roomName")
    notificationToken = Secret(metadata=_copied_from("notificationToken"))
    roomName = Text(metadata=_copied_from("roomName"))


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
