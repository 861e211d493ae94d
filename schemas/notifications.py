"""How an alert configuration notifies: one class per kind.

A field that is `taken` from an attribute of the integration of the same type is
filled from it where the client leaves it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, pre_load

from .base import VendorSchema
from .fields import CODES, Choice, Flag, Secret, SecretUrl, Template, Text, WebhookSecret
from .forms import datadog_digits, pager_duty_key
from .profiles import ATLAS, CLOUD_MANAGER, EVERY, OPS_MANAGER
from .refusals import refusal

NOTIFICATIONS: dict[str, type[Notification]] = {}


class Minutes(fields.Integer):
    """Whole minutes, no fewer than `least`."""

    default_error_messages = CODES

    def __init__(self, least: int, code: str, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.least = least
        self.code = code

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        minutes: int = super()._deserialize(value, *args, **kwargs)
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        if minutes < self.least:
            raise refusal(
                self.code, *([self.name or ""] if self.code == "INVALID_ATTRIBUTE" else [])
            )
        return minutes


class Notification(VendorSchema):
    """What all kinds have; `known_to` are the families that have the kind.

    `required` are attributes that have to come from somewhere; `always_live` shows what
    the integration says now rather than what it said when the notification was made.
    """

    type_name: ClassVar[str] = ""
    known_to: ClassVar[frozenset[str]] = EVERY
    needed: ClassVar[tuple[str, ...]] = ()
    always_live: ClassVar[bool] = False

    typeName = Text(required=True)
    delayMin = Minutes(0, "INVALID_ATTRIBUTE", dump_default=0)
    intervalMin = Minutes(5, "NOTIFICATION_INTERVAL_OUT_OF_RANGE", dump_default=5)
    notifierId = Text()
    # The documentation's example shows an `id`, clients and the SPEC read `notifierId`.
    id = fields.String(
        dump_only=True, attribute="notifierId", metadata={"only": OPS_MANAGER | CLOUD_MANAGER}
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type_name:
            NOTIFICATIONS[cls.type_name] = cls

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The notification as the API shows it, keys masked."""
        return self.in_order(self.dump(document))

    def taken(self, integration: Mapping[str, Any]) -> dict[str, Any]:
        """What the notification has from its integration."""
        sources = {
            name: field.metadata["taken"]
            for name, field in self.fields.items()
            if "taken" in field.metadata
        }
        return {name: integration[at] for name, at in sources.items() if at in integration}

    @pre_load
    def _of_this_kind(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Attributes of other kinds are ignored (CLIENT: mongocli sends them), and nulls."""
        others = {name for kind in NOTIFICATIONS.values() for name in kind._declared_fields}
        foreign = others - self.fields.keys()
        return {
            name: value
            for name, value in body.items()
            if value is not None and name != "id" and name not in foreign
        }


class _Paging(Notification):
    """Of a service that repeats by itself: the interval is never shown (SPEC)."""

    intervalMin = Minutes(0, "NOTIFICATION_INTERVAL_OUT_OF_RANGE", load_only=True)


def _taken(attribute: str) -> dict[str, Any]:
    return {"taken": attribute}


_REFERENCE = {"only": ATLAS}


class PagerDuty(_Paging):
    type_name = "PAGER_DUTY"
    needed = ("serviceKey",)
    serviceKey = Secret(form=pager_duty_key, metadata=_taken("serviceKey"))
    region = Choice("US", "EU", metadata={"taken": "region", "only": ATLAS | CLOUD_MANAGER})
    integrationId = Text(metadata=_REFERENCE)


class OpsGenie(_Paging):
    type_name = "OPS_GENIE"
    needed = ("opsGenieApiKey",)
    opsGenieApiKey = Secret(metadata=_taken("apiKey"))
    opsGenieRegion = Choice("US", "EU", dump_default="US", metadata=_taken("region"))
    integrationId = Text(metadata=_REFERENCE)


class VictorOps(_Paging):
    type_name = "VICTOR_OPS"
    needed = ("victorOpsApiKey",)
    victorOpsApiKey = Secret(metadata=_taken("apiKey"))
    victorOpsRoutingKey = Text(metadata=_taken("routingKey"))
    integrationId = Text(metadata=_REFERENCE)


class Slack(Notification):
    type_name = "SLACK"
    needed = ("apiToken", "channelName")
    apiToken = Secret(metadata=_taken("apiToken"))
    channelName = Text(metadata=_taken("channelName"))
    integrationId = Text(metadata=_REFERENCE)


class Datadog(Notification):
    type_name = "DATADOG"
    known_to = ATLAS | OPS_MANAGER
    needed = ("datadogApiKey",)
    datadogApiKey = Secret(form=datadog_digits, metadata=_taken("apiKey"))
    datadogRegion = Choice(
        "US", "EU", "US3", "US5", "AP1", "US1_FED", dump_default="US", metadata=_taken("region")
    )
    integrationId = Text(metadata=_REFERENCE)


class Webhook(Notification):
    """An address of its own, else the integration's, whatever that is by now (SPEC)."""

    type_name = "WEBHOOK"
    always_live = True
    webhookUrl = SecretUrl(metadata=_taken("url"))
    webhookSecret = WebhookSecret(metadata=_taken("secret"))
    webhookBodyTemplate = Template(16 * 1024, metadata=_taken("bodyTemplate"))
    webhookHeadersTemplate = Template(4 * 1024, metadata=_taken("headersTemplate"))
    integrationId = Text(metadata=_REFERENCE)


class MicrosoftTeams(Notification):
    type_name = "MICROSOFT_TEAMS"
    needed = ("microsoftTeamsWebhookUrl",)
    microsoftTeamsWebhookUrl = SecretUrl(metadata=_taken("microsoftTeamsWebhookUrl"))
    integrationId = Text(metadata=_REFERENCE)


class HipChat(Notification):
    type_name = "HIP_CHAT"
    known_to = OPS_MANAGER
    needed = ("notificationToken", "roomName")
    notificationToken = Secret(metadata=_taken("notificationToken"))
    roomName = Text(metadata=_taken("roomName"))


class Email(Notification):
    type_name = "EMAIL"
    needed = ("emailAddress",)
    emailAddress = Text()


class Sms(Notification):
    type_name = "SMS"
    needed = ("mobileNumber",)
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
    needed = ("username",)
    username = Text()


class Team(_People):
    type_name = "TEAM"
    needed = ("teamId",)
    teamId = Text()
    teamName = Text()
