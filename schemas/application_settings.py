"""Settings of an Ops Manager, and the kind of server that its hosts are counted as."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.base import Nested, ResourceSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Text

_LABELS = {
    "DEV_SERVER": "Dev Server",
    "PRODUCTION_SERVER": "Production Server",
    "RAM_POOL": "RAM Pool",
    "TEST_SERVER": "Test Server",
}


class ApplicationSettings(ResourceSchema):
    """Settings by name (DOCS); the other groups of settings cannot be written."""

    dbProperties = fields.Dict(
        keys=fields.String(),
        values=Text(allow_none=True),
        required=True,
        dump_default=dict,
    )
    defaultFileProperties = fields.Raw(dump_only=True, dump_default=dict)
    instanceDetails = fields.Raw(dump_only=True, dump_default=dict)
    instanceOverrides = fields.Raw(dump_only=True, dump_default=dict)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for the one setting that may not be written (DOCS)."""
        if "mms.app.upgradeMode" in document["dbProperties"]:
            raise ValidationFailure("INVALID_SETTINGS_EXCEPTION")


class _ServerType(ResourceSchema):
    label = Text()
    name = Choice(*_LABELS, required=True)


class DefaultServerType(ResourceSchema):
    """What hosts are counted as unless their own type is set (DOCS)."""

    serverType = Nested(_ServerType, required=True)

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The type alone (CLIENT)."""
        name = document.get("serverType", {}).get("name", "RAM_POOL")
        return {"label": _LABELS[name], "name": name}
