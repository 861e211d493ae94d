"""`/globalAlertConfigs`: alert configurations of Ops Manager's administrators for its projects."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from opsemu.schemas.alert_configs import GlobalAlertConfig, Toggle
from opsemu.schemas.profiles import OPS_MANAGER

from ...api.context import current
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ..dialect import profile
from ..masked_secret_check import check_for_masks
from ..parents import Parent
from ..rows.collections import Collection
from . import notifications
from . import rules as alert_rules

GLOBAL_ALERT_CONFIGS = "globalAlertConfigs"  # a table of the application


@dataclass(kw_only=True)
class GlobalAlertConfigs(Collection):
    """Global alert configurations, whose notifications take nothing from integrations."""

    def add(self, parent: Parent, body: Document) -> Document:
        """Keep a new configuration."""
        return super().add(parent, _with_notifications(body, ()))

    def replaced(self, old: Document, body: Document) -> Document:
        """The new configuration; a notification keeps what its predecessor had."""
        return super().replaced(old, _with_notifications(body, old["notifications"]))

    def update(self, item_id: str, **_: str) -> Response:
        """Enable or disable a configuration."""
        parent, body = self.parent(write=True), Toggle.of(profile()).load(current().json_object())
        return reply(self.show(self.write(parent, item_id, lambda old: {**old, **body}), item_id))

    def check(self, parent: Parent, document: Document) -> None:
        """Raise the errors of alert configurations."""
        super().check(parent, document)
        alert_rules.check(document, "")

    def show(self, document: Document, key: str = "") -> dict[str, Any]:
        """A configuration with its secrets masked."""
        shown = notifications.show(document["notifications"], {}, profile())
        return super().show({**document, "notifications": shown}, key)


def _with_notifications(body: Document, replaced: Any) -> Document:
    for each in body["notifications"]:
        check_for_masks(str(each.get("typeName")), each)
    make_id = current().time.object_id
    read = notifications.read(
        body["notifications"], replaced, {}, profile(), make_id, is_global=True
    )
    return {**body, "notifications": read}


CONFIGS = GlobalAlertConfigs(
    path="/globalAlertConfigs",
    schema=GlobalAlertConfig,
    table=GLOBAL_ALERT_CONFIGS,
    operations={
        "list": "getAllGlobalAlertConfigs",
        "create": "addGlobalAlertConfig",
        "get": "getGlobalAlertConfig",
        "update": "patchGlobalAlertConfig",
        "replace": "putGlobalAlertConfig",
        "delete": "deleteGlobalAlertConfig",
    },
    not_found="GLOBAL_ALERT_CONFIG_NOT_FOUND",
    malformed="INVALID_ALERT_CONFIG_ID",
    role="MONITORING_ADMIN",
    created=201,
    options={"families": OPS_MANAGER, "emulation": "served"},
)
bp = Resource("global_alert_configs", __name__, OPS_MANAGER)
CONFIGS.register(bp)
