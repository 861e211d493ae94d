"""The notifications of alert configurations, and what they have from integrations.

A key is copied when the notification is made: a new key of the integration changes
no notification (DOCS). A webhook without an address of its own, and whatever names an
integration by its id, follow the integration instead (SPEC).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opsemu.schemas.notifications import NOTIFICATIONS, Notification

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, Owner

TABLE = "alertConfigs"
INTEGRATIONS = "integrations"
FOLLOWS = "follows"  # in a stored notification: it follows the integration of its type


def read(owner: Owner, bodies: list[Any], present: Iterable[Document]) -> list[Document]:
    """Notifications as they are stored; `present` are those that they replace.

    One that names its predecessor's `notifierId` may leave out what that had.
    """
    if not bodies:
        raise ApiError("MISSING_NOTIFICATIONS")
    before = {each["notifierId"]: each for each in present}
    integrations = current().services.store.all(owner, INTEGRATIONS)
    found = [_read_one(body, before, integrations) for body in bodies]
    if sum(each["typeName"] == "GROUP" for each in found) > 1:
        raise ApiError("TOO_MANY_GROUP_NOTIFICATIONS")
    return found


def show(owner: Owner, stored: Iterable[Document], *, new: bool = False) -> list[dict[str, Any]]:
    """Notifications as the caller's family shows them; a `new` one keeps its reference back."""
    integrations = current().services.store.all(owner, INTEGRATIONS)
    known = (each for each in stored if _is_known(each["typeName"]))
    return [_show_one(each, integrations.get(each["typeName"], {}), new) for each in known]


def refuse_while_followed(owner: Owner, type_name: str, code: str) -> None:
    """Refuse to let go of an integration that notifications follow."""
    configs = current().services.store.all(owner, TABLE).values()
    if any(
        each["typeName"] == type_name and each.get(FOLLOWS)
        for config in configs
        for each in config["notifications"]
    ):
        raise ApiError(code)


def _read_one(
    body: dict[str, Any], before: Mapping[str, Document], integrations: Mapping[str, Document]
) -> Document:
    schema = _schema(body.get("typeName"))
    given: Document = schema.load(body)
    old = before.get(given.pop("notifierId", ""), {})
    integration = integrations.get(schema.type_name, {})
    document = _filled(schema, given, old, integration)
    for name in schema.needed:
        if not (name in document or document.get(FOLLOWS)):
            raise ApiError("MISSING_ATTRIBUTE", name)
    _check_people(schema, document)
    return {**document, "notifierId": old.get("notifierId") or current().time.object_id()}


def _filled(
    schema: Notification, given: Document, old: Document, integration: Document
) -> Document:
    """The notification with what it leaves out."""
    named = given.pop("integrationId", None)
    if named is not None and named != integration.get("id"):
        raise ApiError("INVALID_ATTRIBUTE", "integrationId")
    own = {**old, **given} if old.get("typeName") == schema.type_name else given
    if schema.always_live and "webhookUrl" not in own and not integration:
        raise ApiError("WEBHOOK_URL_NOT_SET")
    if named is not None:
        return {**own, FOLLOWS: True, "integrationId": named}
    if schema.always_live and "webhookUrl" not in own:
        return {**own, FOLLOWS: True}
    live = {} if schema.always_live else schema.taken(integration)
    return {**live, **own}


def _check_people(schema: Notification, document: Document) -> None:
    asked = document.get("emailEnabled") or document.get("smsEnabled")
    if "emailEnabled" in schema.fields and not asked:
        kind = "USER" if schema.type_name == "USER" else "GROUP"
        raise ApiError(f"EMAIL_OR_SMS_REQUIRED_FOR_{kind}_NOTIFICATION")


def _show_one(stored: Document, integration: Document, new: bool) -> dict[str, Any]:
    schema = _schema(stored["typeName"])
    shown = {**(schema.taken(integration) if stored.get(FOLLOWS) else {}), **stored}
    if "integrationId" in shown:
        shown["integrationId"] = integration.get("id", shown["integrationId"])
    if new:
        shown.pop("integrationId", None)
    return schema.show(shown)


def _schema(type_name: Any) -> Notification:
    if type_name is None:
        raise ApiError("MISSING_ATTRIBUTE", "typeName")
    if not isinstance(type_name, str):
        raise ApiError("INVALID_JSON_ATTRIBUTE", "typeName")
    if type_name == "ADMIN":
        raise ApiError("NOTIFICATION_TYPE_IS_GLOBAL_ONLY")
    if type_name not in NOTIFICATIONS:
        raise ApiError("INVALID_ENUM_VALUE", type_name)
    if not _is_known(type_name):
        raise ApiError("UNSUPPORTED_NOTIFICATION_TYPE", type_name)
    full = current().services.config.webhook_secret == "full"
    return NOTIFICATIONS[type_name](current().dialect.profile._replace(full_secret=full))


def _is_known(type_name: str) -> bool:
    return current().dialect.profile.family in NOTIFICATIONS[type_name].known_to
