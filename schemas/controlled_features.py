"""Which features of a project an external system has locked."""

import re
from collections.abc import Mapping
from hashlib import md5
from typing import Any

from marshmallow import fields, pre_load

from opsemu.schemas.base import Nested, ResourceSchema
from opsemu.schemas.fields import Choice, Text

POLICIES = (
    "EXTERNALLY_MANAGED_LOCK",
    "DISABLE_USER_MANAGEMENT",
    "DISABLE_AUTHENTICATION_MECHANISMS",
    "DISABLE_SET_MONGOD_VERSION",
    "DISABLE_SET_MONGOD_CONFIG",
    "DISABLE_BACKUP_AGENT",
    "DISABLE_MONGOD_LOG_MANAGEMENT",
    "DISABLE_IMPORT_TO_AUTOMATION",
    "DISABLE_AGENT_API_KEY_MANAGEMENT",
    "DISABLE_MONGOD_HOST_MANAGEMENT",
)
_WORD = re.compile("(?<=[a-z])(?=[A-Z])")


class _Policy(ResourceSchema):
    disabledParams = fields.List(Text())
    policy = Choice(*POLICIES, required=True)

    @pre_load
    def _read_forms(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A name may be in CamelCase (DOCS); no parameters are the same as none (CLIENT)."""
        body = {name: value for name, value in body.items() if value != []}
        if isinstance(policy := body.get("policy"), str):
            body["policy"] = _WORD.sub("_", policy).upper()
        return body


class _System(ResourceSchema):
    name = Text(dump_default=None)
    systemId = Text(dump_default=None)
    version = Text(dump_default=None)

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The system with an id, which its name decides if it has sent none (INFERRED)."""
        name = document.get("name", "").encode()
        made = md5(name, usedforsecurity=False).hexdigest()[:24] if name else None
        return super().show({"systemId": made, **document})


class ControlledFeature(ResourceSchema):
    """An external system and its policies; those of a new project are INFERRED."""

    created = fields.String(dump_only=True)
    externalManagementSystem = Nested(_System, required=True)
    policies = fields.List(Nested(_Policy), required=True, dump_default=list)
    updated = fields.String(dump_only=True)

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The system and its policies, attributes in order."""
        system = _System.of(self.profile).show(document.get("externalManagementSystem", {}))
        return super().show({**document, "externalManagementSystem": system})
