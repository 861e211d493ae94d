"""The notifications of alert configurations, and what they take from integrations.

A key is copied when the notification is made: a new key of the integration changes no
notification (DOCS). A webhook without a URL of its own, and whatever names an integration
by its id, follow the integration instead (SPEC).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from opsemu.schemas import IntegrationSchema
from opsemu.schemas.notifications import NOTIFICATIONS, Notification

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, Owner
from ..store.layout import ALERT_CONFIGS, INTEGRATIONS
from .dialect import dialect, profile

FOLLOWS = "follows"  # in a stored notification: it follows the integration of its type


def read(owner: Owner, bodies: list[Any], replaced: Iterable[Document]) -> list[Document]:
    """Notifications as they are stored; `replaced` are the stored ones that they replace.

    One that names its predecessor's `notifierId` may leave out what that had.
    """
    if not bodies:
        raise ApiError("MISSING_NOTIFICATIONS")
    by_id = {notification["notifierId"]: notification for notification in replaced}
    integrations = current().store.all(owner, INTEGRATIONS)
    documents = [_read_one(body, by_id, integrations) for body in bodies]
    if sum(document["typeName"] == "GROUP" for document in documents) > 1:
        raise ApiError("TOO_MANY_GROUP_NOTIFICATIONS")
    return documents


def show(owner: Owner, stored: Iterable[Document], *, is_new: bool = False) -> list[dict[str, Any]]:
    """Notifications as the caller's family shows them; a new one without its integration's id."""
    integrations = current().store.all(owner, INTEGRATIONS)
    return [
        _show_one(document, integrations.get(document["typeName"], {}), is_new)
        for document in stored
        if _is_served(document["typeName"])
    ]


def check_not_followed(owner: Owner, cls: type[IntegrationSchema]) -> None:
    """Raise the type's deletion error, if it has one, while a notification follows it."""
    configs = current().store.all(owner, ALERT_CONFIGS).values()
    if cls.deletion_error and any(
        notification["typeName"] == cls.type_name and notification.get(FOLLOWS)
        for config in configs
        for notification in config["notifications"]
    ):
        raise ApiError(cls.deletion_error)


def _read_one(
    body: dict[str, Any], by_id: Mapping[str, Document], integrations: Mapping[str, Document]
) -> Document:
    schema = _schema(body.get("typeName"))
    attributes: Document = schema.load(body)
    old = by_id.get(attributes.pop("notifierId", ""), {})
    integration = integrations.get(schema.type_name, {})
    document = _filled(schema, attributes, old, integration)
    for name in schema.required_attributes:
        if not (name in document or document.get(FOLLOWS)):
            raise ApiError("MISSING_ATTRIBUTE", name)
    _check_people(schema, document)
    return {**document, "notifierId": old.get("notifierId") or current().time.object_id()}


def _filled(
    schema: Notification, attributes: Document, old: Document, integration: Document
) -> Document:
    """The notification with what it leaves out, from its predecessor or the integration."""
    integration_id = attributes.pop("integrationId", None)
    if integration_id is not None and integration_id != integration.get("id"):
        raise ApiError("INVALID_ATTRIBUTE", "integrationId")
    own = {**old, **attributes} if old.get("typeName") == schema.type_name else attributes
    follows = schema.follows_integration and "webhookUrl" not in own
    if follows and not integration:
        raise ApiError("WEBHOOK_URL_NOT_SET")
    if integration_id is not None:
        return {**own, FOLLOWS: True, "integrationId": integration_id}
    if follows:
        return {**own, FOLLOWS: True}
    copied = {} if schema.follows_integration else schema.copy_from(integration)
    return {**copied, **own}


def _check_people(schema: Notification, document: Document) -> None:
    is_sent = document.get("emailEnabled") or document.get("smsEnabled")
    if "emailEnabled" in schema.fields and not is_sent:
        kind = "USER" if schema.type_name == "USER" else "GROUP"
        raise ApiError(f"EMAIL_OR_SMS_REQUIRED_FOR_{kind}_NOTIFICATION")


def _show_one(document: Document, integration: Document, is_new: bool) -> dict[str, Any]:
    schema = _schema(document["typeName"])
    fields = {**(schema.copy_from(integration) if document.get(FOLLOWS) else {}), **document}
    if "integrationId" in fields:
        fields["integrationId"] = integration.get("id", fields["integrationId"])
    if is_new:
        fields.pop("integrationId", None)
    return schema.show(fields)


def _schema(type_name: Any) -> Notification:
    if type_name is None:
        raise ApiError("MISSING_ATTRIBUTE", "typeName")
    if not isinstance(type_name, str):
        raise ApiError("INVALID_JSON_ATTRIBUTE", "typeName")
    if type_name == "ADMIN":
        raise ApiError("NOTIFICATION_TYPE_IS_GLOBAL_ONLY")
    if type_name not in NOTIFICATIONS:
        raise ApiError("INVALID_ENUM_VALUE", type_name)
    if not _is_served(type_name):
        raise ApiError("UNSUPPORTED_NOTIFICATION_TYPE", type_name)
    return NOTIFICATIONS[type_name].of(profile())


def _is_served(type_name: str) -> bool:
    """Whether the caller's family has the type of notification."""
    return NOTIFICATIONS[type_name].is_known_to(dialect().profile)
