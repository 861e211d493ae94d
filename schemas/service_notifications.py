"""Notifications by third-party services, which take their keys from integrations."""

from opsemu.schemas.fields import (
    UUID,
    Choice,
    OpsGenieRegion,
    Secret,
    SecretUrl,
    Template,
    Text,
    WebhookSecret,
    Whole,
)
from opsemu.schemas.integrations.datadog import DATADOG_KEY, DatadogRegion
from opsemu.schemas.integrations.pager_duty import PAGER_DUTY_KEY
from opsemu.schemas.notifications import Notification, not_negative
from opsemu.schemas.profiles import ATLAS, HOSTED, OPS_MANAGER


class _Service(Notification):
    """A third-party service; on Atlas the notification may name the project's integration."""

    integrationId = Text(metadata={"only": ATLAS})


class _Paging(_Service):
    """A paging service, which repeats alerts itself: the interval is never shown (SPEC)."""

    intervalMin = Whole(validate=not_negative, load_only=True)


class PagerDuty(_Paging):
    type_name = "PAGER_DUTY"
    required_attributes = ("serviceKey",)
    serviceKey = Secret(PAGER_DUTY_KEY, metadata={"copied_from": "serviceKey"})
    region = Choice("US", "EU", metadata={"copied_from": "region", "only": HOSTED})


class OpsGenie(_Paging):
    type_name = "OPS_GENIE"
    required_attributes = ("opsGenieApiKey",)
    opsGenieApiKey = Secret(UUID, metadata={"copied_from": "apiKey"})
    opsGenieRegion = OpsGenieRegion(metadata={"copied_from": "region"})


class VictorOps(_Paging):
    type_name = "VICTOR_OPS"
    required_attributes = ("victorOpsApiKey",)
    victorOpsApiKey = Secret(UUID, metadata={"copied_from": "apiKey"})
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
    required_attributes = ("webhookUrl",)
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
