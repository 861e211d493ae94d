"""The types of notifications of alert configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, pre_load, validate

from opsemu.schemas.base import VendorSchema
from opsemu.schemas.datadog import DATADOG_KEY, DatadogRegion
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import (
    Choice,
    Flag,
    OpsGenieRegion,
    Secret,
    SecretUrl,
    Template,
    Text,
    WebhookSecret,
    Whole,
)
from opsemu.schemas.pager_duty import PAGER_DUTY_KEY
from opsemu.schemas.profiles import ATLAS, HOSTED, MANAGER, OPS_MANAGER

NOTIFICATIONS: dict[str, type[Notification]] = {}

_MANAGER = {"only": MANAGER}
_not_negative = validate.Range(min=0, error="INVALID_ATTRIBUTE")


def _at_least_five(minutes: int) -> None:
    if minutes < 5:
        raise make_error("NOTIFICATION_INTERVAL_OUT_OF_RANGE")


class Notification(VendorSchema):
    """A notification; a subclass with a `type_name` registers itself.

    A field whose metadata says `copied_from` takes that attribute of the project's
    integration of the same type when the client leaves the field out.
    `required_attributes` must be set by either.
    With `follows_integration` the integration is read each time the notification is
    shown; otherwise its attributes are copied when the notification is created.
    """

    type_name: ClassVar[str] = ""
    required_attributes: ClassVar[tuple[str, ...]] = ()
    follows_integration: ClassVar[bool] = False

    typeName = Text(required=True)
    delayMin = Whole(validate=_not_negative, dump_default=0)
    intervalMin = Whole(validate=_at_least_five, dump_default=5)
    notifierId = Text()
    # The documentation's example shows an `id`, clients and the SPEC read `notifierId`.
    id = fields.String(dump_only=True, attribute="notifierId", metadata=_MANAGER)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type_name:
            NOTIFICATIONS[cls.type_name] = cls

    def copy_from(self, integration: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes that the notification takes from its integration."""
        return {
            name: integration[field.metadata["copied_from"]]
            for name, field in self.fields.items()
            if field.metadata.get("copied_from") in integration
        }

    @pre_load
    def _drop_ignored(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Attributes of other types are ignored (CLIENT: mongocli sends them), and nulls."""
        all_names = {name for cls in NOTIFICATIONS.values() for name in cls._declared_fields}
        ignored = (all_names - self.fields.keys()) | {"id"}
        return {
            name: item for name, item in body.items() if item is not None and name not in ignored
        }


class _Service(Notification):
    """A third-party service; on Atlas the notification may name the project's integration."""

    integrationId = Text(metadata={"only": ATLAS})


class _Paging(_Service):
    """A paging service, which repeats alerts itself: the interval is never shown (SPEC)."""

    intervalMin = Whole(validate=_not_negative, load_only=True)


class PagerDuty(_Paging):
    type_name = "PAGER_DUTY"
    required_attributes = ("serviceKey",)
    serviceKey = Secret(PAGER_DUTY_KEY, metadata={"copied_from": "serviceKey"})
    region = Choice("US", "EU", metadata={"copied_from": "region", "only": HOSTED})


class OpsGenie(_Paging):
    type_name = "OPS_GENIE"
    required_attributes = ("opsGenieApiKey",)
    opsGenieApiKey = Secret(metadata={"copied_from": "apiKey"})
    opsGenieRegion = OpsGenieRegion(metadata={"copied_from": "region"})


class VictorOps(_Paging):
    type_name = "VICTOR_OPS"
    required_attributes = ("victorOpsApiKey",)
    victorOpsApiKey = Secret(metadata={"copied_from": "apiKey"})
    victorOpsRoutingKey = Text(metadata={"copied_from": "routingKey"})


class Slack(_Service):
    type_name = "SLACK"
    required_attributes = ("apiToken", "channelName")
    apiToken = Secret(metadata={"copied_from": "apiToken"})
    channelName = Text(metadata={"copied_from": "channelName"})


class Datadog(_Service):
    type_name = "DATADOG"
    families = ATLAS | OPS_MANAGER
    required_attributes = ("datadogApiKey",)
    datadogApiKey = Secret(DATADOG_KEY, metadata={"copied_from": "apiKey"})
    datadogRegion = DatadogRegion(metadata={"copied_from": "region"})


class Webhook(_Service):
    """Without a URL of its own it uses the integration's current one (SPEC)."""

    type_name = "WEBHOOK"
    follows_integration = True
    webhookUrl = SecretUrl(metadata={"copied_from": "url"})
    webhookSecret = WebhookSecret(metadata={"copied_from": "secret"})
    webhookBodyTemplate = Template(metadata={"copied_from": "bodyTemplate"})
    webhookHeadersTemplate = Template(metadata={"copied_from": "headersTemplate"})


class MicrosoftTeams(_Service):
    type_name = "MICROSOFT_TEAMS"
    required_attributes = ("microsoftTeamsWebhookUrl",)
    microsoftTeamsWebhookUrl = SecretUrl(metadata={"copied_from": "microsoftTeamsWebhookUrl"})


class HipChat(Notification):
    type_name = "HIP_CHAT"
    families = OPS_MANAGER
    required_attributes = ("notificationToken", "roomName")
    notificationToken = Secret(metadata={"copied_from": "notificationToken"})
    roomName = Text(metadata={"copied_from": "roomName"})


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
    roles = fields.List(Text())


class Org(Group):
    type_name = "ORG"


class User(_People):
    type_name = "USER"
    required_attributes = ("username",)
    username = Text()


class Team(_People):
    type_name = "TEAM"
    required_attributes = ("teamId",)
    teamId = Text()
    teamName = Text()
