"""The notifications of alert configurations, and what they take from integrations.

A key is copied when the notification is made: a new key of the integration changes no
notification (DOCS). A webhook without a URL of its own, and whatever names an integration
by its id, follow the integration instead (SPEC).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from opsemu.schemas import IntegrationSchema, Profile
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.notifications import NOTIFICATIONS, Notification

from ...store import Document
from ..parents import OBJECT_ID

FOLLOWS = "follows"  # in a stored notification: it follows the integration of its type

Integrations = Mapping[str, Document]  # by type


def read(
    bodies: list[Any],
    replaced: Iterable[Document],
    integrations: Integrations,
    profile: Profile,
    make_id: Callable[[], str],
    *,
    is_global: bool = False,
) -> list[Document]:
    """Notifications as they are stored; `replaced` are the stored ones that they replace.

    One that names its predecessor's `notifierId` may leave out what that had. Raises
    ValidationFailure.
    """
    if not bodies:
        raise ValidationFailure("MISSING_NOTIFICATIONS")
    by_id = {notification["notifierId"]: notification for notification in replaced}
    documents = []
    for body in bodies:
        document = _read_one(body, by_id, integrations, profile, is_global=is_global)
        documents.append({"notifierId": make_id(), **document})
    if sum(document["typeName"] == "GROUP" for document in documents) > 1:
        raise ValidationFailure("TOO_MANY_GROUP_NOTIFICATIONS")
    return documents


def show(
    stored: Iterable[Document], integrations: Integrations, profile: Profile
) -> list[dict[str, Any]]:
    """Notifications as a family shows them."""
    return [
        _show_one(document, integrations.get(document["typeName"], {}), profile)
        for document in stored
        if NOTIFICATIONS[document["typeName"]].is_known_to(profile)
    ]


def check_not_followed(cls: type[IntegrationSchema], configs: Iterable[Document]) -> None:
    """Raise the type's deletion error, if it has one, while a notification follows it."""
    if cls.deletion_error and any(
        notification["typeName"] == cls.type_name and notification.get(FOLLOWS)
        for config in configs
        for notification in config["notifications"]
    ):
        raise ValidationFailure(cls.deletion_error)


def _read_one(
    body: dict[str, Any],
    by_id: Mapping[str, Document],
    integrations: Integrations,
    profile: Profile,
    *,
    is_global: bool,
) -> Document:
    schema = _schema(body.get("typeName"), profile)
    if schema.is_global and not is_global:
        raise ValidationFailure("NOTIFICATION_TYPE_IS_GLOBAL_ONLY")
    attributes: Document = schema.load(body)
    notifier_id = attributes.pop("notifierId", "")
    integration = integrations.get(schema.type_name, {})
    document = _filled(schema, attributes, by_id.get(notifier_id, {}), integration)
    for name in schema.required_attributes:
        if not (name in document or document.get(FOLLOWS)):
            raise ValidationFailure("MISSING_ATTRIBUTE", name)
    _check_is_sent(schema, document)
    # The one that the client chose is kept (CLIENT: Terraform).
    return {**document, **({"notifierId": notifier_id} if OBJECT_ID.fullmatch(notifier_id) else {})}


def _filled(
    schema: Notification, attributes: Document, old: Document, integration: Document
) -> Document:
    """The notification with what it leaves out, from its predecessor or the integration."""
    integration_id = attributes.pop("integrationId", None)
    if integration_id is not None and integration_id != integration.get("id"):
        raise ValidationFailure("INVALID_ATTRIBUTE", "integrationId")
    own = {**old, **attributes} if old.get("typeName") == schema.type_name else attributes
    follows = schema.follows_integration and "webhookUrl" not in own
    if follows and not integration:
        raise ValidationFailure("WEBHOOK_URL_NOT_SET")
    if integration_id is not None:
        return {**own, FOLLOWS: True, "integrationId": integration_id}
    if follows:
        return {**own, FOLLOWS: True}
    copied = {} if schema.follows_integration else schema.copy_from(integration)
    return {**copied, **own}


def _check_is_sent(schema: Notification, document: Document) -> None:
    is_sent = document.get("emailEnabled") or document.get("smsEnabled")
    if "emailEnabled" in schema.fields and not is_sent:
        kind = "USER" if schema.type_name == "USER" else "GROUP"
        raise ValidationFailure(f"EMAIL_OR_SMS_REQUIRED_FOR_{kind}_NOTIFICATION")


def resolved(document: Document, integration: Document, profile: Profile) -> Document:
    """A stored notification with what it takes from the integration that it follows."""
    schema = NOTIFICATIONS[document["typeName"]].of(profile)
    return {**(schema.copy_from(integration) if document.get(FOLLOWS) else {}), **document}


def _show_one(document: Document, integration: Document, profile: Profile) -> dict[str, Any]:
    schema = NOTIFICATIONS[document["typeName"]].of(profile)
    fields = resolved(document, integration, profile)
    if "integrationId" in fields:
        fields["integrationId"] = integration.get("id", fields["integrationId"])
    return schema.show(fields)


def _schema(type_name: Any, profile: Profile) -> Notification:
    if type_name is None:
        raise ValidationFailure("MISSING_ATTRIBUTE", "typeName")
    if not isinstance(type_name, str):
        raise ValidationFailure("INVALID_JSON_ATTRIBUTE", "typeName")
    if type_name not in NOTIFICATIONS:
        raise ValidationFailure("INVALID_ENUM_VALUE", type_name)
    if not NOTIFICATIONS[type_name].is_known_to(profile):
        raise ValidationFailure("UNSUPPORTED_NOTIFICATION_TYPE", type_name)
    return NOTIFICATIONS[type_name].of(profile)
