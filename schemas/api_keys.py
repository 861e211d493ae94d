"""API keys, and the entries of their access lists."""

from collections.abc import Mapping
from ipaddress import ip_interface
from typing import Any

from marshmallow import fields, validate

from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Text


class _Roles(fields.List[Any]):
    """Names of roles when they are read; shown with what each is for (RECORDED)."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return value


class KeyRoles(ResourceSchema):
    """The roles that a key gets in a project (SPEC)."""

    roles = _Roles(
        Text(),
        required=True,
        validate=validate.Length(min=1, error="MISSING_API_KEY_ROLES"),
        metadata={"missing": "MISSING_API_KEY_ROLES"},
    )


class ApiKey(KeyRoles):
    """A key (RECORDED); errors are those of the table of codes."""

    desc = Text(
        required=True,
        validate=validate.Length(max=250, error="INVALID_API_KEY_DESC"),
        metadata={"missing": "API_KEY_REQUIRES_DESCRIPTION"},
    )
    id = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    privateKey = fields.String(dump_only=True)
    publicKey = fields.String(dump_only=True)


class GlobalListEntry(ResourceSchema):
    """An entry of the access list of all global keys; one is taken at a time (CLIENT)."""

    cidrBlock = Text(
        required=True, metadata={"missing": "GLOBAL_WHITELIST_ENTRY_REQUIRES_CIDR_BLOCK"}
    )
    created = fields.String(dump_only=True)
    description = Text(
        required=True, metadata={"missing": "GLOBAL_WHITELIST_ENTRY_REQUIRES_DESCRIPTION"}
    )
    id = fields.String(dump_only=True)
    type = fields.String(dump_only=True, dump_default="GLOBAL_ROLE")
    updated = fields.String(dump_only=True)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise INVALID_CIDR_BLOCK for what is neither an address nor a block."""
        try:
            ip_interface(document["cidrBlock"])
        except ValueError:
            raise ValidationFailure("INVALID_CIDR_BLOCK", document["cidrBlock"]) from None


class AccessListEntry(ResourceSchema):
    """An entry of a key's access list (RECORDED)."""

    cidrBlock = Text()
    count = fields.Integer(dump_only=True, dump_default=0)
    created = fields.String(dump_only=True)
    ipAddress = Text()
    links = fields.Raw(dump_only=True)
